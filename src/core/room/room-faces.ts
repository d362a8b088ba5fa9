import type { ListedRoom, RoomDescribed } from '../../gateway/event.js';
import type { RoomId } from '../../gateway/ids.js';
import type { Account } from '../account/account.js';

/** UTF-16 units of a room's name, and of the words about it. */
const NAME_LENGTH = 200;
const DESCRIPTION_LENGTH = 3_000;

/** Rooms of one account of which is known how they look; of more, only their address is. */
const MOST_ROOMS = 5_000;

/** How a room looks to an account. */
export interface RoomFace {
  /** One line; undefined: by its address. */
  readonly name?: string;
  readonly description?: string;
  /** The network's id of its picture. */
  readonly avatar?: string;
  /** SHA-1 of the picture, once it is known. */
  readonly photo?: string;
  /** The account is in it on the network, as its list of rooms says. */
  readonly listed?: true;
}

/** What the network has said of rooms to each account, whether it is in them or not. */
export class RoomFaces {
  readonly #faces = new WeakMap<Account, Map<RoomId, RoomFace>>();

  of(account: Account, room: RoomId): RoomFace | undefined {
    return this.#faces.get(account)?.get(room);
  }

  /** The account's rooms on the network, as far as it has been told. */
  listed(account: Account): readonly RoomId[] {
    return [...(this.#faces.get(account) ?? [])].flatMap(([room, { listed }]) => (listed ? [room] : []));
  }

  /** SHA-1 of all pictures that were shown to the account. */
  photos(account: Account): readonly string[] {
    return [...(this.#faces.get(account)?.values() ?? [])].flatMap(({ photo }) => photo ?? []);
  }

  /** True when that is anything new; a `name` that is left out stays. */
  describe(
    account: Account,
    room: RoomId,
    said: { readonly name?: string } & Pick<RoomDescribed, 'description' | 'avatar'>,
  ): boolean {
    const before = this.of(account, room) ?? {};
    const name = said.name === undefined ? before.name : line(said.name);
    const description = said.description?.trim().slice(0, DESCRIPTION_LENGTH);
    const { photo, listed } = before;
    this.#set(account, room, {
      ...(name && { name }),
      ...(description && { description }),
      ...(said.avatar && { avatar: said.avatar }),
      ...(said.avatar && said.avatar === before.avatar && photo !== undefined && { photo }),
      ...(listed && { listed }),
    });
    const after = this.of(account, room);
    return (
      after?.name !== before.name ||
      after?.description !== before.description ||
      after?.avatar !== before.avatar
    );
  }

  /** Its picture is this, unless it has another by now; true when that is new. */
  picture(account: Account, room: RoomId, avatar: string, photo: string): boolean {
    const face = this.of(account, room);
    if (face?.avatar !== avatar || face.photo === photo) return false;
    this.#set(account, room, { ...face, photo });
    return true;
  }

  /** The account is in that room on the network, or in it no more. */
  list(account: Account, { room, name }: ListedRoom, listed: boolean): void {
    const { listed: _listed, ...face } = this.of(account, room) ?? {};
    const named = { ...face, ...(name && { name: line(name) }) };
    if (listed) this.#set(account, room, { ...named, listed });
    else if (account.rooms.has(room)) this.#set(account, room, named);
    else this.#faces.get(account)?.delete(room);
  }

  /** The account is not in that room any more; what its list of rooms holds stays. */
  forget(account: Account, room: RoomId): void {
    const faces = this.#faces.get(account);
    if (!faces?.get(room)?.listed) faces?.delete(room);
  }

  #set(account: Account, room: RoomId, face: RoomFace): void {
    const faces = this.#faces.get(account) ?? new Map<RoomId, RoomFace>();
    this.#faces.set(account, faces);
    // One that is known must not vanish for another: its bookmark would go with it.
    if (faces.size < MOST_ROOMS || faces.has(room)) faces.set(room, face);
  }
}

function line(name: string): string {
  return name.replace(/\s+/g, ' ').trim().slice(0, NAME_LENGTH);
}
