import type { LegId } from './model.js';

const LENGTH = 40;

/** A name for a relay that begins with a room: what its address begins with, and a number where that is taken. Pure. */
export function freeName(room: LegId, taken: (name: string) => boolean): string {
  const [local = ''] = room.split('@');
  const plain = local
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LENGTH);
  const name = plain === '' ? 'relay' : plain;
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (!taken(free)) return free;
  }
}
