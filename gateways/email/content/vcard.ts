import { mailAddress } from '../mail/mail-address.js';
import { type MailPicture, pictureOf } from './picture.js';

/** What is told of a card (RFC 6350, and the older 3.0 and 2.1, which the calendar library does not read). */
export interface Card {
  readonly name: string;
  readonly phones: readonly string[];
  /** In their one form. */
  readonly addresses: readonly string[];
  readonly photo?: MailPicture;
}

/** A longer one is an address book. */
const MAX_CARD = 200_000;
const MAX_VALUES = 5;
const MAX_WORDS = 200;

/** The first card of a file; undefined when it is none. Never throws. */
export function readCard(text: string): Card | undefined {
  if (text.length > MAX_CARD) return undefined;
  const phones: string[] = [];
  const addresses: string[] = [];
  let name = '';
  let structured = '';
  let photo: MailPicture | undefined;
  let begun = false;
  for (const line of unfolded(text)) {
    const property = propertyOf(line);
    if (!property) continue;
    const value = property.value;
    switch (property.name) {
      case 'BEGIN':
        begun = true;
        break;
      case 'END':
        return done();
      case 'FN':
        name ||= words(value);
        break;
      case 'N':
        structured ||= words(value.split(';').slice(0, 2).reverse().join(' '));
        break;
      case 'TEL':
        if (phones.length < MAX_VALUES) phones.push(words(value.replace(/^tel:/i, '')));
        break;
      case 'EMAIL': {
        const address = mailAddress(value.replace(/^mailto:/i, '').trim());
        if (address !== undefined && addresses.length < MAX_VALUES) addresses.push(address);
        break;
      }
      case 'PHOTO':
        photo ??= pictureOf(value.replace(/^data:[^,]{1,60},/i, ''));
        break;
    }
  }
  return done();

  function done(): Card | undefined {
    if (!begun) return undefined;
    return { name: name || structured, phones, addresses, ...(photo && { photo }) };
  }
}

/** Lines that were broken are one again; of quoted-printable ones too (vCard 2.1). */
function* unfolded(text: string): Generator<string> {
  let line: string[] = [];
  let soft = false;
  for (const next of text.split(/\r\n|\r|\n/)) {
    if (soft || /^[ \t]/.test(next)) line.push(soft ? next : next.slice(1));
    else {
      if (line.length > 0) yield line.join('');
      line = [next];
    }
    soft = /^[^:]{0,200}QUOTED-PRINTABLE/i.test(line[0] ?? '') && next.endsWith('=');
    if (soft) line.push(`${line.pop()?.slice(0, -1) ?? ''}`);
  }
  if (line.length > 0) yield line.join('');
}

function propertyOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const colon = valueStart(line);
  if (colon === undefined) return undefined;
  const [name = '', ...parameters] = line.slice(0, colon).split(';');
  const printable = parameters.some((parameter) => /(?:^|=)QUOTED-PRINTABLE$/i.test(parameter));
  const value = line.slice(colon + 1);
  return { name: name.replace(/^.*\./, '').toUpperCase(), value: printable ? decoded(value) : value };
}

/** The colon behind the parameters, which may be quoted and have some in them. */
function valueStart(line: string): number | undefined {
  let quoted = false;
  for (let at = 0; at < Math.min(line.length, 1_000); at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (line[at] === ':' && !quoted) return at;
  }
  return undefined;
}

function decoded(value: string): string {
  const bytes = value.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function words(value: string): string {
  return value
    .slice(0, MAX_WORDS)
    .replace(/\\n/gi, ' ')
    .replace(/\\([,;\\])/g, '$1')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
