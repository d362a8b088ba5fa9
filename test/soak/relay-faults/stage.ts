import { fileURLToPath } from 'node:url';
import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { IrcClient } from '../../client/irc-client.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { startNgircd } from '../../servers/ngircd.js';
import { startProsody } from '../../servers/prosody.js';
import { type SeverableLine, severableLine } from '../../support/severable-line.js';

const SECRET = 'soak-secret';
const MUC = `
Component "rooms.localhost" "muc"
  modules_enabled = { "muc_mam" }
  restrict_room_creation = false
  muc_room_locking = false
`;
const IRC_NAME = '127.0.0.1';
const UNLIMITED = 1_000_000;
/** In which the gateway tries again soon, and takes whatever is said. */
const RELAY_OPTIONS = {
  flood: { burst: UNLIMITED, perMinute: UNLIMITED, legBurst: UNLIMITED, legPerMinute: UNLIMITED },
  queue: { pauseFirstMs: 100, pauseLastMs: 1_000, backlog: UNLIMITED },
  limits: { retryFirstMs: 100, retryLastMs: 1_000, reflectMs: 5_000, pingMs: 5_000, mostCaughtUp: 10_000 },
  relays: [
    { name: 'club', legs: ['first@rooms.localhost', 'second@rooms.localhost', `#club on ${IRC_NAME}`] },
  ],
};

/** Two rooms of Prosody and a channel of ngIRCd as one relay, with lines to both servers that can be cut. */
export interface FaultStage {
  readonly gateway: GatewayProcess;
  readonly xmppLine: SeverableLine;
  readonly ircLine: SeverableLine;
  /** In the first room and in the second. */
  readonly alice: XmppClient;
  readonly bob: XmppClient;
  /** In the channel. */
  readonly carol: IrcClient;
  readonly room: string;
  readonly channel: string;
  close(): Promise<void>;
}

/** Starts everything; the relay may still be coming in. @param entryPoint the built gateway */
export async function faultStage(entryPoint?: URL): Promise<FaultStage> {
  const [server, irc] = await Promise.all([
    startProsody({
      components: ['irc.localhost', 'relay.localhost'].map((domain) => ({ domain, secret: SECRET })),
      users: ['alice', 'bob'].map((name) => ({ name, password: name })),
      extraConfig: MUC,
    }),
    startNgircd({}),
  ]);
  const [xmppLine, ircLine] = await Promise.all([
    severableLine(server.host, server.componentPort),
    severableLine(irc.host, irc.port),
  ]);
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map((name) => XmppClient.connect({ server, name, password: name, resource: 'phone' })),
  );
  if (!alice || !bob) throw new Error('two users');
  await Promise.all([
    alice.joinRoom('first@rooms.localhost', 'Alice'),
    bob.joinRoom('second@rooms.localhost', 'Bob'),
  ]);
  const carol = await IrcClient.connect({ server: irc, nick: 'carol' });
  await carol.join('#club');
  const gateway = await startGateway({
    ...(entryPoint && { entryPoint: fileURLToPath(entryPoint) }),
    config: {
      xmpp: {
        domain: server.domain,
        host: '127.0.0.1',
        port: xmppLine.port,
        reconnect: { initialMs: 100, maxMs: 1_000 },
      },
      components: [
        {
          ...{ domain: 'irc.localhost', network: 'irc', secret: SECRET },
          options: {
            flood: 'disabled',
            servers: { [IRC_NAME]: { port: ircLine.port, tls: false } },
            reconnect: { initialMs: 100, maxMs: 1_000 },
          },
        },
        { domain: 'relay.localhost', network: 'relay', secret: SECRET, options: RELAY_OPTIONS },
      ],
    },
  });
  return {
    ...{ gateway, xmppLine, ircLine, alice, bob, carol },
    ...{ room: 'first@rooms.localhost', channel: '#club' },
    async close() {
      await gateway.stop();
      for (const line of [xmppLine, ircLine]) line.close();
      await Promise.all([alice.disconnect(), bob.disconnect(), carol.quit()]);
      await Promise.all([server.stop(), irc.stop()]);
    },
  };
}
