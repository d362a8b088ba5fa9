import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactId, RoomId } from '../../../src/gateway/ids.js';
import type { Target } from '../../../src/gateway/message.js';
import type { PeerId } from '../client/model.js';
import { peerOf, placeOf } from '../ids.js';

/** Where on Telegram something goes: a chat, and which topic of it. */
export interface Place {
  readonly chat: PeerId;
  readonly topic?: number;
}

/** @throws {GatewayError} `unsupported` for who cannot be written to: a chat that speaks in a room */
export function placeOfTarget(target: Target): Place {
  if (target.kind === 'contact') return { chat: peerOf(target.id) };
  if (target.kind === 'room') return placeOf(target.id);
  const person = target.kind === 'member' ? (target.member as string as PeerId) : undefined;
  if (person?.startsWith('u')) return { chat: person };
  throw new GatewayError('unsupported', { key: 'telegram-people-only' });
}

/** The same, of an address by itself. */
export function placeBehind(where: ContactId | RoomId): Place {
  return where.startsWith('u') ? { chat: peerOf(where as ContactId) } : placeOf(where as RoomId);
}
