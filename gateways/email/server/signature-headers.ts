import { fieldValue, type HeaderBlock, type HeaderField } from './header-block.js';

/** Signatures and seals of one mail that are looked at. */
export interface SignatureLimits {
  readonly signatures: number;
  readonly seals: number;
}

/** Letters that no tag of a signature needs, and that readers of tags understand differently. */
const AMBIGUOUS = /["'()\\]/;

/**
 * The header as the checks are to see it: without signatures that say nothing about the mail, and with seals only where
 * somebody is trusted with them. Fields are left out whole, so that what remains still verifies.
 */
export function fieldsToCheck(
  header: HeaderBlock,
  limits: SignatureLimits,
  withSeals: boolean,
): readonly HeaderField[] {
  let signatures = 0;
  const seals = header.fields.filter(({ name }) => name === 'arc-seal').length;
  const chain = withSeals && seals <= limits.seals && header.fields.every(isHarmlessSeal);
  return header.fields.filter((field) => {
    if (field.name === 'dkim-signature') {
      if (!coversTheMail(field)) return false;
      signatures += 1;
      return signatures <= limits.signatures;
    }
    return chain || !field.name.startsWith('arc-');
  });
}

/** Tags of a signature (RFC 6376 §3.2), or undefined where they could be read in two ways. */
function tagsOf(field: HeaderField): ReadonlyMap<string, string> | undefined {
  const value = fieldValue(field);
  if (AMBIGUOUS.test(value)) return undefined;
  const tags = new Map<string, string>();
  for (const tag of value.split(';')) {
    const sign = tag.indexOf('=');
    const name = tag.slice(0, Math.max(sign, 0)).trim();
    if (tags.has(name)) return undefined;
    if (name !== '') tags.set(name, tag.slice(sign + 1).replace(/\s+/g, ''));
  }
  return tags;
}

/** A signature over a part of the body (`l=`) lets anything be added; one that leaves out the author proves nothing. */
function coversTheMail(field: HeaderField): boolean {
  const tags = tagsOf(field);
  const signed = tags?.get('h')?.toLowerCase().split(':') ?? [];
  return tags !== undefined && !tags.has('l') && signed.includes('from');
}

function isHarmlessSeal(field: HeaderField): boolean {
  if (field.name === 'arc-message-signature') return coversTheMail(field);
  if (field.name === 'arc-seal') return tagsOf(field) !== undefined;
  return field.name !== 'arc-authentication-results' || hasPlainNames(fieldValue(field));
}

/** The library makes an object of the properties named in this header, whatever they are called. */
function hasPlainNames(value: string): boolean {
  if (value.includes('\\')) return false;
  const withoutComments = value.replace(
    /("[^"]*"?|'[^']*'?)|\([^)]*\)?/g,
    (_, quoted?: string) => quoted ?? '',
  );
  return !/__proto__|constructor|prototype/i.test(withoutComments.replace(/["']/g, ''));
}
