import { type ErrorCode, GatewayError } from '../../../../src/gateway/error.js';
import type { Text } from '../../../../src/gateway/text.js';

/** Values of command_status that are used here by name (SMPP 3.4 §5.1.3). */
export const status = {
  ok: 0x00,
  invalidCommandLength: 0x02,
  invalidCommandId: 0x03,
  systemError: 0x08,
  invalidSourceAddress: 0x0a,
  bindFailed: 0x0d,
  invalidPassword: 0x0e,
  invalidSystemId: 0x0f,
  queueFull: 0x14,
  throttled: 0x58,
  temporaryError: 0x64,
  permanentError: 0x65,
} as const;

/** The centre asks for less at a time and has not taken the message: the same part may go again. */
export function isThrottling(value: number): boolean {
  return value === status.throttled || value === status.queueFull;
}

/** The centre does not know this account or its password; trying again changes nothing (S18). */
export function isBindRefusal(value: number): boolean {
  return value === status.invalidPassword || value === status.invalidSystemId;
}

/** The centre refuses, which may mean the account, or an earlier bind that it holds for alive; at once is too soon. */
export function isBindFailure(value: number): boolean {
  return value === status.bindFailed;
}

/** For the log and `status`: what the centre said to a bind. */
export function bindRefusalReason(value: number): string {
  switch (value) {
    case status.invalidPassword:
      return 'the centre refuses the password (ESME_RINVPASWD)';
    case status.invalidSystemId:
      return 'the centre does not know the system_id (ESME_RINVSYSID)';
    case status.bindFailed:
      return 'the centre refuses the bind (ESME_RBINDFAIL)';
    default:
      return `the centre answers the bind with command_status ${hex(value)}`;
  }
}

interface Meaning {
  readonly code: ErrorCode;
  readonly text: Text;
  readonly retryable?: boolean;
}

const badSender: Meaning = { code: 'forbidden', text: { key: 'sms-smpp-bad-sender' } };
const badRecipient: Meaning = { code: 'bad-address', text: { key: 'sms-smpp-bad-recipient' } };
const throttled: Meaning = { code: 'limit', text: { key: 'sms-smpp-throttled' }, retryable: true };
const temporary: Meaning = {
  code: 'network-unreachable',
  text: { key: 'sms-smpp-temporary' },
  retryable: true,
};
const tooLong: Meaning = { code: 'too-long', text: { key: 'sms-smpp-too-long' } };
const notAllowed: Meaning = { code: 'forbidden', text: { key: 'sms-smpp-not-allowed' } };

/** Negative answers to submit_sm that say more than their number; any other is shown with its number. */
const meanings: ReadonlyMap<number, Meaning> = new Map([
  [0x01, tooLong],
  [status.systemError, temporary],
  [status.invalidSourceAddress, badSender],
  [0x0b, badRecipient],
  [status.queueFull, throttled],
  [0x45, temporary],
  [0x48, badSender],
  [0x49, badSender],
  [0x50, badRecipient],
  [0x51, badRecipient],
  [status.throttled, throttled],
  [status.temporaryError, temporary],
  [0x100, notAllowed],
  [0x101, notAllowed],
  [0x102, notAllowed],
  [0x103, notAllowed],
]);

/** What a negative answer to a submit means for the user: nothing went out. */
export function submitError(value: number): GatewayError {
  const { code, text, retryable } = meanings.get(value) ?? {
    code: 'rejected',
    text: { key: 'sms-smpp-refused', args: { status: hex(value) } },
  };
  return new GatewayError(code, text, 'not-sent', retryable ?? false);
}

/** As the specification and the centres' manuals write it: `0x00000045`. */
function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
