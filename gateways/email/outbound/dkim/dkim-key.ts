import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What a mail is signed with. */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** RSA, or Ed25519 (RFC 8463). */
  readonly key: KeyObject;
}

/** RFC 8301 §3.2: verifiers take no shorter RSA key. */
const MIN_RSA_BITS = 1_024;
/** An Ed25519 key without the frame of its SubjectPublicKeyInfo (RFC 8410 §4). */
const ED25519_BYTES = 32;

/**
 * Reads a private key.
 * @throws {Error} when it is none that mail can be signed with
 */
export function readDkimKey(pem: string | Buffer): KeyObject {
  const key = createPrivateKey(pem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return key;
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) return key;
  throw new Error(`mail is signed with RSA of ${MIN_RSA_BITS} bits or more, or Ed25519`);
}

/** Where verifiers look for the public half, and what they have to find there (RFC 6376 §3.6). */
export function dkimRecord({ domain, selector, key }: DkimKey): {
  readonly name: string;
  readonly text: string;
} {
  const info = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const rsa = key.asymmetricKeyType === 'rsa';
  const bytes = rsa ? info : info.subarray(info.length - ED25519_BYTES);
  return {
    name: `${selector}._domainkey.${domain}`,
    text: `v=DKIM1; k=${rsa ? 'rsa' : 'ed25519'}; p=${bytes.toString('base64')}`,
  };
}
