import { type ErrorCode, GatewayError } from '../../../../src/gateway/error.js';
import { readAnswer, type ServerAnswer } from './server-answer.js';

/** Where in a session a server has said no. */
export type Step = 'login' | 'sender' | 'recipient' | 'data';

/** The login is needed, refused, too weak, or wants encryption (RFC 4954 §6). */
const LOGIN_CODES: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/** Subject and detail of RFC 3463 §3 as what a user can make of it; the class says whether it lasts. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^.\.1\.(1|2|3|6|10)$/, 'not-found', 'email-send-no-such-address'],
  [/^.\.2\.(1|2)$/, 'recipient-unavailable', 'email-send-mailbox-full'],
  [/^.\.(2\.3|3\.4)$/, 'too-long', 'email-send-too-large'],
];

/**
 * The error for an answer that is no, always of certain outcome: the server has not taken the mail. Answers of class 4
 * may be tried again, greylisting (RFC 6647) among them.
 */
export function refusal(response: string, step: Step): GatewayError {
  const answer = readAnswer(response);
  const { code = 0, status = '', text } = answer;
  const later = code < 500;
  const args = { answer: text === '' ? String(code) : text };
  if (!later && (step === 'login' || LOGIN_CODES.has(code)))
    return new GatewayError('bad-credentials', { key: 'email-send-login-refused', args });
  const [, meaning, key] = meaningOf(answer, status, step);
  if (later) return new GatewayError(meaning, { key: 'email-send-later', args }, 'not-sent', true);
  return new GatewayError(meaning, { key, args });
}

function meaningOf({ code }: ServerAnswer, status: string, step: Step): (typeof MEANINGS)[number] {
  const known = MEANINGS.find(([pattern]) => pattern.test(status));
  if (known) return known;
  // RFC 5321 §4.2.2: exceeded storage allocation, of the mailbox or of the server.
  if (code === 552 && !/^5\.7\./.test(status))
    return step === 'recipient'
      ? [/^/, 'recipient-unavailable', 'email-send-mailbox-full']
      : [/^/, 'too-long', 'email-send-too-large'];
  return [/^/, 'rejected', 'email-send-refused'];
}

/** The mail is not with the server for certain; the connection failed, or what came over it was not SMTP. */
export function broken(host: string): GatewayError {
  return new GatewayError(
    'network-unreachable',
    { key: 'email-send-broken', args: { host } },
    'not-sent',
    true,
  );
}

/** The mail was handed over, its end included, and no answer came: it may be on its way (RFC 1047). */
export function unknownOutcome(host: string): GatewayError {
  return new GatewayError('network-unreachable', { key: 'email-send-unknown', args: { host } }, 'unknown');
}

/** The connection cannot be protected as it must be (S20). */
export function insecure(host: string): GatewayError {
  return new GatewayError(
    'network-unreachable',
    { key: 'email-send-insecure', args: { host } },
    'not-sent',
    true,
  );
}

/** Too many mails wait for a connection. */
export function busy(): GatewayError {
  return new GatewayError('limit', { key: 'email-send-busy' }, 'not-sent', true);
}
