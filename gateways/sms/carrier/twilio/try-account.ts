import type { CarrierState } from '../carrier.js';
import { twilioCaller, twilioClient } from './client.js';
import { accountState } from './failure.js';
import type { TwilioOptions } from './options.js';

/**
 * Whether Twilio takes the account and its token; `connecting` when it has not said before `signal`. Throws when
 * `caFile` cannot be read.
 */
export async function tryAccount(options: TwilioOptions, signal: AbortSignal): Promise<CarrierState> {
  const caller = twilioCaller(options);
  const late = new Promise<CarrierState>((resolve) => {
    signal.addEventListener('abort', () => resolve({ state: 'connecting' }), { once: true });
  });
  try {
    return await Promise.race([accountState(twilioClient(options, caller), options.accountSid), late]);
  } finally {
    await caller.close();
  }
}
