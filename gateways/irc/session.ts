import { GatewayError } from '../../src/gateway/error.js';
import type { InboundEvent } from '../../src/gateway/event.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { PlaceId, RoomId } from '../../src/gateway/ids.js';
import type { OutboundMessage, Target } from '../../src/gateway/message.js';
import type {
  AwayFacet,
  ConnectionState,
  PeopleFacet,
  RoomsFacet,
  Sent,
  Session,
  SessionHost,
} from '../../src/gateway/session.js';
import { settingsOf } from './account/settings.js';
import { IrcPeople } from './facets/people.js';
import { IrcRooms } from './facets/rooms.js';
import type { IrcContext } from './link/context.js';
import { Link, type LinkOwner } from './link/link.js';
import { sendToPerson, sendToRoom } from './link/outgoing.js';
import type { Room } from './link/room.js';
import { reasonOf } from './text/reason.js';

/** Longest AWAY text, in bytes; servers cut at about this. */
const awayBytes = 300;
/** Longest QUIT message, in bytes. */
const quitBytes = 300;

/** One account's connections, at most one per server. */
export class IrcSession implements Session, LinkOwner {
  readonly rooms: RoomsFacet;
  readonly people: PeopleFacet;
  readonly away: AwayFacet;
  readonly speaksFor = true;
  readonly host: SessionHost;
  readonly #context: IrcContext;
  readonly #links = new Map<string, Link>();
  #account: AccountView;
  #away: string | undefined;

  constructor(context: IrcContext, account: AccountView, host: SessionHost) {
    this.#context = context;
    this.#account = account;
    this.host = host;
    this.rooms = new IrcRooms(this, context);
    this.people = new IrcPeople(this, context);
    this.away = { setAway: (text) => this.#setAway(text) };
  }

  get account(): AccountView {
    return this.#account;
  }

  get awayText(): string | undefined {
    return this.#away;
  }

  connect(): void {
    if (!this.#account.registered) return;
    for (const [server, settings] of Object.entries(settingsOf(this.#account).servers ?? {})) {
      if (settings.connect === true) this.linkTo(server)?.start();
    }
  }

  async disconnect(reason?: string): Promise<void> {
    const words = reasonOf(reason ?? this.#context.options.quitMessage, quitBytes);
    await Promise.all([...this.#links.values()].map((link) => link.close(words)));
  }

  configure(account: AccountView): void {
    this.#account = account;
    for (const link of [...this.#links.values()]) link.reconfigured();
  }

  send(target: Target, message: OutboundMessage): Sent {
    const { codec } = this.#context;
    switch (target.kind) {
      case 'room': {
        const { link, room } = this.joined(target.id);
        return sendToRoom(link, room, message);
      }
      case 'member': {
        const { link } = this.joined(target.room);
        return sendToPerson(link, target.member, message);
      }
      case 'contact': {
        const { name, server } = codec.split(target.id);
        const link = this.linkTo(server);
        if (link === undefined) throw this.#tooManyServers();
        return sendToPerson(link, name, message);
      }
      case 'place':
        throw new GatewayError('unsupported', { key: 'irc-server-takes-no-messages' });
    }
  }

  states(): readonly { readonly place?: PlaceId; readonly state: ConnectionState }[] {
    return [...this.#links.values()].map((link) => ({ place: link.network.place, state: link.state }));
  }

  // LinkOwner

  forget(link: Link): void {
    if (this.#links.get(link.network.host) === link) this.#links.delete(link.network.host);
  }

  // For facets and commands

  emit(event: InboundEvent): void {
    this.host.emit(event)?.catch((error: unknown) => {
      this.#context.log.warn({ err: error }, 'an event was not taken');
    });
  }

  /** The connection to a server, if there is one. */
  existingLink(server: string): Link | undefined {
    return this.#links.get(server);
  }

  /** The connection to a server, made (not started) if need be; undefined over the limit of servers. */
  linkTo(server: string): Link | undefined {
    const known = this.#links.get(server);
    if (known !== undefined && known.phase !== 'closing') return known;
    if (this.#links.size >= this.#context.options.limits.serversPerAccount) return undefined;
    const link = new Link(this.#context, this, this.#context.network(server));
    this.#links.set(server, link);
    return link;
  }

  /** @throws GatewayError when the account is not in that room now. */
  joined(id: RoomId): { readonly link: Link; readonly room: Room } {
    const link = this.#links.get(this.#context.codec.split(id).server);
    const room = link?.rooms.withId(id);
    if (link === undefined || room === undefined || room.state === 'waiting' || room.state === 'joining')
      throw new GatewayError('not-joined', { key: 'irc-not-joined' });
    if (room.state === 'suspended' || link.phase !== 'online') throw link.unreachable();
    return { link, room };
  }

  #setAway(text: string | undefined): void {
    this.#away = text === undefined ? undefined : reasonOf(text, awayBytes);
    for (const link of this.#links.values()) link.setAway(this.#away);
  }

  #tooManyServers(): GatewayError {
    const { serversPerAccount } = this.#context.options.limits;
    return new GatewayError('limit', { key: 'irc-too-many-servers', args: { limit: serversPerAccount } });
  }
}
