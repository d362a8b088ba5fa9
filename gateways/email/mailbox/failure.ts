import { z } from 'zod';
import type { Text } from '../../../src/gateway/text.js';
import { serverUnreachable } from '../mail/target.js';

/**
 * `unreachable`: no server there that speaks. `certificate`, `insecure`: no protection as asked for (S20).
 * `credentials`: the login is refused for good; `busy`: for now. `lost`: the connection broke or stalled.
 * `garbage`: what came is no IMAP, or too much. `refused`: an answer of NO or BAD to a command; the connection stands.
 */
export type FailureKind =
  | 'unreachable'
  | 'certificate'
  | 'insecure'
  | 'credentials'
  | 'busy'
  | 'lost'
  | 'garbage'
  | 'refused';

/** Why a mailbox could not be used. */
export class MailboxFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    /** The server's own words, harmless and short; empty: none. */
    readonly answer = '',
    /** Response code of RFC 5530 and others, upper case. */
    readonly code = '',
  ) {
    super(`${kind}${code === '' ? '' : ` ${code}`}`);
    this.name = 'MailboxFailure';
  }
}

/** What imapflow says about a failure, as far as it is used. */
interface ImapError {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly response?: unknown;
  readonly responseStatus?: unknown;
  readonly responseText?: unknown;
  readonly serverResponseCode?: unknown;
  readonly authenticationFailed?: unknown;
  readonly tlsFailed?: unknown;
  readonly mailboxMissing?: unknown;
  readonly message?: unknown;
}

/** A response code as imapflow's parser leaves it in an answer. */
const sectionSchema = z.object({
  attributes: z.tuple(
    [z.object({ section: z.tuple([z.object({ value: z.string() })], z.unknown()) })],
    z.unknown(),
  ),
});

const MAX_ANSWER = 200;
/** Node's names of what can be wrong with a certificate, and of a handshake that led nowhere. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS/;
const NOT_TLS = /^ERR_SSL|EPROTO|STARTTLS_INJECTION|UPGRADE_TIMEOUT/;
const GONE = new Set(['NoConnection', 'EConnectionClosed', 'StateLogout', 'ETIMEOUT', 'ECONNRESET', 'EPIPE']);
const GARBAGE = new Set([
  'ResponseProcessingFailed',
  'UnexpectedTag',
  'InvalidResponse',
  'ParserError',
  'ParserErrorExchange',
  'MAX_IMAP_NESTING_REACHED',
  'LineTooLarge',
  'LiteralTooLarge',
  'ResponseTooLarge',
]);
/** RFC 5530 §3 and what large providers say: it will pass. */
const PASSING_CODES = new Set(['UNAVAILABLE', 'LIMIT', 'INUSE', 'SERVERBUG', 'THROTTLED', 'ETHROTTLE']);
const PASSING_WORDS =
  /too many|simultaneous|maximum number|rate.?limit|throttl|temporar|try again|unavailable|server busy|timed? ?out|internal error|exceeded.*(connection|bandwidth)/i;
const NO_MECHANISM = /authentication (mechanism|method)|login is disabled/i;

/** What became of the attempt to connect and log in. */
export function loginFailure(error: unknown): MailboxFailure {
  if (error instanceof MailboxFailure) return error;
  const { code, reason, authenticationFailed, tlsFailed, message } = seen(error);
  const answer = answerOf(error);
  const name = typeof code === 'string' ? code : '';
  if (CERTIFICATE.test(name)) return new MailboxFailure('certificate');
  if (tlsFailed) return new MailboxFailure('insecure');
  if (NOT_TLS.test(name)) return new MailboxFailure('unreachable');
  if (typeof reason === 'string') return new MailboxFailure('busy', harmless(reason));
  if (GONE.has(name)) return new MailboxFailure(authenticationFailed ? 'lost' : 'unreachable');
  if (GARBAGE.has(name)) return new MailboxFailure('unreachable');
  if (authenticationFailed || NO_MECHANISM.test(String(message))) {
    const responseCode = codeOf(error);
    if (PASSING_CODES.has(responseCode) || PASSING_WORDS.test(answer))
      return new MailboxFailure('busy', answer, responseCode);
    return new MailboxFailure('credentials', answer, responseCode);
  }
  return new MailboxFailure('unreachable');
}

/** What became of a command after the login. */
export function commandFailure(error: unknown): MailboxFailure {
  if (error instanceof MailboxFailure) return error;
  const { code, responseStatus, mailboxMissing } = seen(error);
  const name = typeof code === 'string' ? code : '';
  if (mailboxMissing || name === 'NotFound') return new MailboxFailure('refused', '', 'NONEXISTENT');
  if (responseStatus === 'NO' || responseStatus === 'BAD')
    return new MailboxFailure('refused', answerOf(error), codeOf(error));
  return new MailboxFailure(GARBAGE.has(name) ? 'garbage' : 'lost', '', name);
}

/** What the user is told. */
export function failureText(failure: MailboxFailure, host: string): Text {
  const { kind, answer } = failure;
  switch (kind) {
    case 'unreachable':
      return serverUnreachable(host).text;
    case 'certificate':
      return { key: 'email-mailbox-certificate', args: { host } };
    case 'insecure':
      return { key: 'email-mailbox-insecure', args: { host } };
    case 'credentials':
      return answer === ''
        ? { key: 'email-mailbox-login-refused', args: { host } }
        : { key: 'email-mailbox-login-refused-because', args: { host, answer } };
    case 'busy':
      return { key: 'email-mailbox-busy', args: { host } };
    case 'lost':
      return { key: 'email-mailbox-lost', args: { host } };
    case 'garbage':
      return { key: 'email-mailbox-garbage', args: { host } };
    case 'refused':
      return { key: 'email-mailbox-no-access', args: { host } };
  }
}

function seen(error: unknown): ImapError {
  return typeof error === 'object' && error !== null ? error : {};
}

function answerOf(error: unknown): string {
  const { response, responseText } = seen(error);
  return harmless(
    typeof responseText === 'string' ? responseText : typeof response === 'string' ? response : '',
  );
}

function codeOf(error: unknown): string {
  const { serverResponseCode, response, code } = seen(error);
  const bracketed = /\[([A-Z-]{3,30})[ \]]/.exec(typeof response === 'string' ? response : '')?.[1];
  const parsed = sectionSchema.safeParse(response).data?.attributes[0].section[0].value;
  const known = [serverResponseCode, parsed, bracketed, code].find((name) => typeof name === 'string');
  return String(known ?? '').toUpperCase();
}

function harmless(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, MAX_ANSWER);
}
