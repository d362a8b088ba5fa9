import { type ErrorCode, GatewayError } from '../../../../src/gateway/error.js';
import type { Text } from '../../../../src/gateway/text.js';
import { quoted } from '../quoted.js';

/** What a Twilio error code (twilio.com/docs/api/errors) means to a user. */
interface Meaning {
  readonly code: ErrorCode;
  readonly text: Text;
  /** Nothing was sent, and the same may be taken later. */
  readonly later?: true;
}

const BAD_NUMBER: Meaning = { code: 'bad-address', text: { key: 'sms-carrier-bad-number' } };
const NO_ROUTE: Meaning = { code: 'recipient-unavailable', text: { key: 'sms-carrier-no-route' } };
const NO_MOBILE: Meaning = { code: 'recipient-unavailable', text: { key: 'sms-carrier-no-mobile' } };
const REGION: Meaning = { code: 'forbidden', text: { key: 'sms-carrier-region' } };
const SENDER: Meaning = { code: 'rejected', text: { key: 'sms-carrier-sender' } };
const UNREGISTERED: Meaning = { code: 'rejected', text: { key: 'sms-carrier-sender-unregistered' } };
const BUSY: Meaning = { code: 'network-unreachable', text: { key: 'sms-carrier-busy' }, later: true };
const ACCOUNT: Meaning = { code: 'bad-credentials', text: { key: 'sms-carrier-account-refused' } };
const SUSPENDED: Meaning = { code: 'payment-required', text: { key: 'sms-carrier-account-suspended' } };
const UNDELIVERED: Meaning = { code: 'recipient-unavailable', text: { key: 'sms-carrier-undelivered' } };
const MEDIA: Meaning = { code: 'rejected', text: { key: 'sms-carrier-media' } };
const TOO_LONG: Meaning = { code: 'too-long', text: { key: 'sms-carrier-provider-too-long' } };

const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [12300, MEDIA],
  [20003, ACCOUNT],
  [20005, SUSPENDED],
  [20429, BUSY],
  [21211, BAD_NUMBER],
  [21212, SENDER],
  [21214, NO_ROUTE],
  [21217, BAD_NUMBER],
  [21265, BAD_NUMBER],
  [21408, REGION],
  [21601, SENDER],
  [21603, SENDER],
  [21605, TOO_LONG],
  [21606, SENDER],
  [21608, { code: 'forbidden', text: { key: 'sms-carrier-trial' } }],
  [21610, { code: 'forbidden', text: { key: 'sms-carrier-opted-out' } }],
  [21611, BUSY],
  [21612, NO_ROUTE],
  [21614, NO_MOBILE],
  [21617, TOO_LONG],
  [21620, MEDIA],
  [21623, MEDIA],
  [21635, NO_MOBILE],
  [21659, SENDER],
  [21660, SENDER],
  [21703, SENDER],
  [30001, { code: 'network-unreachable', text: { key: 'sms-carrier-overflow' } }],
  [30002, SUSPENDED],
  [30003, { code: 'recipient-unavailable', text: { key: 'sms-carrier-phone-off' } }],
  [30004, { code: 'forbidden', text: { key: 'sms-carrier-blocked' } }],
  [30005, { code: 'recipient-unavailable', text: { key: 'sms-carrier-unknown-phone' } }],
  [30006, NO_MOBILE],
  [30007, { code: 'rejected', text: { key: 'sms-carrier-filtered' } }],
  [30008, UNDELIVERED],
  [30010, { code: 'payment-required', text: { key: 'sms-carrier-price' } }],
  [30011, MEDIA],
  [30019, MEDIA],
  [30032, UNREGISTERED],
  [30034, UNREGISTERED],
  [30036, { code: 'recipient-unavailable', text: { key: 'sms-carrier-expired' } }],
]);

/** What the API has answered to a request: an HTTP status and, if it is Twilio's own answer, a code. */
export function refusalOf(status: number, code: number | undefined, message: string): GatewayError {
  const meaning = code === undefined ? undefined : MEANINGS.get(code);
  if (meaning) return new GatewayError(meaning.code, meaning.text, 'not-sent', meaning.later === true);
  if (status === 401) return new GatewayError(ACCOUNT.code, ACCOUNT.text);
  if (status === 429) return new GatewayError(BUSY.code, BUSY.text, 'not-sent', true);
  // A gateway in between, or a server that broke in the middle, may have passed it on.
  if (status >= 500)
    return new GatewayError('network-unreachable', { key: 'sms-carrier-answer-lost' }, 'unknown');
  return new GatewayError('rejected', {
    key: 'sms-carrier-rejected',
    args: { answer: answer(code, message) },
  });
}

/** Why a message was not delivered, from the `ErrorCode` of a status callback. */
export function failureOf(code: number | undefined): GatewayError {
  const meaning = code === undefined ? UNDELIVERED : MEANINGS.get(code);
  if (meaning) return new GatewayError(meaning.code, meaning.text);
  return new GatewayError('rejected', { key: 'sms-carrier-failed', args: { answer: answer(code, '') } });
}

function answer(code: number | undefined, message: string): string {
  const number = code === undefined ? '' : `(Twilio ${code})`;
  return [quoted(message), number].filter((part) => part !== '').join(' ');
}
