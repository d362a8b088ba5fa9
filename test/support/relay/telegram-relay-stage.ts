import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { IrcClient } from '../../client/irc-client.js';
import { XmppClient } from '../../client/xmpp-client.js';
import type { IrcServer } from '../../servers/irc-server.js';
import { startNgircd } from '../../servers/ngircd.js';
import { startProsody } from '../../servers/prosody.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { command, commandOf, sessionOf, submit } from '../service-talk.js';
import { begunLine, type Correspondent, localPartOf, telegramOptions } from '../telegram/options.js';

const SECRET = 'stage-secret';
const ROOMS = 'rooms.localhost';
const MUC = `
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
  restrict_room_creation = false
  muc_room_locking = false
  muc_room_default_public_jids = true
`;
/** Where the relays are, and Telegram and IRC. */
const RELAY = 'relay.localhost';
export const TELEGRAM = 'telegram.localhost';
const IRC = 'irc.localhost';
/** What @BotFather has given the operator. */
const TOKEN = '4711:AAsecretOfTheRelay';

/** What differs between scenes. */
export interface TelegramRelayOptions {
  /** Of the relay component, as in the configuration. */
  readonly relay?: Readonly<Record<string, unknown>>;
  /** Of the Telegram component. */
  readonly telegram?: Readonly<Record<string, unknown>>;
  /** Whether there is an IRC server too. */
  readonly irc?: boolean;
  /** Further top-level keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Whether files can be shared on the XMPP server. */
  readonly httpUpload?: boolean;
  /** Further configuration of the XMPP server. */
  readonly server?: string;
}

/** Rooms of a real XMPP server, groups of the test's own Telegram, channels of a real IRC server if wanted. */
export class TelegramRelayStage {
  private constructor(
    readonly server: XmppServer,
    readonly telegram: TelegramServer,
    readonly gateway: GatewayProcess,
    /** The operator. */
    readonly boss: XmppClient,
    /** The relay's bot, as Telegram has it. */
    readonly bot: ScriptedPerson,
    readonly irc: IrcServer | undefined,
  ) {}

  /** Starts everything; the bot is logged in by nobody yet. */
  static async start(options: TelegramRelayOptions = {}): Promise<TelegramRelayStage> {
    const [server, telegram, irc] = await Promise.all([
      startProsody({
        components: [IRC, RELAY, TELEGRAM].map((domain) => ({ domain, secret: SECRET })),
        users: ['alice', 'bob', 'boss'].map((name) => ({ name, password: name })),
        extraConfig: `${MUC}${options.server ?? ''}`,
        ...(options.httpUpload && { httpUpload: true }),
      }),
      TelegramServer.start(),
      options.irc ? startNgircd({}) : undefined,
    ]);
    const bot = telegram.person('Relay', { bot: true, botToken: TOKEN, username: 'relaybot' });
    const limits = { retryFirstMs: 50, retryLastMs: 500, loginMs: 100 };
    const gateway = await startGateway({
      config: {
        xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
        users: { admins: ['boss@localhost'] },
        log: { level: 'debug' },
        components: [
          {
            ...{ domain: TELEGRAM, network: 'telegram', secret: SECRET },
            options: { ...telegramOptions(telegram), ...options.telegram },
          },
          ...(irc
            ? [
                {
                  ...{ domain: IRC, network: 'irc', secret: SECRET },
                  options: { flood: 'disabled', servers: { [irc.host]: { port: irc.port, tls: false } } },
                },
              ]
            : []),
          { domain: RELAY, network: 'relay', secret: SECRET, options: { limits, ...options.relay } },
        ],
        ...options.config,
      },
    });
    const boss = await XmppClient.connect({ server, name: 'boss', password: 'boss', resource: 'phone' });
    return new TelegramRelayStage(server, telegram, gateway, boss, bot, irc);
  }

  /** JID of a person or a group of Telegram's. */
  jid(other: Correspondent): string {
    return `${localPartOf(other)}@${TELEGRAM}`;
  }

  room(name: string): string {
    return `${name}@${ROOMS}`;
  }

  channel(name: string): string {
    return `${name}%${this.irc?.host ?? ''}@${IRC}`;
  }

  user(name: string): Promise<XmppClient> {
    return XmppClient.connect({ server: this.server, name, password: name, resource: 'phone' });
  }

  /** Somebody on IRC. */
  async person(nick: string): Promise<IrcClient> {
    if (!this.irc) throw new Error('there is no IRC here');
    return IrcClient.connect({ server: this.irc, nick });
  }

  /** The operator logs the bot in by its token; resolves when it hears what happens. */
  async logIn(): Promise<void> {
    const node = 'isthmus:relay:login';
    const session = sessionOf(await command(this.boss, RELAY, node));
    let answer = await this.#next(node, session, { network: TELEGRAM });
    answer = await this.#next(node, session, { way: 'bot' });
    answer = await this.#next(node, session, { token: TOKEN });
    if (commandOf(answer).attrs.status !== 'completed') throw new Error(`not logged in: ${answer}`);
    await this.gateway.waitForLog(begunLine);
  }

  /** A word of the operator's to the relays, with his answers; resolves with the last thing that they say. */
  async order(...words: readonly string[]): Promise<string> {
    let said = '';
    for (const word of words) {
      this.boss.clear();
      await this.boss.message(RELAY, word);
      const answer = await this.boss.waitFor(
        ({ name, attrs }) => name === 'message' && attrs.from === RELAY && attrs.type === 'chat',
        `an answer to ${word}`,
      );
      said = answer.getChildText('body') ?? '';
    }
    return said;
  }

  /** Links rooms as the operator; resolves when the relay is in all of them. */
  async link(first: string, ...others: readonly string[]): Promise<void> {
    for (const other of others) await this.order('link', first, other);
    await this.working(first, ...others);
  }

  /** Resolves when the relay is in these rooms. */
  async working(...rooms: readonly string[]): Promise<void> {
    await this.reported((lines) =>
      rooms.every((room) => lines.some((line) => line.startsWith(`${room}: w`))),
    );
  }

  /** Resolves when the relays' state is as wanted; with it. */
  async reported(fits: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    for (;;) {
      const lines = (await this.order('relays')).split('\n');
      if (fits(lines)) return lines;
    }
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.telegram.close();
  }

  #next(node: string, session: string, values: Readonly<Record<string, string>>) {
    return command(this.boss, RELAY, node, { session, action: 'next', form: submit(values) });
  }
}

/** The next words in a room, from whomever. */
export function heardIn(user: XmppClient, room: string, body: string) {
  return user.waitFor(
    (stanza) =>
      stanza.attrs.type === 'groupchat' &&
      stanza.attrs.from?.startsWith(`${room}/`) === true &&
      (stanza.getChildText('body') ?? '').includes(body),
    `"${body}" in ${room}`,
  );
}
