import type { Mailbox } from '../mail/mail-address.js';
import type { Conversation } from './conversation-book.js';
import type { RoomRecord } from './room-book.js';

/** Whom a mail goes to. */
export interface Recipients {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
}

/** Of a mail to a person: where he wants answers, if he has said so. */
export function toPerson({ id, name, answerTo }: Conversation): Recipients {
  if (answerTo !== undefined && answerTo.length > 0)
    return { to: answerTo.map((address) => ({ address })), cc: [] };
  return { to: [{ address: id, ...(name !== undefined && { name }) }], cc: [] };
}

/** Of a mail to a room: everybody, or the list. Nobody where none may write there. */
export function toRoom({ kind, members, copied, post }: RoomRecord): Recipients {
  if (kind === 'list') return { to: post === undefined ? [] : [{ address: post }], cc: [] };
  const people = members.map(({ address, name }) => ({ address, ...(name !== undefined && { name }) }));
  const to = people.filter(({ address }) => !copied.includes(address));
  // A mail to nobody but copies is what spam filters look for.
  return to.length === 0
    ? { to: people, cc: [] }
    : { to, cc: people.filter(({ address }) => copied.includes(address)) };
}
