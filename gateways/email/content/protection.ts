import type { Text } from '../../../src/gateway/text.js';
import type { MailPart, ParsedMail } from '../mail/parsed-mail.js';
import { asFile } from './part-name.js';

/** What is encrypted or signed in a mail, by its structure (RFC 3156, RFC 8551). */
export interface Protection {
  /** What only the recipient's own software opens. */
  readonly encrypted?: 'openpgp' | 'smime';
  /** To be passed on as they are. */
  readonly files: readonly MailPart[];
  /** Mean nothing to a reader: versions, detached signatures. */
  readonly left: ReadonlySet<MailPart>;
  readonly remarks: readonly Text[];
}

const SMIME = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);
const SIGNATURES = new Set([
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
]);

export function readProtection(mail: ParsedMail): Protection {
  const left = new Set<MailPart>();
  const files: MailPart[] = [];
  const remarks: Text[] = [];
  let encrypted: Protection['encrypted'];
  let signed = false;
  // Exchange turns multipart/encrypted into multipart/mixed: the part that tells the version remains.
  const pgp = mail.parts.some(
    ({ type, within }) => type === 'application/pgp-encrypted' || isEncrypted(within),
  );
  for (const part of mail.parts) {
    if (part.type === 'application/pgp-encrypted') left.add(part);
    else if (isSmime(part)) {
      const file = asFile(part, 'smime.p7m');
      files.push(file);
      left.add(part);
      const opaque = /^(?:signed|compressed)-data$/i.test(part.parameters['smime-type'] ?? '');
      if (!opaque) encrypted = 'smime';
      remarks.push({
        key: opaque ? 'email-smime-wrapped' : 'email-encrypted-smime',
        args: { file: nameOf(file) },
      });
    } else if (pgp && encrypted === undefined && isCiphertext(part)) {
      encrypted = 'openpgp';
      const file = asFile(part, 'encrypted.asc');
      files.push(file);
      left.add(part);
      remarks.push({ key: 'email-encrypted-pgp', args: { file: nameOf(file) } });
    } else if (SIGNATURES.has(part.type)) {
      left.add(part);
      signed = true;
    }
  }
  if (signed && encrypted === undefined) remarks.push({ key: 'email-signature-unchecked' });
  return { ...(encrypted && { encrypted }), files, left, remarks };
}

const isEncrypted = (within: readonly string[]): boolean => within.includes('multipart/encrypted');
const nameOf = ({ fileName }: MailPart): string => fileName ?? '';

function isSmime({ type, fileName }: MailPart): boolean {
  return SMIME.has(type) || (type === 'application/octet-stream' && fileName?.toLowerCase() === 'smime.p7m');
}

function isCiphertext({ type, fileName }: MailPart): boolean {
  return type === 'application/octet-stream' || /\.(?:asc|pgp|gpg)$/i.test(fileName ?? '');
}

/** OpenPGP within a text (RFC 9580 §6.2). */
export interface Armor {
  /** Without ciphertext and keys; signed text without its frame (§7). */
  readonly text: string;
  readonly encrypted: boolean;
  readonly signed: boolean;
  readonly key: boolean;
}

const BEGIN = /^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----\s{0,8}$/;
const END = /^-----END PGP (?:MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----\s{0,8}$/;

export function readArmor(text: string): Armor {
  if (!text.includes('-----BEGIN PGP ')) return { text, encrypted: false, signed: false, key: false };
  const seen = new Set<string>();
  const kept: string[] = [];
  let state: 'outside' | 'armor' | 'hash' | 'signed' = 'outside';
  for (const line of text.split('\n')) {
    const begun = BEGIN.exec(line)?.[1];
    if (begun !== undefined) {
      seen.add(begun);
      state = begun === 'SIGNED MESSAGE' ? 'hash' : 'armor';
    } else if (END.test(line)) state = 'outside';
    // The headers of a signed text end at the first empty line.
    else if (state === 'hash') state = line.trim() === '' ? 'signed' : 'hash';
    else if (state === 'signed') kept.push(line.startsWith('- ') ? line.slice(2) : line);
    else if (state === 'outside') kept.push(line);
  }
  return {
    text: kept.join('\n'),
    encrypted: seen.has('MESSAGE'),
    signed: seen.has('SIGNED MESSAGE'),
    key: seen.has('PUBLIC KEY BLOCK'),
  };
}
