import { getDomain } from 'tldts';
import type { Authenticity } from '../mail/origin.js';

/** One result of a check (RFC 8601 §2.2): `dkim=pass header.d=example.org`. */
export interface CheckResult {
  /** `spf`, `dkim`, `dmarc`, `arc`; lower case. */
  readonly method: string;
  /** `pass`, `fail`, …; lower case. */
  readonly result: string;
  /** By `ptype.property`, lower case: `header.from`, `smtp.mailfrom`. */
  readonly properties: ReadonlyMap<string, string>;
}

/** What a server has written about a mail (RFC 8601). */
export interface AuthenticationResults {
  /** The server's name for itself (authserv-id), lower case. */
  readonly server: string;
  readonly results: readonly CheckResult[];
}

/** Results of one header that are read. */
const MOST = 50;
/** Characters of one header that are read. */
const LONGEST = 8_192;
/** A quoted string, one that never ends to the end of the text, or it would be looked through again and again; the rest. */
const TOKEN = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[;=]|[^\s"();=]+/gs;
/** What stands between semicolons that are in no quotes. */
const PART = /(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[^;"])+/gs;

/** Reads the value of an Authentication-Results header, unfolded; undefined for none. */
export function parseAuthenticationResults(value: string): AuthenticationResults | undefined {
  const text = withoutComments(value.slice(0, LONGEST));
  const [head = '', ...parts] = splitOutsideQuotes(text);
  const server = /^\s*"?([^\s";=]+)"?(?:\s+\d+)?\s*$/.exec(head)?.[1]?.toLowerCase();
  if (server === undefined) return undefined;
  return { server, results: parts.slice(0, MOST).flatMap(resultOf) };
}

/**
 * What a trusted server says of a mail that claims to be from an address. Only the topmost header of that server
 * counts: it has written it last.
 */
export function authenticityBy(
  headers: readonly string[],
  isTrusted: (server: string) => boolean,
  author: string,
): Authenticity | undefined {
  for (const header of headers) {
    const parsed = parseAuthenticationResults(header);
    if (parsed !== undefined && isTrusted(parsed.server)) return authenticityOf(parsed.results, author);
  }
  return undefined;
}

/**
 * Large providers that check all mail and take away what others have written in their name, by the domains of their IMAP
 * servers; and as whom they write.
 */
const PROVIDERS: Readonly<Record<string, string>> = {
  'gmail.com': 'google.com',
  'googlemail.com': 'google.com',
  'yahoo.com': 'yahoo.com',
  'mail.ru': 'mail.ru',
  'yandex.ru': 'yandex.net',
  'yandex.com': 'yandex.net',
  'fastmail.com': 'messagingengine.com',
  'me.com': 'icloud.com',
  'gmx.net': 'gmx.net',
  'web.de': 'web.de',
};

/**
 * What the server of a user's mailbox says of a mail. Where it is not known to take forged headers away it is believed
 * only that a mail is not genuine.
 * @param headers values of Authentication-Results, the topmost first
 * @param imapHost where the mailbox is read
 */
export function authenticityInMailbox(
  headers: readonly string[],
  imapHost: string,
  author: string,
): Authenticity {
  const home = organizationOf(imapHost);
  const known = Object.hasOwn(PROVIDERS, home) ? PROVIDERS[home] : undefined;
  const isHome = (server: string) => organizationOf(server) === (known ?? home);
  const found = authenticityBy(headers, isHome, author) ?? 'none';
  return found === 'pass' && known === undefined ? 'none' : found;
}

/** Whether two names belong to one organization (RFC 7489 §3.1.1, relaxed). */
export function isAligned(one: string, other: string): boolean {
  return organizationOf(one) === organizationOf(other);
}

function organizationOf(domain: string): string {
  const name = domain.toLowerCase().replace(/\.$/, '');
  return getDomain(name, { allowPrivateDomains: true }) ?? name;
}

function authenticityOf(results: readonly CheckResult[], author: string): Authenticity {
  const domain = author.slice(author.lastIndexOf('@') + 1);
  const dmarc = results.find(({ method }) => method === 'dmarc');
  const from = dmarc?.properties.get('header.from');
  if (dmarc?.result === 'pass') return from === undefined || isAligned(domain, bare(from)) ? 'pass' : 'fail';
  if (dmarc?.result === 'fail') return 'fail';
  const vouched = results.some(({ method, result, properties }) => {
    if (result !== 'pass') return false;
    const name =
      method === 'dkim'
        ? (properties.get('header.d') ?? properties.get('header.i'))
        : method === 'spf'
          ? properties.get('smtp.mailfrom')
          : undefined;
    return name !== undefined && isAligned(domain, bare(name));
  });
  return vouched ? 'pass' : 'none';
}

/** The domain of `user@domain`, `@domain` or `domain`. */
function bare(text: string): string {
  return text.slice(text.lastIndexOf('@') + 1);
}

function resultOf(text: string): readonly CheckResult[] {
  const tokens = text.match(TOKEN) ?? [];
  const [method = '', sign, result = ''] = tokens;
  if (sign !== '=' || result === '') return [];
  const properties = new Map<string, string>();
  for (let at = 3; at + 2 < tokens.length; at += 1) {
    if (tokens[at + 1] !== '=') continue;
    const name = (tokens[at] ?? '').toLowerCase();
    if (!properties.has(name)) properties.set(name, unquoted(tokens[at + 2] ?? ''));
    at += 2;
  }
  return [{ method: method.toLowerCase().replace(/\/.*$/, ''), result: result.toLowerCase(), properties }];
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : text;
}

/** Comments may lie within comments (RFC 5322 §3.2.2); what is in quotes is none. */
function withoutComments(text: string): string {
  let depth = 0;
  let quoted = false;
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    const escaped = letter === '\\' ? (text[at + 1] ?? '') : undefined;
    if (escaped !== undefined) at += 1;
    if (depth === 0 && escaped === undefined && letter === '"') quoted = !quoted;
    if (!quoted && letter === '(') depth += 1;
    else if (!quoted && letter === ')' && depth > 0) depth -= 1;
    else if (depth === 0) plain += escaped === undefined ? letter : `\\${escaped}`;
    if (depth === 0 && letter === ')' && !quoted) plain += ' ';
  }
  return plain;
}

function splitOutsideQuotes(text: string): readonly string[] {
  return text.match(PART) ?? [];
}
