import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { escapeXml, XmppClient } from '../../client/xmpp-client.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { startProsody } from '../../servers/prosody.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { XmppServer, XmppServerOptions } from '../../servers/xmpp-server.js';
import { befriend, command, commandOf, sessionOf, submit } from '../service-talk.js';
import { begunLine, type Correspondent, localPartOf, telegramOptions } from './options.js';

/** The gateway's domain in XMPP. */
export const DOMAIN = 'telegram.localhost';

const SECRET = 'stage-secret';
const USERS = ['alice', 'bob', 'carol', 'dave'];

/** What differs between scenes. */
export interface ProcessStageOptions {
  /** Prosody unless said otherwise. */
  readonly xmpp?: 'prosody' | 'ejabberd';
  /** Further options of the XMPP server. */
  readonly server?: XmppServerOptions;
  /** Whether the server grants the gateway the privileges of XEP-0356. Default false. */
  readonly privileged?: boolean;
  /** Of the Telegram component, as in the configuration. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Further keys of the component's entry. */
  readonly component?: Readonly<Record<string, unknown>>;
  /** Further top-level keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A real XMPP server, the built gateway as a process of its own, and a Telegram of the test's own. */
export class ProcessStage {
  private constructor(
    readonly server: XmppServer,
    readonly telegram: TelegramServer,
    readonly gateway: GatewayProcess,
  ) {}

  /** Starts everything. Whatever it started dies with the test run. */
  static async start(options: ProcessStageOptions = {}): Promise<ProcessStage> {
    const startServer = options.xmpp === 'ejabberd' ? startEjabberd : startProsody;
    const [server, telegram] = await Promise.all([
      startServer({
        components: [{ domain: DOMAIN, secret: SECRET }],
        users: USERS.map((name) => ({ name, password: name })),
        ...(options.privileged && { privilegesFor: [DOMAIN] }),
        ...options.server,
      }),
      TelegramServer.start(),
    ]);
    const gateway = await startGateway({
      config: {
        xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
        components: [
          {
            ...{ domain: DOMAIN, network: 'telegram', secret: SECRET, ...options.component },
            options: { ...telegramOptions(telegram), ...options.options },
          },
        ],
        log: { level: 'debug' },
        ...options.config,
      },
    });
    return new ProcessStage(server, telegram, gateway);
  }

  /** Logs in a local user of the XMPP server; the password is the name. */
  user(name: string, resource = 'phone'): Promise<XmppClient> {
    return XmppClient.connect({ server: this.server, name, password: name, resource });
  }

  /** Registers a user as somebody of Telegram's who has a number and no password; resolves when he is connected. */
  async register(user: XmppClient, { person }: ScriptedPerson): Promise<void> {
    const { phone = '' } = person;
    const first = await command(user, DOMAIN, 'jabber:iq:register');
    const session = sessionOf(first);
    const form = submit({ way: 'phone', phone: `+${phone}` });
    await command(user, DOMAIN, 'jabber:iq:register', { session, action: 'next', form });
    const code = this.telegram.codes.get(phone)?.code ?? '';
    const end = await command(user, DOMAIN, 'jabber:iq:register', {
      ...{ session, action: 'next', form: submit({ code }) },
    });
    if (commandOf(end).attrs.status !== 'completed') throw new Error(`not registered: ${end.toString()}`);
    await befriend(user, DOMAIN);
    await this.gateway.waitForLog(begunLine);
  }

  /** JID of a person, a group or a channel of Telegram's. */
  jid(other: Correspondent): string {
    return `${localPartOf(other)}@${DOMAIN}`;
  }

  /** Ends everything in an orderly way. */
  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.telegram.close();
  }
}

/** Sends a message; resolves with its id. */
export async function write(user: XmppClient, to: string, body: string, more = ''): Promise<string> {
  const id = user.nextId();
  const inside = `<body>${escapeXml(body)}</body>${more}`;
  await user.send(`<message type='chat' to='${escapeXml(to)}' id='${id}'>${inside}</message>`);
  return id;
}
