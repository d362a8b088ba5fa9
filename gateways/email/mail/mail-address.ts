import { domainToASCII } from 'node:url';

/** A mail address with the name that goes with it (RFC 5322 §3.4). */
export interface Mailbox {
  /** In its one form, see {@link mailAddress}. */
  readonly address: string;
  /** Unchecked text. */
  readonly name?: string;
}

/** RFC 5321 §4.5.3.1, in octets. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** A dot-atom (RFC 5322 §3.2.3), letters beyond ASCII included (RFC 6532 §3.2). Quoted local parts are not spoken. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

/**
 * The one form of an address: lower case, the domain in ASCII (RFC 5891). Undefined for what is none: people would not
 * find each other under two spellings, and no provider of today tells `Bob` from `bob` (E04).
 */
export function mailAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = text.slice(0, at).normalize('NFC').toLowerCase();
  const domain = domainToASCII(text.slice(at + 1));
  if (!LOCAL.test(local) || Buffer.byteLength(local) > MAX_LOCAL) return undefined;
  return DOMAIN.test(domain) && domain.length <= MAX_DOMAIN ? `${local}@${domain}` : undefined;
}

/** What stands behind the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
