import type { IqRequest } from '../iq-router.js';
import type { Caller } from './service-command.js';

/** Who gives a command, and to which part of the network. */
export function callerOf(request: Pick<IqRequest, 'from' | 'account' | 'language' | 'target'>): Caller {
  const { from, account, language, target } = request;
  return { from, account, language, ...(target.kind === 'place' && { place: target.id }) };
}
