import type { TgMedia } from '../client/model.js';
import { cleanLine, phoneNumber } from './names.js';

/** UTF-16 units of a card that is handed on as it came; a larger one is written anew. */
const MAX_CARD = 100_000;
const WHOLE = /^BEGIN:VCARD\r?\n[\s\S]*\r?\nEND:VCARD\s*$/i;

/** The vCard of a contact that was sent: its own, or one with name and number (RFC 6350). */
export function contactCard({ vcard, name, phone }: Extract<TgMedia, { kind: 'contact' }>): string {
  if (vcard.length <= MAX_CARD && WHOLE.test(vcard)) return vcard;
  const called = escaped(cleanLine(name)) || phoneNumber(phone);
  const number = phoneNumber(phone).replace(/[^+\d]/g, '');
  const lines = ['BEGIN:VCARD', 'VERSION:4.0', `FN:${called}`];
  if (number !== '') lines.push(`TEL;VALUE=uri:tel:${number}`);
  return `${[...lines, 'END:VCARD'].join('\r\n')}\r\n`;
}

/** RFC 6350 §3.4. */
function escaped(words: string): string {
  return words.replace(/[\\,;]/g, '\\$&');
}
