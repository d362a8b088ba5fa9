import { isIPv6 } from 'node:net';
import { Api } from 'telegram';
import type { TgEndpoint, TgNetwork } from '../../options.js';

/** Telegram's own data centres (core.telegram.org/api/datacenter); the server tells when they have moved. */
const KNOWN: readonly (readonly [centre: number, ...hosts: string[]])[] = [
  [1, '149.154.175.53', '2001:b28:f23d:f001::a'],
  [2, '149.154.167.51', '2001:67c:4e8:f002::a'],
  [3, '149.154.175.100', '2001:b28:f23d:f003::a'],
  [4, '149.154.167.91', '2001:67c:4e8:f004::a'],
  [5, '91.108.56.130', '2001:b28:f23f:f005::a'],
];
/** All of them listen there too, for networks that let only some ports out. */
const PORTS = [443, 80, 5222];
/** Addresses that the server may tell of one data centre. */
const MOST_TOLD = 8;

/** Where the data centres are. */
export class Addresses {
  readonly #told = new Map<number, readonly TgEndpoint[]>();

  constructor(private readonly network: Pick<TgNetwork, 'servers' | 'ipv6'>) {}

  /** In the order in which they should be tried; empty for a data centre that does not exist. */
  of(centre: number): readonly TgEndpoint[] {
    const { servers, ipv6 } = this.network;
    if (servers) return servers.endpoints.filter((one) => one.centre === centre);
    const known = KNOWN.find(([id]) => id === centre)?.slice(1) ?? [];
    const hosts = known.filter((host): host is string => typeof host === 'string');
    const builtIn = PORTS.flatMap((port) => hosts.map((host) => ({ centre, host, port })));
    const all = [...(this.#told.get(centre) ?? []), ...builtIn].filter(({ host }) => ipv6 || !isIPv6(host));
    return all.sort((one, other) => Number(isIPv6(other.host)) - Number(isIPv6(one.host)));
  }

  /** Takes the server's word for where the data centres are, unless others are configured. */
  learn(options: readonly Api.TypeDcOption[]): void {
    if (this.network.servers) return;
    const told = new Map<number, TgEndpoint[]>();
    for (const option of options) {
      if (!(option instanceof Api.DcOption)) continue;
      const { id: centre, ipAddress: host, port, cdn, mediaOnly, secret } = option;
      // Those have other keys, other tasks or other transports.
      if (cdn || mediaOnly || secret) continue;
      const known = told.get(centre) ?? [];
      if (known.length < MOST_TOLD) told.set(centre, [...known, { centre, host, port }]);
    }
    for (const [centre, endpoints] of told) this.#told.set(centre, endpoints);
  }

  /** Whether there is such a data centre. */
  has(centre: number): boolean {
    return this.of(centre).length > 0;
  }
}
