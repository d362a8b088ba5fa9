/** What an MTProxy's secret says (core.telegram.org/mtproto/mtproto-transports). */
export interface MtproxySecret {
  readonly key: Buffer;
  /** Fake TLS with that site. */
  readonly domain?: string;
}

const KEY = 16;
const FAKE_TLS = 0xee;
const PADDED = 0xdd;
/** RFC 1035 §2.3.4 allows more, clients and proxies do not. */
const MAX_DOMAIN = 182;

/** Hexadecimal or base64url; undefined for what is no secret. */
export function parseMtproxySecret(text: string): MtproxySecret | undefined {
  const trimmed = text.trim();
  const bytes = /^([0-9a-f]{2})+$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[\w+/-]+={0,2}$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64url')
      : Buffer.alloc(0);
  if (bytes.length === KEY) return { key: bytes };
  const key = bytes.subarray(1, KEY + 1);
  if (bytes.length === KEY + 1 && bytes[0] === PADDED) return { key };
  const domain = bytes.subarray(KEY + 1).toString('ascii');
  if (bytes[0] !== FAKE_TLS || !/^[\w.-]+$/.test(domain) || domain.length > MAX_DOMAIN) return undefined;
  return { key, domain };
}
