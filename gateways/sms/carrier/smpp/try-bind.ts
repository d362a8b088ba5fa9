import type { Log } from '../../../../src/gateway/gateway.js';
import type { CarrierState } from '../carrier.js';
import { Bind } from './bind.js';
import { status } from './command-status.js';
import type { SmppOptions } from './options.js';

/**
 * Logs in and out again, as a transmitter, to which the centre gives no messages: nothing could take them. Resolves
 * with what came of it, `connecting` when the centre has not said before `signal`.
 */
export async function tryBind(options: SmppOptions, log: Log, signal: AbortSignal): Promise<CarrierState> {
  let bind: Bind | undefined;
  const reached = await new Promise<CarrierState>((resolve) => {
    signal.addEventListener('abort', () => resolve({ state: 'connecting' }), { once: true });
    bind = new Bind('transmitter', options, log, {
      bound: () => undefined,
      // Some centres do it nevertheless; it is to come again when the account is in use.
      delivery: (link, pdu) => link.answer(pdu, status.temporaryError),
      state: (_role, state) => {
        if (state.state !== 'connecting') resolve(state);
      },
    });
    bind.start();
  });
  await bind?.stop();
  return reached;
}
