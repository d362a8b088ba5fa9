import { lookup } from 'node:dns/promises';
import type { GatewayEnvironment, TargetPolicy } from '../../src/gateway/gateway.js';
import type { TgClient } from './client/client.js';
import { createClient } from './client/gramjs/gramjs-client.js';
import type { TgProxy } from './client/options.js';
import type { Turns } from './client/turns.js';
import type { ClientWish } from './context.js';
import type { TelegramOptions } from './options.js';

/** The client of one account, by what the operator has said of Telegram. As `TelegramContext.client`. */
export function makeClient(
  options: TelegramOptions,
  { software, targets }: Pick<GatewayEnvironment, 'software' | 'targets'>,
  turns: Turns,
  { proxies, language, patienceMs = options.limits.patienceMs, ...wish }: ClientWish,
): TgClient {
  const { apiId, apiHash, device, servers, ipv6 } = options;
  const limits = { ...options.limits, patienceMs };
  const own = options.userProxies ? proxies : [];
  return createClient({
    ...wish,
    api: { id: apiId, hash: apiHash },
    device: { model: device, system: software.name, app: software.version, language },
    proxies: [...own, ...options.proxies],
    network: {
      ...{ ipv6, limits, turns, resolve: (host) => resolveProxy(host, own, targets) },
      ...(servers && { servers }),
    },
  });
}

/** What users name has to be public (S21); whatever the operator has named is his. */
async function resolveProxy(host: string, own: readonly TgProxy[], targets: TargetPolicy): Promise<string> {
  const users = own.some((proxy) => proxy.kind !== 'direct' && proxy.host === host);
  if (users && !targets.mayResolve(host)) throw new Error('that proxy may not be connected to');
  const found = await lookup(host, { all: true });
  const allowed = found.find(({ address }) => !users || targets.mayConnect(address));
  if (!allowed) throw new Error('that proxy may not be connected to');
  return allowed.address;
}
