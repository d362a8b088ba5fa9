import { z } from 'zod';

/** Longest domain part of a JID (RFC 7622 §3.2, bytes). */
const MAX_DOMAIN_BYTES = 1023;

/** A domain part as a person may write it: labels or an IP literal, no JID characters. */
function looksLikeDomain(value: string): boolean {
  if (Buffer.byteLength(value) > MAX_DOMAIN_BYTES) return false;
  if (/^\[[0-9a-f:.]+\]$/i.test(value)) return true;
  return value
    .split('.')
    .every((label) => /^[\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?$/u.test(label));
}

function prepareDomain(value: string): string {
  return value.normalize('NFC').toLowerCase().replace(/\.$/, '');
}

/** A domain, prepared (lower case, NFC, no final dot). */
export const domainName = z
  .string()
  .transform(prepareDomain)
  .refine(looksLikeDomain, { error: 'must be a domain such as irc.example.org' });

/** `local@domain`, prepared. */
export const bareJid = z
  .string()
  .transform((value) => value.normalize('NFC').toLowerCase())
  .refine(
    (value) => {
      const [local, domain, ...rest] = value.split('@');
      return (
        rest.length === 0 &&
        local !== undefined &&
        domain !== undefined &&
        /^[^\s"&'/:<>@]{1,1023}$/u.test(local) &&
        looksLikeDomain(domain)
      );
    },
    { error: 'must be a bare JID such as anna@example.org' },
  );

/** A TCP port. */
export const port = z.number().int().min(1).max(65_535);

/** A whole number above nought. */
export const positive = z.number().int().min(1);
