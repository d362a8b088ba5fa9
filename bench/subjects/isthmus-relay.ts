import { runIsthmus } from './isthmus.js';
import { GATEWAY_DOMAIN, RELAY_DOMAIN, type Running } from './subject.js';

const UNLIMITED = 1_000_000;

/** What Isthmus is started with to join rooms. */
export interface RelayServers {
  /** Folder for configuration, logs and state. */
  readonly dataFolder: string;
  /** Port on 127.0.0.1 for the component connections. */
  readonly xmppPort: number;
  /** Loopback address and port of the stub IRC server. */
  readonly ircHost: string;
  readonly ircPort: number;
}

/** Starts Isthmus with relays and IRC; what protects rooms from floods is off. @param options of the relays' domain */
export function runRelayGateway(servers: RelayServers, options: Readonly<Record<string, unknown>>): Running {
  return runIsthmus(servers, {
    components: [
      {
        domain: RELAY_DOMAIN,
        network: 'relay',
        options: { flood: { perMinute: UNLIMITED, burst: UNLIMITED }, ...options },
      },
      {
        domain: GATEWAY_DOMAIN,
        network: 'irc',
        options: {
          servers: { [servers.ircHost]: { port: servers.ircPort, tls: false } },
          flood: 'disabled',
        },
      },
    ],
    limits: { joinsPerMinute: UNLIMITED, messagesPerSecond: UNLIMITED, messageBurst: UNLIMITED },
  });
}
