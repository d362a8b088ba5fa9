import type { InboundEvent, RoomMessage } from '../../../src/gateway/event.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { OutboundMessage, Target } from '../../../src/gateway/message.js';
import type {
  AwayFacet,
  ConnectionState,
  ContactsFacet,
  EditsFacet,
  HistoryFacet,
  MediaFacet,
  PeopleFacet,
  ReactionsFacet,
  ReceiptsFacet,
  RetractionsFacet,
  SearchFacet,
  Sent,
  Session,
  SessionHost,
  TypingFacet,
} from '../../../src/gateway/session.js';
import type { MemoryContactLists } from './contacts.js';
import type { MemoryDirectory } from './directory.js';
import type { MemoryMessaging } from './messaging.js';
import type { MemoryPast } from './past.js';
import type { MemoryPost } from './post.js';
import { MemoryRooms, type RoomUser, refusal } from './rooms.js';
import { contactOf, HALL, type MemoryWorld } from './world.js';

/** Secret that the network refuses at connecting. */
export const WRONG_PASSWORD = 'wrong';

/** What of the network a test may have made otherwise. */
export interface SessionParts {
  readonly contacts?: MemoryContactLists;
  readonly messaging?: MemoryMessaging;
  readonly post?: MemoryPost;
  readonly directory?: MemoryDirectory;
  readonly past?: MemoryPast;
}

/** One user's connection to the world. */
export class MemorySession implements Session, RoomUser {
  readonly rooms: MemoryRooms;
  readonly away: AwayFacet;
  readonly people: PeopleFacet;
  readonly contacts?: ContactsFacet;
  readonly edits?: EditsFacet;
  readonly retractions?: RetractionsFacet;
  readonly reactions?: ReactionsFacet;
  readonly replies?: true;
  readonly receipts?: ReceiptsFacet;
  readonly typing?: TypingFacet;
  readonly media?: MediaFacet;
  readonly search?: SearchFacet;
  readonly history?: HistoryFacet;
  readonly resolveInput?: NonNullable<Session['resolveInput']>;
  readonly gathering?: NonNullable<Session['gathering']>;
  readonly sendTogether?: NonNullable<Session['sendTogether']>;
  awayText: string | undefined;
  #state: ConnectionState = { state: 'idle' };
  readonly #kept: InboundEvent[] = [];

  constructor(
    readonly world: MemoryWorld,
    private account: AccountView,
    private readonly host: SessionHost,
    private readonly parts: SessionParts = {},
  ) {
    const { contacts, messaging, directory } = parts;
    if (messaging) Object.assign(this, messaging.facets());
    const { post } = parts;
    if (post) {
      this.gathering = () => post.gatherMs;
      this.sendTogether = (target, messages) => {
        if (target.kind !== 'contact' && target.kind !== 'room') throw refusal('unsupported');
        return post.sendTogether(target.id, messages);
      };
    }
    if (parts.past) this.history = parts.past.facet();
    if (contacts) this.contacts = contacts.facet(() => this.nick);
    this.rooms = new MemoryRooms(this);
    if (messaging) Object.assign(this.rooms, messaging.moderation());
    this.away = {
      setAway: (text) => {
        this.awayText = text;
      },
    };
    const describe: PeopleFacet['describe'] = async (contact) => this.#describe(contact);
    this.people = directory?.people(describe) ?? { describe };
    if (directory) {
      this.search = directory.search();
      this.resolveInput = (input) => directory.resolve(input);
    }
  }

  /** The user's name on the network. */
  get nick(): string {
    const { nick } = this.account.settings;
    return typeof nick === 'string' && nick !== '' ? nick : this.account.suggestedName;
  }

  connect(): void {
    if (this.#state.state === 'connected') return;
    this.#report({ state: 'connecting' });
    if (this.account.secrets.password === WRONG_PASSWORD) {
      this.#report({ state: 'bad-credentials', text: { key: 'memory-bad-password' } });
      return;
    }
    if (this.parts.post?.reachable === false) {
      this.lose();
      return;
    }
    this.world.connected.set(contactOf(this.nick), this);
    this.#report({ state: 'connected' });
    // Nothing of the network is heard while its session is being made.
    queueMicrotask(() => {
      this.parts.contacts?.greet(contactOf(this.nick), (event) => this.observe(event));
      this.parts.post?.read(contactOf(this.nick), (event) => this.host.emit(event));
    });
  }

  /** The network is away; {@link connect} brings it back. */
  lose(): void {
    this.#report({ state: 'transient-failure', text: { key: 'memory-refused' } });
  }

  whenConnected(run: () => void): void {
    queueMicrotask(() => {
      this.connect();
      if (this.#state.state === 'connected') run();
    });
  }

  async disconnect(): Promise<void> {
    this.rooms.leaveAll();
    if (this.world.connected.get(contactOf(this.nick)) === this) {
      this.world.connected.delete(contactOf(this.nick));
      this.parts.post?.read(contactOf(this.nick), undefined);
    }
    this.#report({ state: 'idle' });
  }

  configure(account: AccountView): void {
    this.account = account;
  }

  /** While the core can take no more, the network keeps what happens. */
  observe(event: InboundEvent): void {
    if (this.#kept.length === 0 && !this.host.congested) {
      void this.host.emit(event);
      return;
    }
    this.#kept.push(event);
    if (this.#kept.length === 1) void this.host.relieved().then(() => this.#resume());
  }

  #resume(): void {
    for (const event of this.#kept.splice(0)) void this.host.emit(event);
  }

  states(): readonly { readonly place: typeof HALL; readonly state: ConnectionState }[] {
    return [{ place: HALL, state: this.#state }];
  }

  send(target: Target, message: OutboundMessage): Sent {
    switch (target.kind) {
      case 'room':
        return this.parts.post?.send(target.id, message) ?? this.#sendToRoom(target.id, message);
      case 'member':
        return this.#tell(target.member as string as ContactId, message);
      case 'contact':
        return this.#tell(target.id, message);
      case 'place':
        throw refusal('unsupported');
    }
  }

  #sendToRoom(id: RoomMessage['room'], { text, action }: OutboundMessage): Sent {
    const room = this.world.rooms.get(id);
    const self = this.rooms.joined.get(id);
    const member = self && room?.members.get(self);
    if (!room || !member) throw refusal('not-joined');
    const event: RoomMessage = {
      type: 'room-message',
      room: id,
      member: member.id,
      nick: member.nick,
      text,
      style: action ? 'action' : 'text',
    };
    const accepted = Promise.resolve().then(() => {
      this.world.broadcast(room, event, this);
      return undefined;
    });
    return { event, accepted };
  }

  #tell(contact: ContactId, message: OutboundMessage): Sent {
    const { text, action } = message;
    if (this.parts.post) return this.parts.post.send(contact, message);
    const peer = this.world.connected.get(contact);
    const person = this.world.people.get(contact);
    if (!peer && !person) return { accepted: Promise.reject(refusal('not-found')) };
    person?.heard.push(text);
    peer?.observe({
      type: 'direct-message',
      from: contactOf(this.nick),
      nick: this.nick,
      text,
      style: action ? 'action' : 'text',
    });
    const id = this.parts.messaging?.say(contact, message);
    return { accepted: Promise.resolve(id === undefined ? undefined : { ids: [id] }) };
  }

  #describe(contact: ContactId) {
    const person = this.world.people.get(contact);
    if (!person) throw refusal('not-found');
    return {
      name: person.nick,
      idleSeconds: 7,
      ...(person.away !== undefined && { away: person.away }),
      lines: [`${person.nick} lives in memory`],
    };
  }

  #report(state: ConnectionState): void {
    this.#state = state;
    this.host.report(state, HALL);
  }
}
