import type { InboundEvent } from '../../../src/gateway/event.js';
import { asContactId, asMessageId } from '../ids.js';
import type { Incoming } from './incoming.js';
import { type LoggedMail, partIds } from './mail-log.js';
import type { Change } from './reading.js';

/**
 * What a mail does to an earlier message. Undefined: nothing, it is shown as a mail. Only in a conversation of two
 * (rooms know no such thing), and only by whom it belongs to: words are changed or taken back where it is proven who
 * asks for it.
 */
export function changeEvent(
  change: Change,
  { author, origin, byUser }: Incoming,
  mail: LoggedMail,
): InboundEvent | undefined {
  const contact = asContactId(author.address);
  if (mail.conversation !== contact || byUser || origin.authenticity === 'fail') return undefined;
  const own = mail.direction === 'out';
  const id = own ? partIds(change.to, mail.parts).at(-1) : asMessageId(change.to);
  if (id === undefined) return undefined;
  const message = { id, own };
  if (change.kind === 'reaction')
    return { type: 'reactions-changed', contact, message, emojis: change.emojis };
  if (own || origin.authenticity !== 'pass') return undefined;
  if (change.kind === 'edit') return { type: 'message-edited', contact, message, text: change.text };
  return { type: 'message-retracted', contact, message };
}
