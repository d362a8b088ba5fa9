import { mailAddress } from '../mail/mail-address.js';

/** Characters that are taken over of a subject and a body. */
const LONGEST = 200;

/** What a `mailto:` link asks for (RFC 6068), as far as a list needs it; undefined for what is none. */
export function readMailto(
  link: string,
): { readonly address: string; readonly subject: string; readonly text: string } | undefined {
  const [, to = '', query = ''] = /^mailto:([^?]*)(?:\?(.*))?$/is.exec(link.trim()) ?? [];
  // `+` is no space here (RFC 6068 §5).
  const parameters = new URLSearchParams(query.replaceAll('+', '%2B'));
  const address = mailAddress(decoded(to));
  if (address === undefined) return undefined;
  const subject = (parameters.get('subject') ?? 'unsubscribe').slice(0, LONGEST);
  return { address, subject, text: (parameters.get('body') ?? 'unsubscribe').slice(0, LONGEST) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
