import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { FileNotice } from './media.js';

const BYTES_PER_MEGABYTE = 1_000_000;

/** Why a file cannot be moved, in words for the user. None of them tells what lies behind an address (S21). */
export const fileErrors = {
  tooLarge: (maxBytes: number) =>
    new GatewayError('too-long', {
      key: 'file-too-large',
      args: { megabytes: maxBytes / BYTES_PER_MEGABYTE },
    }),
  /** The user's share of a day is used up. */
  quota: () => new GatewayError('limit', { key: 'file-quota' }),
  /** Too many wait already. */
  busy: () => new GatewayError('limit', { key: 'file-busy' }, 'not-sent', true),
  /** The gateway's disk, or what it may use of it, is full. */
  noSpace: () => new GatewayError('limit', { key: 'file-no-space' }, 'not-sent', true),
  /** Not to be had now: refused, broken off, too slow, or the gateway stops. */
  unreadable: () => new GatewayError('network-unreachable', { key: 'file-unreadable' }, 'not-sent', true),
  gone: () => new GatewayError('not-found', { key: 'file-gone' }),
  /** The network has no files of this type. */
  notTaken: (mediaType: string) =>
    new GatewayError('unsupported', { key: 'file-not-taken', args: { mediaType } }),
  /** An address that users may not send the gateway to (G05). */
  forbidden: () => new GatewayError('forbidden', { key: 'file-forbidden' }),
  /** A link of another kind than http and https. */
  notHttp: () => new GatewayError('unsupported', { key: 'file-not-http' }),
  /** XEP-0454: the link holds the key, which is for nobody but the receiver. */
  encrypted: () => new GatewayError('unsupported', { key: 'file-encrypted' }),
  /** Neither the user's server nor the gateway has a place for it. */
  noPlace: () => new GatewayError('unsupported', { key: 'file-no-place' }),
} as const;

/** What came, where it cannot be shown. */
export function fileNotice(name: string, size: number | undefined, reason: Text): FileNotice {
  const text: Text =
    size === undefined
      ? { key: 'file-came', args: { name } }
      : { key: 'file-came-sized', args: { name, megabytes: size / BYTES_PER_MEGABYTE } };
  return { kind: 'notice', text, reason };
}
