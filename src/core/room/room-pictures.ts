import type { RoomId } from '../../gateway/ids.js';
import { renderConfigChanged } from '../../xmpp/xep/0045-muc/render.js';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import { renderRoomPhoto } from '../../xmpp/xep/0153-vcard-avatars/photo.js';
import type { Account } from '../account/account.js';
import type { PictureFetch } from '../profile/picture-fetch.js';
import type { RoomEvents } from './room-events.js';
import type { RoomFaces } from './room-faces.js';
import type { Rooms } from './rooms.js';

/** Pictures of rooms (XEP-0486). Fetched when a client comes into a room whose picture is not known, or asks for it. */
export class RoomPictures {
  constructor(
    rooms: Pick<Rooms, 'onShown'>,
    private readonly faces: RoomFaces,
    private readonly events: Pick<RoomEvents, 'tell'>,
    private readonly fetch: PictureFetch,
  ) {
    rooms.onShown(({ account, room }) => this.#want(account, room.id));
  }

  /** The room has another name, description or picture. */
  changed(account: Account, id: RoomId, hadPicture: boolean): void {
    const occupancy = account.rooms.get(id);
    if (occupancy?.state !== 'joined') return;
    const { jidAttr } = occupancy.room;
    this.events.tell(occupancy, renderConfigChanged(jidAttr));
    const { avatar } = this.faces.of(account, id) ?? {};
    if (avatar === undefined && hadPicture) this.events.tell(occupancy, renderRoomPhoto(jidAttr, ''));
    if (occupancy.seats.length > 0) this.#want(account, id);
  }

  /** Undefined when there is none to be had. Never rejects. */
  async picture(account: Account, id: RoomId): Promise<AvatarPicture | undefined> {
    const { avatar, photo = '' } = this.faces.of(account, id) ?? {};
    if (avatar === undefined) return undefined;
    const rooms = account.session?.rooms;
    const open = rooms?.avatar && (async () => rooms.avatar?.(id, avatar));
    const picture = await this.fetch.picture(nameOf(account, id, avatar), photo, open);
    if (picture && this.faces.picture(account, id, avatar, picture.hash)) this.#tell(account, id, picture);
    return picture;
  }

  #want(account: Account, id: RoomId): void {
    const { avatar, photo } = this.faces.of(account, id) ?? {};
    if (avatar === undefined || photo !== undefined || !account.session?.rooms?.avatar) return;
    if (this.fetch.worthwhile(nameOf(account, id, avatar))) void this.picture(account, id);
  }

  #tell(account: Account, id: RoomId, { hash }: AvatarPicture): void {
    const occupancy = account.rooms.get(id);
    if (occupancy?.state !== 'joined') return;
    this.events.tell(occupancy, renderRoomPhoto(occupancy.room.jidAttr, hash));
    this.events.tell(occupancy, renderConfigChanged(occupancy.room.jidAttr));
  }
}

/** Rooms of one name may look different to each account. */
function nameOf({ record }: Account, id: RoomId, avatar: string): string {
  return `room of ${record.id} ${id}\n${avatar}`;
}
