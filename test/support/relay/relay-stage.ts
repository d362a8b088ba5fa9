import { vi } from 'vitest';
import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { IrcClient } from '../../client/irc-client.js';
import { XmppClient } from '../../client/xmpp-client.js';
import type { IrcServer } from '../../servers/irc-server.js';
import { startNgircd } from '../../servers/ngircd.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';

const SECOND_MS = 1_000;
const SECRET = 'stage-secret';
const IRC = 'irc.localhost';
const RELAY = 'relay.localhost';
const ROOMS = 'rooms.localhost';
/** Both servers lie on one machine: here it has another name. */
const OTHER_HOST = 'localhost';
const MUC = `
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam", "muc_moderation" }
  restrict_room_creation = false
  muc_room_locking = false
  muc_room_default_public_jids = true
  muc_room_default_persistent = true
`;

/** Rooms of a real XMPP server and channels of a real IRC server, with the gateway between them. */
export interface RelayStage {
  readonly server: XmppServer;
  readonly irc: IrcServer;
  /** Another one, where it was asked for. */
  readonly other?: IrcServer;
  readonly gateway: GatewayProcess;
  /** The relays' own domain. */
  readonly domain: string;
  room(name: string): string;
  channel(name: string): string;
  /** A channel of the other server. */
  otherChannel(name: string): string;
  user(name: string): Promise<XmppClient>;
  /** The operator. */
  readonly boss: XmppClient;
  person(nick: string, on?: IrcServer): Promise<IrcClient>;
  /** Starts the gateway again with other options of relays. @param networks false: without IRC */
  restart(options: Readonly<Record<string, unknown>>, networks?: boolean): Promise<void>;
  /** Links two rooms as the operator, and waits until the relay is in them. */
  link(room: string, other: string): Promise<void>;
}

/** Starts everything. `boss` is the operator. */
export async function relayStage(
  options: Readonly<Record<string, unknown>> = {},
  startOther?: () => Promise<IrcServer>,
  /** Domains of another XMPP server, which are components here: see `ServerBridge`. */
  foreign: readonly string[] = [],
  /** Password by which the other takes the gateway's word for where people come from. */
  webirc?: string,
  /** What stands between the gateway and its server: takes a port, gives another one to connect to. */
  between?: (server: XmppServer) => Promise<number>,
): Promise<RelayStage> {
  const [server, irc, other] = await Promise.all([
    startProsody({
      components: [IRC, RELAY, ...foreign].map((domain) => ({ domain, secret: SECRET })),
      users: ['alice', 'bob', 'dave', 'boss'].map((name) => ({ name, password: name })),
      extraConfig: MUC,
    }),
    startNgircd({}),
    startOther?.(),
  ]);
  const servers = {
    // Each user from an address of his own: connected from, or told to the server.
    [irc.host]: { port: irc.port, tls: false, userNetwork: '127.77.0.0/16' },
    ...(other && {
      [OTHER_HOST]: {
        ...{ port: other.port, tls: false, userNetwork: '2001:db8:1::/64' },
        ...(webirc !== undefined && { webirc: { password: webirc } }),
      },
    }),
  };
  const port = (await between?.(server)) ?? server.componentPort;
  const network = {
    ...{ domain: IRC, network: 'irc', secret: SECRET },
    options: { flood: 'disabled', servers },
  };
  const configured = (relay: Readonly<Record<string, unknown>>, networks = true) => ({
    xmpp: { domain: server.domain, host: server.host, port },
    users: { admins: ['boss@localhost'] },
    components: [
      ...(networks ? [network] : []),
      { domain: RELAY, network: 'relay', secret: SECRET, options: relay },
    ],
  });
  const gateway = await startGateway({ config: configured(options) });
  const user = (name: string, resource = 'phone'): Promise<XmppClient> =>
    XmppClient.connect({ server, name, password: name, resource });
  const boss = await user('boss', 'console');
  return {
    ...{ server, irc, gateway, domain: RELAY, user, boss },
    ...(other && { other }),
    async restart(changed, networks) {
      gateway.configure(configured(changed, networks));
      await gateway.restart();
    },
    room: (name) => `${name}@${ROOMS}`,
    channel: (name) => `${name}%${irc.host}@${IRC}`,
    otherChannel: (name) => `${name}%${OTHER_HOST}@${IRC}`,
    person: (nick, on = irc) => IrcClient.connect({ server: on, nick }),
    async link(room, other) {
      await boss.message(RELAY, 'link');
      await boss.waitFor(
        (stanza) => /room/i.test(stanza.getChildText('body') ?? ''),
        'the question for a room',
      );
      await boss.message(RELAY, room);
      await boss.message(RELAY, other);
      await boss.waitFor(
        (stanza) => /joined/.test(stanza.getChildText('body') ?? ''),
        'the answer to a link',
      );
      // Whoever speaks while the relay is coming in is not heard.
      for (let working = 0; working < 2; ) {
        boss.clear();
        await boss.message(RELAY, 'relays');
        const answer = await boss.waitFor(
          (stanza) => /relays?\./.test(stanza.getChildText('body') ?? ''),
          'how relays fare',
        );
        const lines = answer.getChildText('body')?.split('\n') ?? [];
        const ours = (line: string): boolean =>
          line.startsWith(`${room}: w`) || line.startsWith(`${other}: w`);
        working = lines.filter(ours).length;
      }
      boss.clear();
      // Rooms tell by seconds when something was said: what is read later of this one counts as said before the link.
      const linked = Math.floor(Date.now() / SECOND_MS);
      await vi.waitUntil(() => Math.floor(Date.now() / SECOND_MS) > linked, { timeout: 5 * SECOND_MS });
    },
  };
}
