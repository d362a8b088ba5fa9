import type { PeerId, TgEntity, TgMessage } from '../client/model.js';
import { soundEntities } from './sound-text.js';

/** Places in one message where the user is named; of more, the first are enough. */
const MAX_PLACES = 20;

/** The user, as a group sees him. */
export interface OwnName {
  readonly me: PeerId;
  /** Without `@`. */
  readonly username: string | undefined;
  /** What he is called in the room. */
  readonly nick: string;
}

/**
 * The message with the user called what he is called in the room, wherever it names him by his `@username` or by a link
 * behind other words: clients look for that name (XEP-0513 §3.1, I15). Entities may be anything.
 */
export function withOwnName(message: TgMessage, own: OwnName): TgMessage {
  const { text, entities } = message;
  if (!entities.some(({ kind }) => kind === 'mention' || kind === 'person')) return message;
  const sound = soundEntities(text, entities);
  const places = sound
    .filter((entity) => isOwn(text, entity, own))
    .sort((one, other) => one.offset - other.offset)
    .filter(({ offset }, index, all) => {
      const before = all[index - 1];
      return !before || before.offset + before.length <= offset;
    })
    .slice(0, MAX_PLACES);
  if (places.length === 0) return message;
  let out = '';
  let from = 0;
  for (const { offset, length } of places) {
    out += text.slice(from, offset) + own.nick;
    from = offset + length;
  }
  const moved = (position: number) => movedTo(position, places, own.nick.length);
  return {
    ...message,
    text: out + text.slice(from),
    entities: sound.map((entity) => {
      const offset = moved(entity.offset);
      return { ...entity, offset, length: moved(entity.offset + entity.length) - offset };
    }),
  };
}

function isOwn(text: string, { kind, offset, length, person }: TgEntity, { me, username }: OwnName): boolean {
  if (kind === 'person') return person === me;
  const words = text.slice(offset, offset + length).toLowerCase();
  return kind === 'mention' && username !== undefined && words === `@${username.toLowerCase()}`;
}

/** Where a position of the text is when each of those places holds so many units; within one: at its beginning. */
function movedTo(position: number, places: readonly TgEntity[], units: number): number {
  let shift = 0;
  for (const { offset, length } of places) {
    if (position <= offset) break;
    if (position < offset + length) return offset + shift;
    shift += units - length;
  }
  return position + shift;
}
