import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomLeft } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { Observed, SharedEvent } from '../network/observed.js';
import { plainText } from '../text/format.js';
import { isMiddle } from '../wire/sanitise.js';
import type { Link } from './link.js';
import { newEntering, type Room } from './room.js';
import { enteredEvent, joinLines } from './room-entry.js';

/** The channels of one connection, from the wish to join to the end. */
export class LinkRooms {
  readonly #link: Link;
  /** By folded name. */
  readonly #rooms = new Map<string, Room>();
  /** The next moment at which a state ends by itself; saves looking at every room at every beat. */
  #nextDeadline = Number.POSITIVE_INFINITY;

  constructor(link: Link) {
    this.#link = link;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** By the server's spelling; exact spellings, which are nearly all, cost one lookup. */
  named(name: string): Room | undefined {
    return this.#rooms.get(name) ?? this.#rooms.get(this.#link.network.fold(name));
  }

  withId(id: RoomId): Room | undefined {
    const { codec, fold } = this.#access();
    const room = this.#rooms.get(fold(codec.split(id).name));
    return room?.id === id ? room : undefined;
  }

  all(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** Answered by `room-entered` or `room-refused`. */
  join(id: RoomId, password: string | undefined): void {
    const link = this.#link;
    const { codec, fold } = this.#access();
    const { name } = codec.split(id);
    const known = this.#rooms.get(fold(name));
    const refused = this.#refusal(id, known, password);
    if (refused !== undefined) {
      link.emit({ type: 'room-refused', room: id, error: refused });
      return;
    }
    if (known !== undefined) {
      this.#joinAgain(known, password);
      return;
    }
    const channel = link.network.channel(id);
    const room: Room = {
      id,
      name,
      key: fold(name),
      channel,
      seat: channel.enter(),
      state: 'waiting',
      deadline: 0,
      password,
      resuming: false,
      entering: undefined,
    };
    this.#rooms.set(room.key, room);
    this.#until(room, link.context.options.timeouts.registrationMs);
    if (link.phase === 'online') this.#sendJoins([room]);
  }

  /** Answered by `room-left`. */
  leave(id: RoomId, reason: string): void {
    const link = this.#link;
    const room = this.withId(id);
    if (room === undefined) {
      link.emit({ type: 'room-left', room: id, cause: 'left' });
      return;
    }
    if (room.state === 'waiting' || room.state === 'suspended' || link.wire === undefined) {
      this.#leave(room, { cause: 'left' });
      return;
    }
    if (room.state === 'leaving') return;
    link.wire.send(reason === '' ? `PART ${room.name}` : `PART ${room.name} :${reason}`);
    room.state = 'leaving';
    room.entering = undefined;
    this.#until(room, link.context.options.timeouts.closeMs);
  }

  /** The connection is up: join what waits and what was lost. */
  connected(): void {
    const rooms = [...this.#rooms.values()].filter(
      ({ state }) => state === 'waiting' || state === 'suspended',
    );
    // The server's case mapping may be another than was thought.
    this.#rooms.clear();
    const { fold } = this.#access();
    for (const room of rooms) {
      room.key = fold(room.name);
      if (this.#rooms.has(room.key)) this.#refuse(room, alreadyThere());
      else this.#rooms.set(room.key, room);
    }
    this.#sendJoins([...this.#rooms.values()]);
  }

  /** The connection broke: joined rooms wait for it silently, for a while. */
  suspend(): void {
    const { lostGraceMs } = this.#link.context.options.timeouts;
    for (const room of [...this.#rooms.values()]) {
      if (room.state === 'leaving') {
        this.#leave(room, { cause: 'left' });
        continue;
      }
      room.entering = undefined;
      if (room.state !== 'joined' && !room.resuming) {
        room.state = 'waiting';
        continue;
      }
      const wasIn = room.state === 'joined';
      room.state = 'suspended';
      room.resuming = true;
      this.#until(room, lostGraceMs);
      if (wasIn) this.#link.emit({ type: 'room-suspended', room: room.id });
    }
  }

  /** There is no connection: who waits for it is told; who was in goes on waiting. */
  refuseWaiting(error: GatewayError): void {
    for (const room of [...this.#rooms.values()]) if (room.state === 'waiting') this.#refuse(room, error);
  }

  /** There will be no connection. */
  refuseAll(error: GatewayError): void {
    for (const room of [...this.#rooms.values()]) {
      if (room.resuming || room.state === 'joined') this.#leave(room, { cause: 'network-lost' });
      else this.#refuse(room, error);
    }
  }

  /** The user ends the connection himself. */
  leaveAll(): void {
    for (const room of [...this.#rooms.values()]) {
      if (room.state === 'waiting' || room.state === 'joining') this.#refuse(room, this.#link.unreachable());
      else this.#leave(room, { cause: 'left' });
    }
  }

  /** Forgets all without a word: the session has ended. */
  drop(): void {
    for (const room of [...this.#rooms.values()]) this.#remove(room);
  }

  /** An error reply about a channel that is being joined. */
  joinRefused(room: Room, error: GatewayError): void {
    if (!room.resuming) {
      this.#refuse(room, error);
      return;
    }
    const reason = String(error.text.args?.answer ?? '');
    this.#leave(room, { cause: error.code === 'banned' ? 'banned' : 'network-lost', reason });
  }

  /** The own JOIN has come back. */
  ownJoin(name: string): void {
    const link = this.#link;
    const room = this.named(name);
    if (room?.state !== 'joining') return;
    room.name = name;
    room.state = 'entering';
    const modesAwaited = !room.channel.modesKnown;
    room.entering = newEntering(modesAwaited, room.resuming);
    if (modesAwaited) link.wire?.send(`MODE ${name}`);
    this.#until(room, link.context.options.timeouts.joinMs);
  }

  /** The own PART, or one that the server has made. */
  ownPart(name: string, reason: string | undefined): void {
    const room = this.named(name);
    if (room === undefined || room.state === 'joining' || room.state === 'waiting') return;
    if (room.state === 'entering' && !room.resuming) {
      this.#refuse(
        room,
        new GatewayError('forbidden', { key: 'irc-removed', args: { answer: reason ?? '' } }),
      );
      return;
    }
    this.#leave(room, { cause: 'left', ...(reason ? { reason: plainText(reason) } : {}) });
  }

  ownKick(room: Room, cause: 'removed' | 'banned', by: string, reason: string | undefined): void {
    if (room.state === 'joining' || room.state === 'waiting') return;
    if (room.state === 'entering' && !room.resuming) {
      const code = cause === 'banned' ? 'banned' : 'forbidden';
      this.#refuse(room, new GatewayError(code, { key: 'irc-removed', args: { answer: reason ?? '' } }));
      return;
    }
    this.#leave(room, { cause, by, ...(reason ? { reason: plainText(reason) } : {}) });
  }

  namesDone(room: Room): void {
    const { entering } = room;
    if (entering === undefined) return;
    entering.namesDone = true;
    if (entering.modesAwaited) this.#until(room, this.#link.context.options.timeouts.channelModesMs);
    else this.#entered(room);
  }

  modesKnown(room: Room): void {
    const { entering } = room;
    if (entering === undefined) return;
    entering.modesAwaited = false;
    if (entering.namesDone) this.#entered(room);
  }

  /** Tells what was observed in a room, now or after its entry. */
  deliver(room: Room, observed: Observed): void {
    if (observed === undefined) return;
    if (isSeveral(observed)) for (const event of observed) this.#deliverOne(room, event);
    else this.#deliverOne(room, observed);
  }

  tick(now: number): void {
    if (now < this.#nextDeadline) return;
    this.#nextDeadline = Number.POSITIVE_INFINITY;
    for (const room of [...this.#rooms.values()]) {
      if (room.deadline === 0) continue;
      if (now < room.deadline) this.#nextDeadline = Math.min(this.#nextDeadline, room.deadline);
      else this.#expired(room);
    }
  }

  #deliverOne(room: Room, event: SharedEvent): void {
    if (room.state === 'joined' || room.state === 'leaving') this.#link.emit(event);
    else if (
      room.entering !== undefined &&
      room.entering.held.length < this.#link.context.options.limits.heldEvents
    )
      room.entering.held.push(event);
  }

  #expired(room: Room): void {
    room.deadline = 0;
    switch (room.state) {
      case 'leaving':
        this.#leave(room, { cause: 'left' });
        return;
      case 'suspended':
        this.#leave(room, { cause: 'network-lost' });
        return;
      case 'entering':
        if (room.entering?.namesDone) {
          this.#entered(room);
          return;
        }
        break;
      case 'joined':
        return;
      default:
        break;
    }
    if (room.resuming) this.#leave(room, { cause: 'network-lost' });
    else
      this.#refuse(room, new GatewayError('network-unreachable', { key: 'irc-no-answer' }, 'unknown', true));
  }

  #entered(room: Room): void {
    const { entering } = room;
    const link = this.#link;
    if (entering === undefined) return;
    const event = enteredEvent(link.network, link.nick, room, entering);
    room.state = 'joined';
    room.entering = undefined;
    room.resuming = false;
    room.deadline = 0;
    link.emit(event);
    for (const held of entering.held) link.emit(held);
  }

  #refusal(id: RoomId, known: Room | undefined, password: string | undefined): GatewayError | undefined {
    if (known !== undefined && known.id !== id) return alreadyThere();
    if (password !== undefined && password !== '' && (!isMiddle(password) || password.includes(',')))
      return new GatewayError('password-required', { key: 'irc-bad-key' });
    const { channelsPerConnection } = this.#link.context.options.limits;
    return known === undefined && this.#rooms.size >= channelsPerConnection
      ? new GatewayError('limit', { key: 'irc-too-many-channels', args: { limit: channelsPerConnection } })
      : undefined;
  }

  #joinAgain(room: Room, password: string | undefined): void {
    const link = this.#link;
    const { timeouts } = link.context.options;
    if (password !== undefined) room.password = password;
    switch (room.state) {
      case 'joined':
        // The server says nothing to a second JOIN; ask for what an entry tells.
        room.state = 'entering';
        room.entering = newEntering(false, true);
        link.wire?.send(`TOPIC ${room.name}`);
        link.wire?.send(`NAMES ${room.name}`);
        this.#until(room, timeouts.joinMs);
        return;
      case 'suspended':
        room.state = 'waiting';
        room.resuming = false;
        this.#until(room, timeouts.registrationMs);
        return;
      case 'leaving':
        link.emit({ type: 'room-left', room: room.id, cause: 'left' });
        room.resuming = false;
        this.#sendJoins([room]);
        return;
      default:
        // Under way: the answer will be the answer to this one too.
        room.resuming = false;
    }
  }

  #sendJoins(rooms: readonly Room[]): void {
    const link = this.#link;
    for (const room of rooms) {
      room.state = 'joining';
      room.seat = link.network.reseat(room.channel, room.seat);
      this.#until(room, link.context.options.timeouts.joinMs);
    }
    for (const line of joinLines(rooms)) link.wire?.send(line);
  }

  #refuse(room: Room, error: GatewayError): void {
    this.#remove(room);
    this.#link.emit({ type: 'room-refused', room: room.id, error });
  }

  #leave(room: Room, left: Omit<RoomLeft, 'type' | 'room'>): void {
    this.#remove(room);
    this.#link.emit({ type: 'room-left', room: room.id, ...left });
  }

  #remove(room: Room): void {
    if (this.#rooms.get(room.key) === room) this.#rooms.delete(room.key);
    this.#link.network.leaveChannel(room.channel, room.seat);
  }

  #until(room: Room, ms: number): void {
    room.deadline = this.#link.context.now() + ms;
    if (room.deadline < this.#nextDeadline) this.#nextDeadline = room.deadline;
  }

  #access() {
    const { network } = this.#link;
    return { codec: network.codec, fold: (name: string) => network.fold(name) };
  }
}

function isSeveral(observed: SharedEvent | readonly SharedEvent[]): observed is readonly SharedEvent[] {
  return Array.isArray(observed);
}

function alreadyThere(): GatewayError {
  return new GatewayError('forbidden', { key: 'irc-same-channel' });
}
