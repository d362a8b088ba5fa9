import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactId, PlaceId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomListing, RoomsFacet, SessionHost } from '../../../src/gateway/session.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import { groupRoom } from './audience.js';
import type { MailUser } from './mail-user.js';
import { memberIdOf, membersOf, ROOM_TRAITS, toMember } from './members.js';
import type { Post } from './post.js';
import type { RoomPerson, RoomRecord } from './room-book.js';
import { shownName } from './shown-name.js';
import { givenSubject } from './subject.js';
import { chooseWay } from './way.js';

/** Rooms of an account that are listed. */
const LISTED = 200;
/** Mail has no parts. */
const NOWHERE = 'mail' as PlaceId;

/** Groups and mailing lists as rooms. */
export class MailRooms implements RoomsFacet {
  /** Rooms that a client is in, with the user's nick there. */
  readonly #inside = new Map<RoomId, string>();

  constructor(
    private readonly context: EmailContext,
    private readonly user: MailUser,
    private readonly host: SessionHost,
    private readonly post: Post,
  ) {}

  join(room: RoomId, { nick }: { readonly nick: string }): void {
    this.#join(room, nick).catch((error: unknown) => {
      const refusal =
        error instanceof GatewayError
          ? error
          : new GatewayError('network-unreachable', { key: 'email-room-trouble' }, 'not-sent', true);
      void this.host.emit({ type: 'room-refused', room, error: refusal });
    });
  }

  leave(room: RoomId): void {
    this.#inside.delete(room);
    void this.host.emit({ type: 'room-left', room, cause: 'left' });
  }

  /** Whether a client of the user is in the room. */
  has(room: RoomId): boolean {
    return this.#inside.has(room);
  }

  async setSubject(room: RoomId, subject: string): Promise<void> {
    const { conversations, turns } = this.context;
    const { id } = this.user.account;
    const nextSubject = givenSubject(subject);
    await turns.run(`${id} ${room}`, async () => {
      const conversation = await conversations.get(id, room);
      await conversations.put(id, { ...conversation, nextSubject });
    });
    const nick = this.#inside.get(room);
    void this.host.emit({
      type: 'subject-changed',
      room,
      member: memberIdOf(this.#self(undefined)),
      subject: { text: nextSubject, ...(nick !== undefined && { by: nick }) },
    });
  }

  /** Somebody more: a chat group is told of him; of other groups each set of people is a room of its own. */
  async invite(room: RoomId, contact: ContactId): Promise<void> {
    const record = await this.#get(room);
    if (record.members.some(({ address }) => address === contact)) return;
    if (record.kind === 'list') throw new GatewayError('unsupported', { key: 'email-list-not-yours' });
    if (record.members.length >= this.context.options.conversation.participants)
      throw new GatewayError('limit', { key: 'email-group-full' });
    const members = [...record.members, { address: contact }];
    if (record.kind === 'chat-group') {
      await this.post.announce(room, { added: contact });
      await this.#change(room, (now) => [
        ...now.filter(({ address }) => address !== contact),
        { address: contact },
      ]);
      if (this.has(room))
        void this.host.emit({ type: 'member-joined', room, member: toMember(contact, contact) });
      return;
    }
    await this.open(members);
  }

  /**
   * The room of the user and these people, made if it was not there; he is invited to it.
   * @throws {GatewayError}
   */
  async open(people: readonly RoomPerson[]): Promise<RoomId> {
    await this.user.ready;
    const self = this.#self(undefined);
    const room = groupRoom([self, ...people.map(({ address }) => address)]);
    const known = await this.context.rooms.get(this.user.account.id, room);
    if (known === undefined)
      await this.context.rooms.put(this.user.account.id, {
        ...{ room, kind: 'group', copied: [], name: '', wanted: true, self },
        members: [...people],
      });
    const [first = { address: self }] = people;
    const from = asContactId(first.address);
    await this.host.emit({ type: 'invitation', room, from, nick: shownName(first) });
    return room;
  }

  async kick(room: RoomId, member: string): Promise<void> {
    const record = await this.#get(room);
    if (record.kind !== 'chat-group') throw this.#cannot();
    if (!record.members.some(({ address }) => address === member))
      throw new GatewayError('not-found', { key: 'email-not-a-member' });
    // He is told as well.
    await this.post.announce(room, { removed: member });
    await this.#change(room, (now) => now.filter(({ address }) => address !== member));
    void this.host.emit({ type: 'member-left', room, member: memberIdOf(member), cause: 'removed' });
  }

  async list(): Promise<readonly RoomListing[]> {
    const records = await this.context.rooms.list(this.user.account.id, LISTED);
    return records.map((record) => ({
      room: record.room as RoomId,
      name: record.name || record.room,
      occupants: record.members.length + 1,
      subject: '',
    }));
  }

  async listAffiliation(
    room: RoomId,
    affiliation: string,
  ): Promise<readonly { readonly contact: ContactId; readonly text: string }[]> {
    if (affiliation !== 'member') return [];
    const { members } = await this.#get(room);
    return members.map(({ address }) => ({ contact: asContactId(address), text: address }));
  }

  async changeNick(): Promise<void> {
    throw new GatewayError('unsupported', { key: 'email-name-by-registration' });
  }

  async setRole(): Promise<void> {
    throw this.#cannot();
  }

  async setAffiliation(): Promise<void> {
    throw this.#cannot();
  }

  async #join(room: RoomId, nick: string): Promise<void> {
    await this.user.ready;
    const { id } = this.user.account;
    const known = await this.context.rooms.get(id, room);
    // Who goes to a list's room wants its mails, also before the first has come.
    const record = known ?? (room.startsWith('#') ? wantedList(room) : undefined);
    if (record === undefined) throw new GatewayError('not-found', { key: 'email-unknown-room' });
    if (!known?.wanted) await this.context.rooms.put(id, { ...record, wanted: true });
    const { subject } = await this.context.conversations.get(id, room);
    const self = this.#self(record);
    this.#inside.set(room, nick);
    void this.host.emit({
      type: 'room-entered',
      room,
      place: NOWHERE,
      self: memberIdOf(self),
      members: [
        ...membersOf({ members: record.members.filter(({ address }) => address !== self) }),
        toMember(self, nick),
      ],
      ...(subject !== undefined && { subject: { text: subject } }),
      traits: ROOM_TRAITS,
      ...(record.name !== '' && { name: record.name }),
      created: false,
      resumed: false,
    });
  }

  /** Who is in a group, as mails that come meanwhile leave it. */
  #change(room: RoomId, change: (members: readonly RoomPerson[]) => RoomPerson[]): Promise<void> {
    const { rooms, turns } = this.context;
    const { id } = this.user.account;
    return turns.run(`${id} ${room}`, async () => {
      const record = await rooms.get(id, room);
      if (record) await rooms.put(id, { ...record, members: change(record.members) });
    });
  }

  async #get(room: RoomId): Promise<RoomRecord> {
    const record = await this.context.rooms.get(this.user.account.id, room);
    if (record === undefined) throw new GatewayError('not-found', { key: 'email-unknown-room' });
    return record;
  }

  /** The user's own address in a room. */
  #self(record: RoomRecord | undefined): string {
    const { ways, settings } = this.user;
    return record?.self ?? chooseWay(ways, undefined, settings.sendFrom)?.address ?? '';
  }

  #cannot(): GatewayError {
    return new GatewayError('unsupported', { key: 'email-room-cannot' });
  }
}

function wantedList(room: RoomId): RoomRecord {
  return { room, kind: 'list', members: [], copied: [], name: '', wanted: true };
}
