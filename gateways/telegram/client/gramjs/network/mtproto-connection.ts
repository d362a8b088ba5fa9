import { randomBytes } from 'node:crypto';
import type { Api } from 'telegram';
import type { MessageClock } from './message-clock.js';
import type { MessageKey } from './message-key.js';
import { Outbox } from './outbox.js';
import type { PacketStream } from './packet-stream.js';
import { Disconnected, NOT_ACCEPTED, RpcFailure } from './rpc-failure.js';
import { readObject, readResult, unpacked } from './schema-reader.js';

/** Salt, session, message id, sequence number, length. */
const HEAD = 32;
/** Messages of the server that are remembered, since it repeats what it believes to be lost. */
const REMEMBERED = 500;
/** How often one request is said anew because the server did not accept it as it was. */
const MOST_REPEATS = 5;
const UPDATES = 0x8af52aac;
/** Bytes of the smallest encrypted packet; shorter ones are errors of the transport. */
const SMALLEST = 40;

/** What a connection tells of what nobody asked for. */
export interface ConnectionEvents {
  updates(updates: Api.TypeUpdates): void;
  /** Something was said that cannot be read, or was lost on the server's side. */
  missed(): void;
  /** An error of the transport, such as 404 for a key that the server does not know; the connection ends with it. */
  transportError(code: number): void;
  ended(): void;
}

interface Pending {
  readonly request: Api.AnyRequest;
  readonly body: Buffer;
  resolve(result: unknown): void;
  reject(error: Error): void;
  repeats: number;
}

/** One MTProto session on one connection (core.telegram.org/mtproto/service_messages). It never comes back. */
export class MtprotoConnection {
  readonly #pending = new Map<bigint, Pending>();
  readonly #heard = new Set<bigint>();
  readonly #outbox: Outbox;
  #sessions = 0;
  #ended = false;
  /** Packets that came, for who wants to know whether the server is there. */
  received = 0;

  constructor(
    private readonly stream: PacketStream,
    private readonly key: MessageKey,
    private readonly clock: MessageClock,
    salt: bigint,
    private readonly events: ConnectionEvents,
  ) {
    this.#outbox = new Outbox(clock, salt, (plain) => stream.send(key.encrypt(plain)));
    stream.onPacket = (packet) => this.#packet(packet);
    stream.onEnd = () => this.#end();
    if (stream.ended) this.#end();
  }

  /** The number that the server wants to see at present, for the next connection with this key. */
  get salt(): bigint {
    return this.#outbox.salt;
  }

  /** Rejects with {@link RpcFailure} or {@link Disconnected}. */
  invoke(request: Api.AnyRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(new Disconnected(false));
      else this.#send({ request, body: request.getBytes(), resolve, reject, repeats: 0 });
    });
  }

  /** Has the server answer, and hang up by itself when it hears nothing for so long. */
  ping(hangUpSeconds: number): void {
    this.#outbox.ping(randomBytes(8), hangUpSeconds);
  }

  close(): void {
    this.stream.close();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outbox.stop();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new Disconnected(true));
    this.events.ended();
  }

  #send(pending: Pending): void {
    this.#pending.set(this.#outbox.say(pending.body), pending);
  }

  #packet(packet: Buffer): void {
    this.received += 1;
    if (packet.length < SMALLEST) {
      this.events.transportError(packet.length < 4 ? 0 : -packet.readInt32LE());
      this.close();
      return;
    }
    const plain = this.key.decrypt(packet);
    // What was not made for this session with this key is not for us (core.telegram.org/mtproto/security_guidelines).
    if (!plain?.subarray(8, 16).equals(this.#outbox.session)) return;
    const end = HEAD + plain.readInt32LE(28);
    if (end < HEAD || end > plain.length) return;
    this.#message(plain.readBigInt64LE(16), plain.readInt32LE(24), plain.subarray(HEAD, end), false);
  }

  #message(id: bigint, sequence: number, body: Buffer, inside: boolean): void {
    if (sequence & 1) this.#outbox.acknowledge(id);
    if (this.#heard.has(id)) return;
    this.#heard.add(id);
    if (this.#heard.size > REMEMBERED)
      for (const oldest of this.#heard) {
        this.#heard.delete(oldest);
        break;
      }
    try {
      this.#take(id, unpacked(body), inside);
    } catch {
      this.events.missed();
    }
  }

  /** @throws {Error} for what cannot be read */
  #take(id: bigint, body: Buffer, inside: boolean): void {
    switch (body.readUInt32LE()) {
      case 0x73f1f8dc: // msg_container
        if (!inside) this.#container(body);
        return;
      case 0xf35c6d01: // rpc_result
        this.#result(body.readBigInt64LE(4), body.subarray(12));
        return;
      case 0xedab447b: // bad_server_salt
        this.#outbox.salt = body.readBigInt64LE(20);
        this.#repeat(body.readBigInt64LE(4));
        return;
      case 0xa7eff811: // bad_msg_notification
        this.#refused(id, body.readBigInt64LE(4), body.readInt32LE(16));
        return;
      case 0x9ec20908: // new_session_created
        this.#outbox.salt = body.readBigInt64LE(20);
        // The first one is the session that we have begun; another one has forgotten what was to be told.
        if (this.#sessions > 0) this.events.missed();
        this.#sessions += 1;
        return;
      case 0x276d3ec6: // msg_detailed_info
        this.#detailed(body.readBigInt64LE(12));
        return;
      case 0x809db6df: // msg_new_detailed_info
        this.#detailed(body.readBigInt64LE(4));
        return;
      case 0xda69fb52: // msgs_state_req
        this.#outbox.state(
          id,
          idsIn(body).map((asked) => this.#heard.has(asked)),
        );
        return;
      case 0x7d861a08: // msg_resend_req
        for (const asked of idsIn(body)) this.#repeat(asked);
        return;
      case 0x347773c5: // pong
      case 0x62d6b459: // msgs_ack
      case 0xae500895: // future_salts
      case 0x8cc0d131: // msgs_all_info
      case 0xe22045fc: // destroy_session_ok
      case 0x62d350c9: // destroy_session_none
        return;
      default: {
        const object = readObject(body) as { readonly SUBCLASS_OF_ID?: number } | undefined;
        if (object?.SUBCLASS_OF_ID === UPDATES) this.events.updates(object as unknown as Api.TypeUpdates);
      }
    }
  }

  #container(body: Buffer): void {
    let at = 8;
    for (let left = body.readInt32LE(4); left > 0; left -= 1) {
      const end = at + 16 + body.readInt32LE(at + 12);
      if (end < at + 20 || end > body.length) throw new RangeError('a message beyond its container');
      this.#message(body.readBigInt64LE(at), body.readInt32LE(at + 8), body.subarray(at + 16, end), true);
      at = end;
    }
  }

  #result(id: bigint, packed: Buffer): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    try {
      const body = unpacked(packed);
      if (body.readUInt32LE() === 0x2144ca19) {
        const { errorCode, errorMessage } = readObject(body) as Api.RpcError;
        pending.reject(new RpcFailure(errorCode, errorMessage));
      } else pending.resolve(readResult(pending.request, body));
    } catch {
      // It was done, but nobody can read how it went.
      pending.reject(new RpcFailure(500, 'ANSWER_NOT_READABLE'));
    }
  }

  #refused(by: bigint, id: bigint, code: number): void {
    // The time was wrong by too much, by that of the server's own message.
    if (code === 16 || code === 17) this.clock.correct(by);
    // Numbers have come apart: begin anew.
    else this.#outbox.renew();
    this.#repeat(id);
  }

  #detailed(answer: bigint): void {
    if (this.#heard.has(answer)) this.#outbox.acknowledge(answer);
    else this.#outbox.requestAgain(answer);
  }

  /** Says a request, or all of a container, anew. */
  #repeat(id: bigint): void {
    for (const one of this.#outbox.inside(id)) {
      const pending = this.#pending.get(one);
      if (!pending) continue;
      this.#pending.delete(one);
      pending.repeats += 1;
      if (pending.repeats <= MOST_REPEATS) this.#send(pending);
      else {
        pending.reject(new RpcFailure(500, NOT_ACCEPTED));
        // The two sides do not agree any more: the next session begins anew.
        this.close();
      }
    }
  }
}

/** The vector of message ids of a service message. */
function idsIn(body: Buffer): readonly bigint[] {
  const length = Math.min(body.readInt32LE(8), Math.floor((body.length - 12) / 8));
  return Array.from({ length: Math.max(0, length) }, (_, index) => body.readBigInt64LE(12 + index * 8));
}
