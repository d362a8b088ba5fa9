import type { XmlElement } from '../../../src/xmpp/element.js';
import { type GatewayConfig, type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { Inbox } from '../../client/inbox.js';
import { type IrcPeer, ScriptedIrcServer } from '../../support/scripted-irc-server.js';
import { FakeServer, type Peer } from '../../unit/xmpp/stream/fake-server.js';

/** The component's domain. */
export const DOMAIN = 'irc.example.org';
const SECRET = 'hush';
/** Characters of a stanza that a failed wait shows. */
const SHOWN = 200;
const HOST = '127.0.0.1';

/** What a scenario asks of its stage. */
export interface BadStageOptions {
  /** Further keys of the IRC component's options. */
  readonly irc?: Readonly<Record<string, unknown>>;
  /** Further keys of `xmpp`. */
  readonly xmpp?: Readonly<Record<string, unknown>>;
  /** Further keys of the component. */
  readonly component?: Readonly<Record<string, unknown>>;
  /** Further top-level keys; given the gateway's folder. */
  readonly config?: (folder: string) => Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
}

/** The built gateway between two servers that do what the test says. */
export class BadStage {
  /** Stanzas of the gateway over all its streams, pings left out. */
  readonly stanzas = new Inbox<XmlElement>((stanza) => String(stanza).slice(0, SHOWN));
  #users = 0;
  #peer: Peer | undefined;

  private constructor(
    readonly server: FakeServer,
    readonly port: number,
    readonly irc: ScriptedIrcServer,
    readonly gateway: GatewayProcess,
  ) {}

  static async start(options: BadStageOptions = {}): Promise<BadStage> {
    const server = new FakeServer({ secret: SECRET });
    const [port, irc] = await Promise.all([server.listen(), ScriptedIrcServer.listen()]);
    const stanzas: Peer[] = [];
    server.on('peer', (peer) => stanzas.push(peer));
    const gateway = await startGateway({
      config: (folder) => badConfig(port, irc.port, { ...options, folder }),
      ...(options.env ? { env: options.env } : {}),
    });
    const stage = new BadStage(server, port, irc, gateway);
    for (const peer of stanzas) stage.#attach(peer);
    server.on('peer', (peer) => stage.#attach(peer));
    return stage;
  }

  /** The gateway's present stream. */
  get peer(): Peer {
    if (this.#peer === undefined) throw new Error('the gateway is not connected');
    return this.#peer;
  }

  room(channel: string): string {
    return `${channel}%${HOST}@${DOMAIN}`;
  }

  contact(nick: string): string {
    return `${nick}%${HOST}@${DOMAIN}`;
  }

  /** A user nobody has seen yet. */
  newUser(): string {
    this.#users += 1;
    return `user${this.#users}@example.org/x`;
  }

  send(xml: string | Buffer): void {
    this.peer.write(xml);
  }

  askToJoin(user: string, channel = '#tea'): void {
    const nick = user.slice(0, user.indexOf('@'));
    this.send(
      `<presence from='${user}' to='${this.room(channel)}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
  }

  /** The next stanza to this user that fits. */
  next(user: string, what: string, fits: (stanza: XmlElement) => boolean): Promise<XmlElement> {
    const bare = user.replace(/\/.*/, '');
    return this.stanzas.wait((stanza) => stanza.attrs.to?.startsWith(bare) === true && fits(stanza), what);
  }

  /** Joins over a connection of its own; resolves when both sides are in. */
  async join(
    user = this.newUser(),
    channel = '#tea',
    names = '@alice',
  ): Promise<{ user: string; irc: IrcPeer }> {
    this.askToJoin(user, channel);
    const irc = await this.connection(user);
    await irc.admit(channel, names);
    await this.next(
      user,
      'the subject that ends the join',
      (stanza) => stanza.child('subject') !== undefined,
    );
    return { user, irc };
  }

  /** The next connection to IRC that the gateway makes for this user. */
  connection(user: string): Promise<IrcPeer> {
    return this.irc.peerOf(user.slice(0, user.indexOf('@')));
  }

  groupchat(user: string, body: string, channel = '#tea'): void {
    this.send(
      `<message type='groupchat' id='m' from='${user}' to='${this.room(channel)}'><body>${body}</body></message>`,
    );
  }

  /** The gateway lives and is usable: a new user joins and talks in both directions. */
  async converse(): Promise<void> {
    const { user, irc } = await this.join();
    this.groupchat(user, `hello from ${user}`);
    await irc.lines.wait((line) => line === `PRIVMSG #tea :hello from ${user}`, 'the words on IRC');
    irc.send(`:alice!u@h PRIVMSG #tea :welcome ${user}`);
    await this.next(user, 'the words on XMPP', (stanza) => stanza.childText('body') === `welcome ${user}`);
  }

  /** Runs what breaks the stream; resolves when the gateway is back. */
  async reconnected(breaking: () => void | Promise<void>): Promise<Peer> {
    const next = this.server.nextPeer();
    await breaking();
    return next;
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    this.irc.close();
    await this.server.close();
  }

  #attach(peer: Peer): void {
    this.#peer = peer;
    for (const stanza of peer.stanzas) this.stanzas.push(stanza);
    peer.on('stanza', (stanza) => this.stanzas.push(stanza));
  }
}

/** The configuration of a gateway between the two servers. */
export function badConfig(
  port: number,
  ircPort: number,
  options: BadStageOptions & { readonly folder: string },
): GatewayConfig {
  return {
    xmpp: {
      domain: 'example.org',
      host: HOST,
      port,
      ...{ reconnect: { initialMs: 20, maxMs: 100 }, times: { refusedMs: 50 } },
      ...options.xmpp,
    },
    components: [
      {
        domain: DOMAIN,
        secret: SECRET,
        network: 'irc',
        ...options.component,
        options: {
          flood: 'disabled',
          servers: { [HOST]: { port: ircPort, tls: false } },
          reconnect: { initialMs: 100, maxMs: 500 },
          ...options.irc,
        },
      },
    ],
    ...options.config?.(options.folder),
  };
}
