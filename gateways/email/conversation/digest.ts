import { createHash } from 'node:crypto';
import type { ParsedMail } from '../mail/parsed-mail.js';

/** Characters of a digest: 132 bits in base64url. */
const LENGTH = 22;
/** Characters of the digest that tells two mails with one Message-ID apart. */
const SUFFIX_LENGTH = 10;
/** RFC 6761 §6.4: nobody has it. */
const NO_DOMAIN = 'no-message-id.invalid';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE32_LENGTH = 26;

/** A short digest, for keys that should name nobody and for ids. */
export function digestOf(...texts: readonly string[]): string {
  return sha256(texts).digest('base64url').slice(0, LENGTH);
}

/** 130 bits in base32, which no preparation of addresses changes. */
export function base32Of(...texts: readonly string[]): string {
  const bytes = sha256(texts).digest();
  let bits = 0n;
  for (const byte of bytes.subarray(0, 17)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 6n;
  let text = '';
  for (let left = BASE32_LENGTH; left > 0; left--) {
    text = (BASE32[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}

/** What makes two mails one: who wrote what and when, whatever servers have done to the headers on the way. */
export function contentDigest(mail: ParsedMail): string {
  const texts = mail.parts.map(({ type, text, fileName, size }) => text ?? `${type} ${fileName} ${size}`);
  return digestOf(mail.from?.address ?? '', String(mail.date), mail.subject, ...texts);
}

/** The id of a mail that has none. */
export function madeUpId(digest: string): string {
  return `${digest}@${NO_DOMAIN}`;
}

/** The id of a second, different mail with a Message-ID that is known already. */
export function suffixedId(messageId: string, digest: string): string {
  return `${messageId}+${digest.slice(0, SUFFIX_LENGTH)}`;
}

/** Each text with its length before it, so that no two lists of texts read the same. */
function sha256(texts: readonly string[]): ReturnType<typeof createHash> {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash;
}
