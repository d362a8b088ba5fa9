import { EmailAddressCodec } from '../address.js';
import type { EmailContext } from '../context.js';
import type { ConversationId } from '../conversation/conversation-book.js';
import { isRoom } from '../conversation/conversation-book.js';

const codec = new EmailAddressCodec();

/** The conversation that a user means: an address, or the local part of a room, with or without the gateway's domain. */
export function readConversation(
  { environment }: Pick<EmailContext, 'environment'>,
  typed: string,
): ConversationId | undefined {
  const text = typed.trim().replace(/^xmpp:/i, '');
  const suffix = `@${environment.domain}`;
  const local = text.endsWith(suffix) ? text.slice(0, -suffix.length).replaceAll('\\40', '@') : text;
  const room = codec.parse(local.toLowerCase());
  if (room?.kind === 'room' && isRoom(room.id)) return room.id;
  const person = codec.parseInput(local);
  return person?.kind === 'contact' ? person.id : undefined;
}
