import { type GatewayProcess, startGateway } from '../client/gateway-process.js';
import { IrcClient } from '../client/irc-client.js';
import { XmppClient } from '../client/xmpp-client.js';
import { startEjabberd } from '../servers/ejabberd.js';
import type { IrcServer } from '../servers/irc-server.js';
import { type NgircdOptions, startNgircd } from '../servers/ngircd.js';
import { startProsody } from '../servers/prosody.js';
import type { XmppServer } from '../servers/xmpp-server.js';

/** What a scenario asks of its stage. */
export interface IrcStageOptions {
  /** Prosody unless said otherwise. */
  readonly xmpp?: 'prosody' | 'ejabberd';
  /** A running IRC server; else ngIRCd with these options is started. */
  readonly irc?: IrcServer;
  readonly ngircd?: NgircdOptions;
  /** Local users besides `alice` and `bob`. */
  readonly users?: readonly string[];
  /** Further keys of the IRC component's options. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Further keys of the component's entry. */
  readonly component?: Readonly<Record<string, unknown>>;
  /** Further top-level keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A real XMPP server, the built gateway, a real IRC server, and people on both sides. */
export interface IrcStage {
  readonly server: XmppServer;
  readonly irc: IrcServer;
  readonly gateway: GatewayProcess;
  /** The component domain. */
  readonly domain: string;
  /** JID of a channel on the stage's IRC server. */
  room(channel: string): string;
  /** JID of a nick on the stage's IRC server. */
  contact(nick: string): string;
  /** Logs in a local user; the password is the name. */
  user(name: string, resource?: string, options?: { lang?: string; presence?: boolean }): Promise<XmppClient>;
  /** Connects a person to the IRC server. */
  person(nick: string): Promise<IrcClient>;
}

const SECRET = 'stage-secret';

/** Starts everything. Whatever it started dies with the test run. */
export async function ircStage(options: IrcStageOptions = {}): Promise<IrcStage> {
  const domain = 'irc.localhost';
  const names = ['alice', 'bob', ...(options.users ?? [])];
  const start = options.xmpp === 'ejabberd' ? startEjabberd : startProsody;
  const [server, irc] = await Promise.all([
    start({
      components: [{ domain, secret: SECRET }],
      users: names.map((name) => ({ name, password: name })),
    }),
    options.irc ?? startNgircd(options.ngircd ?? {}),
  ]);
  const gateway = await startGateway({
    config: {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
      components: [
        {
          domain,
          network: 'irc',
          secret: SECRET,
          ...options.component,
          options: {
            flood: 'disabled',
            servers: { [irc.host]: { port: irc.port, tls: false } },
            ...options.options,
          },
        },
      ],
      ...options.config,
    },
  });
  return {
    server,
    irc,
    gateway,
    domain,
    room: (channel) => `${channel}%${irc.host}@${domain}`,
    contact: (nick) => `${nick.toLowerCase()}%${irc.host}@${domain}`,
    user: (name, resource = 'phone', login = {}) =>
      XmppClient.connect({ server, name, password: name, resource, ...login }),
    person: (nick) => IrcClient.connect({ server: irc, nick }),
  };
}
