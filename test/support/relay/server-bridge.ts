import { ComponentStream } from '../../../src/xmpp/stream/component-stream.js';
import type { XmppServer } from '../../servers/xmpp-server.js';

/** A server, and the domains that it takes for components of its own and that really are the other one's. */
export interface BridgedSide {
  readonly server: Pick<XmppServer, 'host' | 'componentPort' | 'domain'>;
  readonly domains: readonly string[];
}

/**
 * Carries stanzas between two servers, as their connections to one another would (RFC 6120 §2.1), without names in a
 * DNS: each has the other's domains as components (XEP-0114).
 */
export class ServerBridge {
  readonly #streams = new Map<string, ComponentStream>();

  /** Resolves when all are connected. */
  static async connect(one: BridgedSide, other: BridgedSide, secret: string): Promise<ServerBridge> {
    const bridge = new ServerBridge();
    await Promise.all([...bridge.#join(one, secret), ...bridge.#join(other, secret)]);
    return bridge;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#streams.values()].map((stream) => stream.stop()));
  }

  #join({ server, domains }: BridgedSide, secret: string): Promise<void>[] {
    return domains.map((domain) => {
      const stream = new ComponentStream({
        ...{ domain, secret, host: server.host, port: server.componentPort, serverDomain: server.domain },
      });
      this.#streams.set(domain, stream);
      // Whoever says something to that domain here is a domain of the other server's there.
      stream.on('stanza', (stanza) => {
        const from = /@?([^@/]+)(?:\/|$)/.exec(stanza.attrs.from ?? '')?.[1] ?? '';
        this.#streams.get(from)?.send(stanza.toString('jabber:component:accept'));
      });
      return new Promise<void>((resolve, reject) => {
        stream.on('online', () => resolve());
        stream.on('refused', ({ reason }) => reject(new Error(`${domain}: ${reason}`)));
        stream.start();
      });
    });
  }
}
