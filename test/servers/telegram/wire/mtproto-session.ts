import { randomBytes } from 'node:crypto';
import { Bytes } from './bytes.js';
import { type MessageIds, secondsOf } from './message-ids.js';
import type { AuthKey } from './message-key.js';
import { RpcFailure, readObject, resultBytes, type TlObject, type TlResult, unpacked } from './schema.js';
import { tlInt, tlLong } from './tl.js';

/** How far a client's clock may be off before its messages are refused (seconds). */
const TOO_OLD = 300;
const TOO_NEW = 30;
/** Requests whose ids are remembered, so that none is acted on twice. */
const REMEMBERED = 2_000;

/** What came with requests around the one that counts. */
export interface RequestFrame {
  /** The layer of the schema that the client speaks, once it has said so. */
  readonly layer?: number;
  /** It wants no updates here (invokeWithoutUpdates). */
  readonly withoutUpdates: boolean;
}

/** What a session needs of the server that it belongs to. */
export interface SessionServices {
  readonly ids: MessageIds;
  /** UTC milliseconds as the server has them. */
  now(): number;
  /** Answers a request; undefined: no answer goes out. @throws {RpcFailure} */
  handle(session: MtprotoSession, request: TlObject, frame: RequestFrame): Promise<TlResult | undefined>;
  /** Looks at every request before it is handled; true: it is not answered at all. */
  swallow(request: TlObject): boolean;
}

/** Something that the server says, until the client has acknowledged it. */
interface Said {
  readonly id: bigint;
  readonly sequence: number;
  readonly body: Buffer;
}

/** The connection that a session speaks over. */
export interface Line {
  /** Sends an encrypted packet. */
  send(packet: Buffer): void;
  /** Of the next packet so many bytes arrive, then the connection breaks. */
  cutAfter(bytes: number): void;
  close(): void;
}

/** One session of one client: it may outlive connections (core.telegram.org/mtproto/description#session). */
export class MtprotoSession {
  /** Undefined while no connection is there. */
  line: Line | undefined;
  layer: number | undefined;
  /** What the client says it is. */
  client: { readonly device: string; readonly app: string } | undefined;
  /** Updates go here. */
  wantsUpdates = true;
  salt = randomBytes(8).readBigInt64LE();
  readonly #unacknowledged = new Map<bigint, Said>();
  readonly #seen = new Set<bigint>();
  #sequence = 0;
  #begun = false;

  constructor(
    readonly authKey: AuthKey,
    readonly id: bigint,
    private readonly services: SessionServices,
  ) {}

  /** What the client has not acknowledged. */
  get unacknowledged(): number {
    return this.#unacknowledged.size;
  }

  /** Takes one decrypted packet. @throws {Error} for what no client sends */
  receive(plain: Buffer): void {
    const message = new Bytes(plain);
    const salt = message.long();
    message.long();
    const id = message.long();
    const sequence = message.int();
    const body = message.take(message.int());
    const age = this.services.now() / 1_000 - secondsOf(id);
    if (age > TOO_OLD || age < -TOO_NEW) {
      this.#notify(tlInt(0xa7eff811), tlLong(id), tlInt(sequence), tlInt(age > 0 ? 16 : 17));
      return;
    }
    if (salt !== this.salt) {
      this.#notify(tlInt(0xedab447b), tlLong(id), tlInt(sequence), tlInt(48), tlLong(this.salt));
      return;
    }
    if (!this.#begun) {
      this.#begun = true;
      const unique = randomBytes(8);
      this.#say(Buffer.concat([tlInt(0x9ec20908), tlLong(id), unique, tlLong(this.salt)]), false);
    }
    this.#take(id, body);
  }

  /** Something that nobody asked for: updates. */
  push(object: TlObject): void {
    this.#say(object.getBytes(), false);
  }

  /** A new connection of the same session: what was not acknowledged goes out again. */
  resume(): void {
    for (const said of this.#unacknowledged.values()) this.#transmit(said);
  }

  /** From now on another salt is the right one, as it happens every half hour. */
  changeSalt(): void {
    this.salt = randomBytes(8).readBigInt64LE();
  }

  #take(id: bigint, bytes: Buffer): void {
    const object = new Bytes(bytes);
    const kind = object.id();
    switch (kind) {
      case 0x73f1f8dc: {
        // msg_container
        for (let count = object.int(); count > 0; count -= 1) {
          const inner = object.long();
          object.int();
          this.#take(inner, object.take(object.int()));
        }
        return;
      }
      case 0x3072cfa1: // gzip_packed
        this.#take(
          id,
          unpacked(kind, () => object.bytes(), bytes),
        );
        return;
      case 0x62d6b459: {
        // msgs_ack
        object.int();
        for (let count = object.int(); count > 0; count -= 1) this.#unacknowledged.delete(object.long());
        return;
      }
      case 0x7abe77ec: // ping
      case 0xf3427b8c: // ping_delay_disconnect
        this.#say(Buffer.concat([tlInt(0x347773c5), tlLong(id), tlLong(object.long())]), true);
        return;
      case 0xb921bd04: {
        // get_future_salts
        const now = Math.floor(this.services.now() / 1_000);
        const salt = Buffer.concat([tlInt(now), tlInt(now + 3_600), tlLong(this.salt)]);
        this.#say(Buffer.concat([tlInt(0xae500895), tlLong(id), tlInt(now), tlInt(1), salt]), true);
        return;
      }
      case 0xe7512126: // destroy_session
        this.#say(Buffer.concat([tlInt(0xe22045fc), tlLong(object.long())]), true);
        return;
      case 0x9299359f: // http_wait
        return;
      default:
        this.#request(id, bytes);
    }
  }

  #request(id: bigint, bytes: Buffer): void {
    // A repeat of what is answered, or being answered: the answer goes out again by itself.
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    if (this.#seen.size > REMEMBERED)
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    void this.#answer(id, bytes);
  }

  async #answer(id: bigint, bytes: Buffer): Promise<void> {
    let result: Buffer;
    try {
      const { request, withoutUpdates } = this.#open(bytes);
      if (this.services.swallow(request)) return;
      const frame = { withoutUpdates, ...(this.layer !== undefined && { layer: this.layer }) };
      const answer = await this.services.handle(this, request, frame);
      if (answer === undefined) return;
      result = resultBytes(answer);
    } catch (error) {
      const failure =
        error instanceof RpcFailure ? error : new RpcFailure(500, `SERVER_FAULT_${String(error)}`);
      result = failure.toObject().getBytes();
    }
    this.#say(Buffer.concat([tlInt(0xf35c6d01), tlLong(id), result]), true);
  }

  /** The request inside of what says how it is to be understood. */
  #open(bytes: Buffer): { readonly request: TlObject; readonly withoutUpdates: boolean } {
    let rest = bytes;
    let withoutUpdates = false;
    for (;;) {
      const object = new Bytes(rest);
      const kind = object.id();
      if (kind === 0xda9b0d0d) {
        // invokeWithLayer
        this.layer = object.int();
        rest = object.rest;
      } else if (kind === 0xcb9f372d) {
        // invokeAfterMsg: requests are handled in the order in which they come
        object.long();
        rest = object.rest;
      } else if (kind === 0xbf9459b7) {
        // invokeWithoutUpdates
        withoutUpdates = true;
        this.wantsUpdates = false;
        rest = object.rest;
      } else if (kind === 0x3072cfa1) rest = unpacked(kind, () => object.bytes(), rest);
      else if (kind === 0xc1cd5ea9) {
        // initConnection
        const flags = object.int();
        object.int();
        const [device = '', , app = ''] = Array.from({ length: 6 }, () => object.bytes().toString());
        this.client = { device, app };
        // A proxy is an address and a port, parameters are JSON; neither changes anything here.
        if (flags & 1) skipProxy(object);
        if (flags & 2) skipJson(object);
        rest = object.rest;
      } else return { request: readObject(rest), withoutUpdates };
    }
  }

  #notify(...parts: readonly Buffer[]): void {
    this.#transmit({
      id: this.services.ids.next(true),
      sequence: this.#sequence * 2,
      body: Buffer.concat(parts),
    });
  }

  #say(body: Buffer, answer: boolean): void {
    const said = { id: this.services.ids.next(answer), sequence: this.#sequence * 2 + 1, body };
    this.#sequence += 1;
    this.#unacknowledged.set(said.id, said);
    this.#transmit(said);
  }

  #transmit({ id, sequence, body }: Said): void {
    if (!this.line) return;
    const head = Buffer.concat([
      tlLong(this.salt),
      tlLong(this.id),
      tlLong(id),
      tlInt(sequence),
      tlInt(body.length),
    ]);
    this.line.send(this.authKey.encrypt(Buffer.concat([head, body])));
  }
}

function skipProxy(object: Bytes): void {
  object.id();
  object.bytes();
  object.int();
}

function skipJson(object: Bytes): void {
  switch (object.id()) {
    case 0x3f6d7b68: // jsonNull
      return;
    case 0xc7345e6a: // jsonBool
      object.id();
      return;
    case 0x2be0dfa4: // jsonNumber
      object.take(8);
      return;
    case 0xb71e767a: // jsonString
      object.bytes();
      return;
    case 0xf7444763: // jsonArray
      object.id();
      for (let count = object.int(); count > 0; count -= 1) skipJson(object);
      return;
    case 0x99c1d49d: // jsonObject
      object.id();
      for (let count = object.int(); count > 0; count -= 1) {
        object.id();
        object.bytes();
        skipJson(object);
      }
      return;
    default:
      throw new Error('no JSON');
  }
}
