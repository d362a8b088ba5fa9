import { randomBytes } from 'node:crypto';

/** A UUIDv7 without its version and variant (RFC 9562 §5.7): 48 bits of milliseconds and 74 more, in order. */
const TAIL_BITS = 74n;
const LOW_BITS = 62n;
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})$/;

/**
 * Ids of archive entries between two others, in order, each with the time of its message as far as those two leave room
 * for it (milliseconds; in order). They are unpredictable like those that are made at an arrival. An empty `low` is none.
 * @throws {RangeError} where there is no room, or an end is no UUIDv7
 */
export function placeIds(low: string, high: string, times: readonly number[]): string[] {
  const bottom = low === '' ? -1n : toOrder(low);
  const placed: bigint[] = [];
  let next = toOrder(high);
  for (let index = times.length - 1; index >= 0; index -= 1) {
    // All that are older need a place as well.
    const floor = bottom + 1n + BigInt(index);
    next = placeBelow(next, floor, bottom, index, times[index] ?? 0);
    placed.push(next);
  }
  return placed.reverse().map(toUuid);
}

function placeBelow(high: bigint, floor: bigint, bottom: bigint, older: number, time: number): bigint {
  const top = high - 1n;
  if (top < floor) throw new RangeError('there is no room for more entries of an archive');
  const end = ((BigInt(Math.max(0, Math.trunc(time))) + 1n) << TAIL_BITS) - 1n;
  const wished = (end < top ? end : top) - randomBelow(1n << LOW_BITS);
  if (wished >= floor) return wished;
  // Older than what it has to follow: all that are left share the room.
  const step = (top - bottom) / BigInt(older + 2);
  const shared = bottom + step * BigInt(older + 1) + (step > 0n ? randomBelow(step) : 0n);
  return shared < floor ? floor : shared;
}

function toOrder(uuid: string): bigint {
  const match = UUID_V7.exec(uuid);
  if (!match) throw new RangeError('an end of the room for entries is no id of an archive');
  const [, head = '', mid = '', seq = '', variant = '', rest = ''] = match;
  const lower = BigInt(`0x${variant}${rest}`) & ((1n << LOW_BITS) - 1n);
  return (BigInt(`0x${head}${mid}${seq}`) << LOW_BITS) | lower;
}

function toUuid(order: bigint): string {
  const upper = (order >> LOW_BITS).toString(16).padStart(15, '0');
  const lower = ((order & ((1n << LOW_BITS) - 1n)) | (1n << (LOW_BITS + 1n))).toString(16).padStart(16, '0');
  const [time, seq] = [upper.slice(0, 12), upper.slice(12)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${seq}-${lower.slice(0, 4)}-${lower.slice(4)}`;
}

function randomBelow(bound: bigint): bigint {
  return BigInt(`0x${randomBytes(16).toString('hex')}`) % bound;
}

/** A message to be placed; `entry` is its first id where it is in the archive already. */
export interface Placeable {
  readonly entry?: string;
  /** Entries that it becomes. */
  readonly parts: number;
  /** UTC milliseconds. */
  readonly time: number;
}

/**
 * As {@link placeIds}, for messages in order, each with one id per part. What is between the two ends already keeps its
 * id, and the others stand around it.
 */
export function placeMessages(
  low: string,
  high: string,
  messages: readonly Placeable[],
): readonly (readonly string[])[] {
  const ids: (readonly string[])[] = [];
  let bottom = low;
  let run: Placeable[] = [];
  const place = (top: string): void => {
    const times = run.flatMap(({ parts, time }) => Array<number>(parts).fill(time));
    const placed = placeIds(bottom, top, times);
    for (const { parts } of run) ids.push(placed.splice(0, parts));
    run = [];
  };
  for (const message of messages) {
    const { entry } = message;
    if (entry === undefined) run.push(message);
    else if (entry > bottom && entry < high) {
      place(entry);
      ids.push([entry]);
      bottom = entry;
      // It is somewhere else: nothing can be said of what is around it.
    } else run.push({ ...message, parts: 0 });
  }
  place(high);
  return ids;
}
