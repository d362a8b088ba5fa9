import { createHmac } from 'node:crypto';

/**
 * Occupant ids (XEP-0421 §4.1): keyed, differ from room to room, the same after a restart. They follow a
 * person through a change of name while he is watched; a newcomer under the old name gets another one.
 */
export class OccupantIds {
  readonly #key: Buffer;
  readonly #room: string;

  constructor(key: Buffer, room: string) {
    this.#key = key;
    this.#room = room;
  }

  /** `taken` tells whether an occupant who changed his name still holds an id. */
  of(member: string, taken: (id: string) => boolean): string {
    for (let attempt = 0; ; attempt += 1) {
      const id = createHmac('sha256', this.#key)
        .update(this.#room)
        .update('\0')
        .update(member)
        .update(attempt === 0 ? '' : `\0${attempt}`)
        .digest('base64url');
      if (!taken(id)) return id;
    }
  }
}
