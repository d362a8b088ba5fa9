import type { ErrorCode } from '../../../src/gateway/error.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Text } from '../../../src/gateway/text.js';

/** Characters of a server's answer that are shown. */
const MAX_ANSWER = 300;

interface Reason {
  readonly code: ErrorCode;
  readonly text: (args: { readonly address: string; readonly answer: string }) => Text;
}

const UNKNOWN: Reason = { code: 'not-found', text: (args) => ({ key: 'email-failed-unknown', args }) };
const NO_DOMAIN: Reason = { code: 'not-found', text: (args) => ({ key: 'email-failed-domain', args }) };
const FULL: Reason = { code: 'recipient-unavailable', text: (args) => ({ key: 'email-failed-full', args }) };
const DISABLED: Reason = {
  code: 'recipient-unavailable',
  text: (args) => ({ key: 'email-failed-disabled', args }),
};
const TOO_LARGE: Reason = { code: 'too-long', text: (args) => ({ key: 'email-failed-size', args }) };
const LOOP: Reason = { code: 'rejected', text: (args) => ({ key: 'email-failed-loop', args }) };
const UNREACHABLE: Reason = {
  code: 'network-unreachable',
  text: (args) => ({ key: 'email-failed-unreachable', args }),
};
const CONTENT: Reason = { code: 'rejected', text: (args) => ({ key: 'email-failed-content', args }) };
const SENDER: Reason = { code: 'rejected', text: (args) => ({ key: 'email-failed-sender', args }) };
const REFUSED: Reason = { code: 'rejected', text: (args) => ({ key: 'email-failed-refused', args }) };
const OTHER: Reason = { code: 'rejected', text: (args) => ({ key: 'email-failed', args }) };

/** Enhanced status codes without their class (RFC 3463 §3, RFC 7372); a whole subject where it has no own entry. */
const BY_CODE: Readonly<Record<string, Reason>> = {
  '1.1': UNKNOWN,
  '1.2': NO_DOMAIN,
  '1.3': UNKNOWN,
  '1.6': UNKNOWN,
  '1.8': SENDER,
  '1.10': NO_DOMAIN,
  '2.1': DISABLED,
  '2.2': FULL,
  '2.3': TOO_LARGE,
  '3.4': TOO_LARGE,
  '4.4': NO_DOMAIN,
  '4.6': LOOP,
  '4.14': LOOP,
  '4': UNREACHABLE,
  '6': CONTENT,
  '7.20': SENDER,
  '7.21': SENDER,
  '7.22': SENDER,
  '7.23': SENDER,
  '7.24': SENDER,
  '7.25': SENDER,
  '7.26': SENDER,
  '7': REFUSED,
};

/** What servers without such codes, or with none that tells, say. */
const BY_WORDS: readonly (readonly [RegExp, Reason])[] = [
  [/quota|mailbox (?:is )?full|over ?quota|insufficient (?:system )?storage/i, FULL],
  [
    /(?:user|recipient|mailbox|address|account)[^.]{0,40}(?:unknown|not exist|not found|no such|unavailable|invalid)|(?:no such|unknown|invalid) (?:user|recipient|mailbox|address|person)|does ?n[o']t (?:exist|have)/i,
    UNKNOWN,
  ],
  [/disabled|deactivated|inactive|suspended/i, DISABLED],
  [/too (?:large|big|long)|exceeds.{0,40}(?:size|limit)|size limit/i, TOO_LARGE],
  [/host (?:or domain name )?not found|domain (?:does not exist|not found)|nxdomain|no mx/i, NO_DOMAIN],
  [/too many hops|mail loop|routing loop/i, LOOP],
  [/spf|dkim|dmarc|unauthenticated/i, SENDER],
  [/spam|virus|malware|content rejected/i, CONTENT],
  [/timed? ?out|connection refused|unreachable|no route/i, UNREACHABLE],
  [/black ?list|block(?:ed|list)|denied|refused|policy|not authorized|reputation/i, REFUSED],
];

/**
 * Why a mail did not reach somebody, as an error for the user.
 * @param status enhanced status code (`5.1.1`), or what stands in the answer
 * @param answer the server's own words, unchecked
 */
export function deliveryFailure(
  address: string,
  status: string | undefined,
  answer: string | undefined,
): GatewayError {
  const words = readable(answer ?? '');
  const reason = byStatus(status ?? statusIn(words)) ?? byWords(words) ?? OTHER;
  return new GatewayError(reason.code, reason.text({ address, answer: bracketed(words, status) }));
}

/** An enhanced status code within an answer. */
export function statusIn(words: string): string | undefined {
  return /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(words)?.[0];
}

/** One line, without `smtp;` and the line numbering of SMTP, bounded. */
export function readable(answer: string): string {
  return answer
    .slice(0, MAX_ANSWER * 4)
    .replace(/^\s*(?:smtp|x-[a-z0-9-]{1,40})\s*;/i, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/(\d{3})-(?=\d\.\d{1,3}\.\d{1,3} )/g, '$1 ')
    .trim()
    .slice(0, MAX_ANSWER);
}

/** As it is put behind a sentence: nothing, or in brackets. */
function bracketed(words: string, status: string | undefined): string {
  const told = words === '' ? (status ?? '') : words;
  return told === '' ? '' : ` (${told})`;
}

function byStatus(status: string | undefined): Reason | undefined {
  const match = /^[245]\.(\d{1,3})\.(\d{1,3})$/.exec(status ?? '');
  if (!match) return undefined;
  const [, subject = '', detail = ''] = match;
  const own = BY_CODE[`${subject}.${detail}`];
  // `x.0`: the words may tell more.
  return own ?? (detail === '0' ? undefined : BY_CODE[subject]);
}

function byWords(words: string): Reason | undefined {
  return BY_WORDS.find(([pattern]) => pattern.test(words))?.[1];
}
