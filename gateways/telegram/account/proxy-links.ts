import { parseMtproxySecret } from '../client/mtproxy-secret.js';
import type { TgProxy } from '../client/options.js';

/** Proxies of one user. */
const MOST = 10;
const DIRECT = /^direct$/i;
/** `tg://proxy?…`, `https://t.me/socks?…`: links as Telegram's programs share them. */
const SHARED = /^(?:tg:\/\/|(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/)(proxy|socks)\?(.*)$/i;
const KINDS: Readonly<Record<string, 'socks5' | 'http'>> = {
  'socks5:': 'socks5',
  'socks5h:': 'socks5',
  'socks:': 'socks5',
  'http:': 'http',
};

/** Proxies, one a line; `direct` is the way without one. Or the first line that is none. */
export function parseProxies(
  text: string,
): { readonly proxies: readonly TgProxy[] } | { readonly wrong: string } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const proxies: TgProxy[] = [];
  for (const [index, line] of lines.entries()) {
    const proxy = index < MOST ? parseProxy(line) : undefined;
    if (!proxy) return { wrong: line };
    proxies.push(proxy);
  }
  return { proxies };
}

function parseProxy(line: string): TgProxy | undefined {
  if (DIRECT.test(line)) return { kind: 'direct' };
  const [, kind, query] = SHARED.exec(line) ?? [];
  if (kind !== undefined && query !== undefined)
    return sharedProxy(kind.toLowerCase(), new URLSearchParams(query));
  let url: URL;
  try {
    url = new URL(line);
  } catch {
    return undefined;
  }
  const named = KINDS[url.protocol];
  const port = portOf(url.port === '' && named === 'http' ? '80' : url.port);
  if (named === undefined || url.hostname === '' || port === undefined) return undefined;
  return {
    ...{ kind: named, host: url.hostname.replace(/^\[|\]$/g, ''), port },
    ...loginOf(decoded(url.username), decoded(url.password)),
  };
}

function sharedProxy(kind: string, query: URLSearchParams): TgProxy | undefined {
  const host = query.get('server') ?? '';
  const port = portOf(query.get('port') ?? '');
  if (!/^[\w.:-]{1,253}$/.test(host) || port === undefined) return undefined;
  if (kind === 'socks')
    return { kind: 'socks5', host, port, ...loginOf(query.get('user') ?? '', query.get('pass') ?? '') };
  const secret = (query.get('secret') ?? '').replaceAll(' ', '+');
  return parseMtproxySecret(secret) ? { kind: 'mtproxy', host, port, secret } : undefined;
}

function loginOf(user: string, password: string): { user?: string; password?: string } {
  return user === '' ? {} : { user, password };
}

function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
