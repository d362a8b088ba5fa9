import addressParser from 'nodemailer/lib/addressparser';
import { cleanLine } from './clean-text.js';
import { decodeWords } from './header-fields.js';
import { type Mailbox, mailAddress } from './mail-address.js';

/** In one header. */
const MAX_ADDRESSES = 1_000;
const MAX_NAME = 256;
/** RFC 5322 §2.1.1: a line has no more. */
const MAX_MESSAGE_ID = 998;
const MAX_REFERENCES = 100;
const MAX_DATE = 100;
/** What any date has: without them the engine makes dates of any words. */
const MONTH = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|^\d{4}-\d\d-/i;
const TIME = /\d:\d\d/;
/** 9999-12-31, in UTC milliseconds. */
const LAST_DATE = 253_402_300_799_999;

/**
 * Mailboxes of address fields (RFC 5322 §3.4), groups dissolved; what is no address in the one form is left out.
 * @param values with their encoded words: those may hold what else would part addresses
 */
export function parseAddresses(values: readonly string[]): readonly Mailbox[] {
  const mailboxes: Mailbox[] = [];
  for (const value of values) {
    for (const parsed of addressParser(value, { flatten: true })) {
      if (mailboxes.length >= MAX_ADDRESSES) return mailboxes;
      const address = mailAddress(parsed.address);
      if (address === undefined) continue;
      const name = displayName(parsed.name);
      mailboxes.push(name === '' || name === address ? { address } : { address, name });
    }
  }
  return mailboxes;
}

/** Outlook puts names into quotes of its own. */
function displayName(text: string): string {
  const name = cleanLine(decodeWords(text.slice(0, MAX_NAME * 10)).slice(0, MAX_NAME));
  return /^'.+'$/.test(name) ? name.slice(1, -1).trim() : name;
}

/** Ids of a field (RFC 5322 §3.6.4), without their brackets; the first one and the last ones of very many. */
export function parseMessageIds(values: readonly string[]): readonly string[] {
  const ids = new Set<string>();
  for (const value of values) {
    const bracketed = [...value.matchAll(/<([^<>]*)>/g)].map((match) => match[1] ?? '');
    for (const text of bracketed.length > 0
      ? bracketed
      : value.split(/\s+/).filter((word) => word.includes('@'))) {
      const id = messageId(text);
      if (id !== undefined) ids.add(id);
    }
  }
  const all = [...ids];
  return all.length > MAX_REFERENCES ? [...all.slice(0, 1), ...all.slice(1 - MAX_REFERENCES)] : all;
}

/** A mail's own id, also one that breaks the grammar: nothing but its being the same again matters. */
export function parseMessageId(value: string): string | undefined {
  const bracketed = /<([^<>]*)>/.exec(value)?.[1];
  if (bracketed !== undefined) return messageId(bracketed);
  return /\s/.test(value.trim()) ? undefined : messageId(value);
}

/** Folding may have put blanks into it (RFC 5322 §4.4). */
function messageId(text: string): string | undefined {
  const id = text.replace(/[\s<>\ufeff]/g, '');
  return /^[^\p{Cc}\p{Cs}\u{fffe}\u{ffff}]+$/u.test(id) && Buffer.byteLength(id) <= MAX_MESSAGE_ID
    ? id
    : undefined;
}

/** UTC milliseconds (RFC 5322 §3.3, §4.3); a date without a zone counts as UTC. */
export function parseDate(value: string): number | undefined {
  const text = value
    .slice(0, MAX_DATE)
    .replace(/\([^()]*\)/g, ' ')
    .trim();
  if (!MONTH.test(text) || !TIME.test(text)) return undefined;
  const zoned = /([+-]\d{2}:?\d{2}|[a-z]{1,4})$/i.test(text) ? text : `${text} +0000`;
  const date = Date.parse(zoned);
  return date >= 0 && date <= LAST_DATE ? date : undefined;
}
