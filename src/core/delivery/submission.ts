import type { MessageRecord, OutboxEntry } from '../../store/message-store.js';
import type { Account } from '../account/account.js';
import { steadyNow } from '../steady-clock.js';
import type { Entry, Payload } from './conversation-queue.js';
import type { DeliveryOptions } from './delivery-options.js';
import type { Outgoing } from './outgoing.js';
import { keyOf } from './peer.js';

const MS_PER_HOUR = 3_600_000;

/** A message that has just come from its author; `direct`: it is handed over as soon as it is committed. */
export function newEntry(
  { id }: Outgoing,
  { expireHours }: Pick<DeliveryOptions, 'expireHours'>,
  direct: boolean,
): Entry {
  const life = expireHours * MS_PER_HOUR;
  return {
    id,
    expiresAt: Date.now() + life,
    deadline: steadyNow() + life,
    recalled: false,
    attempts: 0,
    state: direct ? 'sending' : 'waiting',
    maybeSent: false,
    taken: direct,
    payload: undefined,
    committing: undefined,
  };
}

/** What is written down of it. */
export function submission(
  domain: string,
  account: Account,
  { id, peer, xmppIds, author, receipt, message, files }: Outgoing,
  { state, expiresAt }: Entry,
): { readonly record: MessageRecord; readonly queued: OutboxEntry } {
  const now = Date.now();
  const { kind, contact } = keyOf(peer);
  const owner = { id, account: account.record.id, domain, contact };
  return {
    record: {
      ...owner,
      ...{ kind, direction: 'out', xmppIds, networkIds: [], author, receipt, state, detail: '' },
      ...{ createdAt: now, changedAt: now },
    },
    queued: {
      ...owner,
      payload: JSON.stringify({ message, files } satisfies Payload),
      ...{ attempts: 0, nextAt: now, expiresAt },
    },
  };
}
