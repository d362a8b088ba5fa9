import { createHash } from 'node:crypto';
import { domainOf, type Mailbox, mailAddress } from '../mail/mail-address.js';
import type { ParsedMail } from '../mail/parsed-mail.js';

/** A mailing list, by what its mails say (RFC 2919, RFC 2369). */
export interface MailingList {
  /** Its List-Id in lower case, of the characters that `address.ts` takes behind the `#`. */
  readonly id: string;
  /** Unchecked text; the id where it has no name. */
  readonly name: string;
  /** Where its members write to, in its one form; undefined: nobody does. */
  readonly post?: string;
  readonly unsubscribe?: Unsubscribe;
  /** Where its mails are kept. */
  readonly archive?: string;
}

/** Ways out of a list. */
export interface Unsubscribe {
  /** A link to an address (RFC 6068). */
  readonly mailto?: string;
  /** A page. */
  readonly web?: string;
  /** The page takes `List-Unsubscribe=One-Click` by POST, without any question (RFC 8058 §3.1). */
  readonly oneClick: boolean;
}

const MAX_ID = 250;
const MAX_NAME = 200;
const MAX_LINK = 2_000;
const ID_CHARACTERS = /[^a-z0-9!$%*+_.=?^`{|}~-]+/g;

/** The list that a mail came by; undefined: none. A newsletter has one too, but nowhere to write to. */
export function readList(mail: ParsedMail): MailingList | undefined {
  const header = mail.headers.first('list-id');
  const posted = linksOf(mail.headers.first('list-post'))
    .map(mailtoOf)
    .find((address) => address !== undefined);
  const id = header === undefined ? posted && listId(posted.replace('@', '.')) : listId(idOf(header));
  if (id === undefined || id === '') return undefined;
  const post = posted ?? writtenTo(mail, id);
  const name = header === undefined ? '' : nameOf(header);
  const unsubscribe = readUnsubscribe(mail);
  const archive = linksOf(mail.headers.first('list-archive')).find(isWeb);
  return {
    id,
    name: name || id,
    ...(post !== undefined && { post }),
    ...(unsubscribe && { unsubscribe }),
    ...(archive !== undefined && { archive }),
  };
}

/** How to get no more mails of this kind; newsletters tell it too. */
export function readUnsubscribe(mail: ParsedMail): Unsubscribe | undefined {
  const links = linksOf(mail.headers.first('list-unsubscribe'));
  const mailto = links.find((link) => mailtoOf(link) !== undefined);
  const web = links.find(isWeb);
  if (mailto === undefined && web === undefined) return undefined;
  const asked = /^\s*list-unsubscribe=one-click\s*$/i.test(mail.headers.first('list-unsubscribe-post') ?? '');
  const oneClick = asked && web?.startsWith('https:') === true;
  return { ...(mailto !== undefined && { mailto }), ...(web !== undefined && { web }), oneClick };
}

/**
 * Who has written a mail of a list that puts its own address into From, because the author's domain lets nobody else
 * use it: `Alice via dev <dev@lists.example.org>`, and Alice in other headers. Undefined: From is the author. What
 * those headers say is as true as the list is trusted; they are believed only of a mail that comes from the list.
 */
export function listedAuthor(mail: ParsedMail, list: MailingList | undefined): Mailbox | undefined {
  const { from } = mail;
  if (!list || !from || !isOwn(from.address, list)) return undefined;
  const name = from.name
    ?.slice(0, MAX_NAME)
    .replace(/ (?:via|über|через) .*$/iu, '')
    .replace(/^['"]|['"]$/g, '')
    .trim();
  const named = name === undefined || name === '' || name === from.address ? undefined : name;
  const told = [
    mailboxOf(mail.headers.first('x-original-from')),
    mailboxOf(mail.headers.first('x-original-sender')),
    mailboxOf(mail.headers.first('x-mailfrom')),
    ...mail.replyTo,
    ...mail.cc.filter((other) => named !== undefined && other.name === named),
  ].find((one) => one !== undefined && !isOwn(one.address, list));
  if (!told) return undefined;
  const known = told.name ?? named;
  return { address: told.address, ...(known !== undefined && { name: known }) };
}

/** Whether an address belongs to the list: where it takes mail, or where it lets answers of its programs go. */
function isOwn(address: string, { id, post }: MailingList): boolean {
  if (address === post) return true;
  const domain = domainOf(address);
  return (
    address.replace('@', '.') === id ||
    (post !== undefined && domainOf(post) === domain && id.endsWith(domain))
  );
}

/** vger and others give no List-Post: it is the recipient whose address the id is made of. */
function writtenTo(mail: ParsedMail, id: string): string | undefined {
  return [...mail.to, ...mail.cc].find(({ address }) => address.replace('@', '.') === id)?.address;
}

function idOf(header: string): string {
  const start = header.lastIndexOf('<');
  const end = header.indexOf('>', start);
  return start < 0 ? header : header.slice(start + 1, end < 0 ? undefined : end);
}

/** Two lists whose ids differ only in what no JID may hold stay two. */
function listId(text: string): string {
  const lower = text.trim().toLowerCase();
  const clean = lower.replace(ID_CHARACTERS, '-');
  if (clean === lower && clean.length <= MAX_ID) return clean;
  const hash = createHash('sha256').update(lower).digest('hex').slice(0, 8);
  return `${clean.slice(0, MAX_ID - hash.length - 1)}-${hash}`;
}

function nameOf(header: string): string {
  const start = header.lastIndexOf('<');
  return (start < 0 ? '' : header.slice(0, start))
    .trim()
    .replace(/^"|"$/g, '')
    .replace(/\\(.)/g, '$1')
    .slice(0, MAX_NAME);
}

/** Links of a header such as List-Unsubscribe, in angle brackets (RFC 2369 §2). */
function linksOf(header: string | undefined): string[] {
  return [...(header?.slice(0, MAX_LINK * 4) ?? '').matchAll(/<([^<>]{1,2000})>/g)].map(([, link = '']) =>
    link.replace(/\s+/g, ''),
  );
}

const isWeb = (link: string): boolean => /^https?:\/\/[^/\s]/i.test(link);

/** The address of a `mailto:` link. */
function mailtoOf(link: string): string | undefined {
  const address = /^mailto:([^?]{1,400})/i.exec(link)?.[1];
  return address === undefined ? undefined : mailAddress(decoded(address));
}

function mailboxOf(header: string | undefined): Mailbox | undefined {
  if (header === undefined || header.length > MAX_LINK) return undefined;
  const named = /^(.{0,200}?)\s?<([^<>]{1,400})>\s*$/.exec(header);
  const address = mailAddress((named?.[2] ?? header).trim());
  const name = named?.[1]?.replace(/^["']|["']$/g, '').trim();
  return address === undefined ? undefined : { address, ...(name !== undefined && name !== '' && { name }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
