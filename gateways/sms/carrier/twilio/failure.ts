import type twilio from 'twilio';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { CarrierState } from '../carrier.js';
import { AnswerLost, NotReached } from '../http-call.js';
import { refusalOf } from './refusal.js';

/** What a failed request means. The library's `RestException` has a status, and Twilio's code if Twilio answered. */
export function requestFailure(error: unknown): GatewayError {
  if (error instanceof NotReached) {
    return new GatewayError('network-unreachable', { key: 'sms-carrier-unreachable' }, 'not-sent', true);
  }
  if (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 300
  ) {
    const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
    return refusalOf(error.status, code, String(error.message));
  }
  // The answer was lost, or is nothing that the library understands.
  return new GatewayError('network-unreachable', { key: 'sms-carrier-answer-lost' }, 'unknown');
}

/** What a failed request shows of the API. */
export function stateAfter(error: unknown): CarrierState {
  const refusal = requestFailure(error);
  if (refusal.code === 'bad-credentials') {
    return { state: 'refused', reason: 'Twilio does not accept the account or the token' };
  }
  if (refusal.code !== 'network-unreachable' || refusal.text.key === 'sms-carrier-busy') {
    return { state: 'connected' };
  }
  const reason =
    error instanceof NotReached || error instanceof AnswerLost ? error.reason : 'no usable answer';
  return { state: 'unreachable', reason };
}

/** Whether the API takes the account; never rejects. */
export async function accountState(
  client: Promise<twilio.Twilio>,
  accountSid: string,
): Promise<CarrierState> {
  try {
    await (await client).api.v2010.accounts(accountSid).fetch();
    return { state: 'connected' };
  } catch (error) {
    return stateAfter(error);
  }
}
