import type { Readable } from 'node:stream';
import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { Target } from '../../../src/gateway/message.js';
import type { RoomListing, RoomsFacet, SessionHost } from '../../../src/gateway/session.js';
import type { Text } from '../../../src/gateway/text.js';
import type { TgClient, TgTopic } from '../client/client.js';
import type { PeerId, TgChat } from '../client/model.js';
import type { Ways } from '../conversation/replying.js';
import { inWords, toGatewayError } from '../failure.js';
import type { TelegramOptions } from '../options.js';
import { downloadPhoto } from '../people/facets.js';
import { type AccountChats, nameOf } from './account-chats.js';
import { isRoom } from './bridged.js';
import { type ChangingServices, moderation } from './moderation.js';
import { type Arrival, OccupiedRoom, type TgPlace } from './occupied-room.js';
import type { RoomAddresses } from './room-addresses.js';
import { readEntry, toDescribed, toEntered } from './room-entry.js';
import { roomSettings } from './room-settings.js';
import { ownStanding } from './standing.js';

/** One account, as its rooms need it. */
export interface RoomsServices {
  /** @throws {GatewayError} while there is no connection */
  client(): TgClient;
  connected(): boolean;
  me(): PeerId;
  /** What somebody is called; never empty. */
  name(peer: PeerId): string;
  readonly host: Pick<SessionHost, 'emit'>;
  readonly options: TelegramOptions['rooms'];
  /** The gateway's. */
  readonly domain: string;
  readonly chats: AccountChats;
}

/** A join under way. */
interface Entering {
  /** What has happened to people meanwhile: what is read may be older. */
  readonly meanwhile: Map<PeerId, TgPlace>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Groups, supergroups and channels as rooms. A client comes and goes; the account stays in its groups until the user
 * leaves them by command.
 */
export class TelegramRooms implements RoomsFacet {
  readonly setSubject: RoomsFacet['setSubject'];
  readonly configure: NonNullable<RoomsFacet['configure']>;
  readonly moderate: NonNullable<RoomsFacet['moderate']>;
  readonly kick: RoomsFacet['kick'];
  readonly setRole: RoomsFacet['setRole'];
  readonly setAffiliation: RoomsFacet['setAffiliation'];
  readonly listAffiliation: RoomsFacet['listAffiliation'];
  readonly invite: RoomsFacet['invite'];
  readonly #occupied = new Map<RoomId, OccupiedRoom>();
  readonly #entering = new Map<RoomId, Entering>();
  readonly #waiting = new Set<() => void>();

  constructor(private readonly services: RoomsServices) {
    const { client, me, chats } = services;
    const changing: ChangingServices = {
      me,
      inChat: (room, act) => chats.wherever(this.addresses.placeOf(room).chat, (chat) => act(client(), chat)),
      onMessage: async (room, message, act) => {
        const { chat, number } = chats.messageAt({ kind: 'room', id: room }, message);
        return inWords(act(client(), chat, number));
      },
    };
    chats.moved = (from, to) => {
      for (const one of this.occupiedOf(from)) one.chat = to;
    };
    const people = moderation(changing);
    this.kick = people.kick;
    this.setRole = people.setRole;
    this.setAffiliation = people.setAffiliation;
    this.listAffiliation = people.listAffiliation;
    this.invite = people.invite;
    this.moderate = people.moderate;
    const settings = roomSettings(changing);
    this.setSubject = settings.setSubject;
    this.configure = settings.configure;
  }

  /** Which room stands for which chat. */
  get addresses(): RoomAddresses {
    return this.services.chats.addresses;
  }

  /** Which chats there are, and which of them come here. */
  get chats(): AccountChats {
    return this.services.chats;
  }

  join(room: RoomId): void {
    this.#forget(room);
    const timer = setTimeout(() => {
      this.#refuse(room, entering, new GatewayError('network-unreachable', { key: 'telegram-away' }));
    }, this.services.options.joinMs);
    // Who waits at the end of the process is told by its end.
    timer.unref();
    const entering: Entering = { meanwhile: new Map(), timer };
    this.#entering.set(room, entering);
    this.#enter(room, entering).catch((error: unknown) => {
      this.#refuse(room, entering, toGatewayError(error));
    });
  }

  leave(room: RoomId): void {
    this.#forget(room);
    void this.services.host.emit({ type: 'room-left', room, cause: 'left' });
  }

  async changeNick(): Promise<void> {
    throw new GatewayError('unsupported', { key: 'telegram-name-elsewhere' });
  }

  /** All rooms are the account's own: they are told by `room-list`. */
  async list(): Promise<readonly RoomListing[]> {
    return [];
  }

  avatar(room: RoomId, avatar: string): Promise<Readable | undefined> {
    return downloadPhoto(this.services.client(), this.addresses.placeOf(room).chat, avatar);
  }

  /** Whom the user's words may name, and where in the chat they go. */
  waysOf(target: Target, thread?: string): Ways {
    if (target.kind !== 'room') return {};
    const occupied = this.#occupied.get(target.id);
    return {
      ...this.chats.wayInto(this.addresses.placeOf(target.id), thread),
      member: (name) => {
        const who = occupied?.who(name);
        return who === occupied?.me ? undefined : who;
      },
    };
  }

  /** Why the user may not speak there, where that is known. */
  refusal(target: Target): GatewayError | undefined {
    const why = target.kind === 'room' ? this.whySilent(target.id) : undefined;
    return why && new GatewayError('forbidden', why);
  }

  /** The same in words; posts of a channel are commented on in its group. */
  whySilent(room: RoomId): Text | undefined {
    const occupied = this.#occupied.get(room);
    if (!occupied || occupied.mayWrite) return undefined;
    const { chat, linked } = occupied;
    if (chat.rights.send) return { key: 'telegram-topic-closed' };
    if (chat.kind !== 'channel') return { key: 'telegram-refused-rights' };
    if (linked === undefined) return { key: 'telegram-channel-silent' };
    // Whoever goes there wants to comment.
    this.chats.wish(linked);
    const address = `${this.addresses.roomOf({ chat: linked })}@${this.services.domain}`;
    return { key: 'telegram-channel-comments', args: { room: address } };
  }

  /** What may be reacted with in a room, as far as it is known; undefined: nothing is known of it. */
  reactions(room: RoomId): 'all' | readonly string[] | undefined {
    return this.#occupied.get(room)?.reactions;
  }

  /** The same; asks where it is not known. Rejects with GatewayError. */
  async askReactions(room: RoomId): Promise<'all' | readonly string[]> {
    const known = this.reactions(room);
    if (known) return known;
    return (
      (await inWords(this.services.client().about(this.addresses.placeOf(room).chat))).reactions ?? 'all'
    );
  }

  /** The connection is another one, or in another state. */
  changed(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** All rooms that a client is in. */
  allOccupied(): readonly OccupiedRoom[] {
    return [...this.#occupied.values()];
  }

  /** The room, where a client is in it. */
  occupied(room: RoomId): OccupiedRoom | undefined {
    return this.#occupied.get(room);
  }

  /** The rooms of a chat that a client is in. */
  occupiedOf(chat: PeerId): readonly OccupiedRoom[] {
    return this.allOccupied().filter((one) => one.chat.id === chat);
  }

  /** Somebody has another place in a chat; `removedBy`: he did not leave by himself. */
  place(chat: PeerId, person: PeerId, standing: TgPlace, removedBy?: string): void {
    for (const [room, { meanwhile }] of this.#entering)
      if (this.addresses.placeOf(room).chat === chat) meanwhile.set(person, standing);
    for (const one of this.occupiedOf(chat))
      this.#tell(one, one.place(person, this.services.name(person), standing), removedBy);
  }

  /** Somebody has said something: who was not shown is there now. */
  spoke(chat: PeerId, person: PeerId): void {
    for (const one of this.occupiedOf(chat))
      if (!one.has(person)) this.#tell(one, one.place(person, this.services.name(person), 'here'));
  }

  /** The account is out of a chat. */
  out(chat: PeerId, cause: 'left' | 'removed' | 'banned'): void {
    for (const { room } of this.occupiedOf(chat)) {
      this.#forget(room);
      void this.services.host.emit({ type: 'room-left', room, cause });
    }
  }

  /** The user has chosen anew which chats come here: he is not in rooms any more that are none now. */
  async chosen(): Promise<void> {
    for (const { room, chat } of this.allOccupied()) {
      const rooms = await this.chats.roomsOf(chat).catch(() => undefined);
      if (!rooms || rooms.some((one) => one.room === room)) continue;
      this.#forget(room);
      void this.services.host.emit({ type: 'room-left', room, cause: 'left' });
    }
  }

  /** A topic that is a room is called otherwise, or is closed or open now. */
  topicChanged(chat: PeerId, topic: TgTopic): void {
    const { host } = this.services;
    for (const one of this.occupiedOf(chat)) {
      if (one.topic?.id !== topic.id) continue;
      const before = one.traits;
      const renamed = one.topic.title !== topic.title;
      one.topic = topic;
      if (one.traits.moderated !== before.moderated)
        void host.emit({ type: 'traits-changed', room: one.room, traits: one.traits });
      if (renamed) void host.emit(toDescribed(one));
    }
  }

  /** What was before is no more: another login follows, or none. Joins under way wait for it. */
  ended(): void {
    for (const room of [...this.#occupied.keys()]) {
      this.#occupied.delete(room);
      void this.services.host.emit({ type: 'room-left', room, cause: 'network-lost' });
    }
  }

  #tell({ room }: OccupiedRoom, arrival: Arrival, by?: string): void {
    if (!arrival) return;
    const { host } = this.services;
    switch (arrival.what) {
      case 'joined':
        void host.emit({ type: 'member-joined', room, member: arrival.member });
        return;
      case 'changed': {
        const { id: member, affiliation, role } = arrival.member;
        void host.emit({
          ...{ type: 'member-changed', room, member, affiliation, role },
          ...(by !== undefined && { by }),
        });
        return;
      }
      default: {
        const { member, what } = arrival;
        const cause = what === 'left' && by !== undefined ? 'removed' : what;
        void host.emit({ type: 'member-left', room, member, cause, ...(by !== undefined && { by }) });
      }
    }
  }

  async #enter(room: RoomId, entering: Entering): Promise<void> {
    const current = (): boolean => this.#entering.get(room) === entering;
    const client = await this.#client(current);
    if (!client) return;
    const { options, host, me } = this.services;
    const place = this.addresses.placeOf(room);
    const chat = await this.#chat(client, place.chat);
    const topic = await this.chats.topicOf(place);
    const entry = await readEntry(client, chat, options, (peer) => this.services.name(peer));
    if (!current()) return;
    const latest = client.directory.chat(chat.id) ?? chat;
    const occupied = new OccupiedRoom(room, latest, me(), options.mostShown, { ...entry, topic });
    occupied.place(me(), this.services.name(me()), ownStanding(latest));
    for (const { person, standing } of entry.members)
      if (person !== me()) occupied.place(person, this.services.name(person), standing);
    for (const [person, standing] of entering.meanwhile)
      occupied.place(person, this.services.name(person), standing);
    this.#forget(room);
    this.#occupied.set(room, occupied);
    // A forum has one subject, whichever of its topics is a room.
    void host.emit(toEntered(occupied, topic ? undefined : entry.subject, nameOf(latest, topic)));
  }

  /** The chat that is entered; one that the user has lately named is joined on Telegram. */
  async #chat(client: TgClient, id: PeerId): Promise<TgChat> {
    let chat = await client.chat(id);
    if (chat && !isRoom(chat) && this.chats.wished(id)) {
      await this.chats.join({ chat: id });
      chat = client.directory.chat(id) ?? chat;
    }
    if (!chat) throw new GatewayError('not-found', { key: 'telegram-not-known' });
    if (chat.banned) throw new GatewayError('banned', { key: 'telegram-room-banned' });
    if (!isRoom(chat)) throw new GatewayError('invite-only', { key: 'telegram-room-not-joined' });
    if (!(await this.chats.comesHere(chat)))
      throw new GatewayError('rejected', { key: 'telegram-chat-switched-off' });
    await this.addresses.migrations.knows([id]);
    return chat;
  }

  /** The connection, when there is one. Undefined when nobody waits for it any more. */
  async #client(wanted: () => boolean): Promise<TgClient | undefined> {
    while (wanted()) {
      try {
        const client = this.services.client();
        if (this.services.connected()) return client;
      } catch (error) {
        if (!(error instanceof GatewayError && error.retryable)) throw error;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
    return undefined;
  }

  #refuse(room: RoomId, entering: Entering, error: GatewayError): void {
    if (this.#entering.get(room) !== entering) return;
    this.#forget(room);
    void this.services.host.emit({ type: 'room-refused', room, error });
  }

  #forget(room: RoomId): void {
    clearTimeout(this.#entering.get(room)?.timer);
    if (this.#entering.delete(room)) this.changed();
    this.#occupied.delete(room);
  }
}
