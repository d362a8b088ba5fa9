import { randomBytes } from 'node:crypto';
import type { MessageClock } from './message-clock.js';

/** Of one container (core.telegram.org/mtproto/service_messages#containers), with room to spare. */
const MOST_MESSAGES = 100;
const MOST_BYTES = 1_000_000;
/** Acknowledgements that wait for something to travel with, and for how long (ms). */
const MOST_ACKS = 64;
const ACK_DELAY_MS = 5_000;
/** Containers whose messages can be told apart when the server refuses one. */
const REMEMBERED = 50;
const VECTOR = 0x1cb5c415;

interface Message {
  readonly id: bigint;
  readonly sequence: number;
  readonly body: Buffer;
}

/** Numbers messages of one session, and sends together what is said together. */
export class Outbox {
  session: Buffer = randomBytes(8);
  #sequence = 0;
  #waiting: Message[] = [];
  #flushing = false;
  #acks: bigint[] = [];
  #ackTimer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #containers = new Map<bigint, readonly bigint[]>();

  constructor(
    private readonly clock: MessageClock,
    public salt: bigint,
    private readonly transmit: (plain: Buffer) => void,
  ) {}

  /** A request; the id by which it is answered. */
  say(body: Buffer): bigint {
    return this.#add(body, true);
  }

  ping(id: Buffer, hangUpSeconds: number): void {
    this.#add(Buffer.concat([number(0xf3427b8c), id, number(hangUpSeconds)]), false);
  }

  acknowledge(id: bigint): void {
    this.#acks.push(id);
    if (this.#acks.length >= MOST_ACKS) this.#flushSoon();
    else this.#ackTimer ??= setTimeout(() => this.#flushSoon(), ACK_DELAY_MS).unref();
  }

  /** Whether messages of the server have come. */
  state(asked: bigint, heard: readonly boolean[]): void {
    const info = Buffer.from(heard.map((known) => (known ? 4 : 2)));
    this.#add(Buffer.concat([number(0x04deb57d), long(asked), bytes(info)]), false);
  }

  requestAgain(id: bigint): void {
    this.#add(Buffer.concat([number(0x7d861a08), vector([id])]), false);
  }

  /** Begins another session. */
  renew(): void {
    this.session = randomBytes(8);
    this.#sequence = 0;
  }

  /** The messages that went out in that container; else the message itself. */
  inside(id: bigint): readonly bigint[] {
    return this.#containers.get(id) ?? [id];
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#ackTimer);
    this.#waiting = [];
  }

  #add(body: Buffer, content: boolean): bigint {
    const id = this.clock.next();
    this.#waiting.push({ id, sequence: this.#sequence * 2 + (content ? 1 : 0), body });
    if (content) this.#sequence += 1;
    this.#flushSoon();
    return id;
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (!this.#stopped) this.#flush();
    });
  }

  #flush(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#acks.length > 0) {
      const body = Buffer.concat([number(0x62d6b459), vector(this.#acks)]);
      this.#waiting.push({ id: this.clock.next(), sequence: this.#sequence * 2, body });
      this.#acks = [];
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    let batch: Message[] = [];
    let size = 0;
    for (const message of waiting) {
      if (batch.length >= MOST_MESSAGES || (batch.length > 0 && size + message.body.length > MOST_BYTES)) {
        this.#transmitTogether(batch);
        [batch, size] = [[], 0];
      }
      batch.push(message);
      size += message.body.length;
    }
    this.#transmitTogether(batch);
  }

  #transmitTogether(batch: readonly Message[]): void {
    const [first] = batch;
    if (!first) return;
    if (batch.length === 1) {
      this.#transmit(first);
      return;
    }
    const body = Buffer.concat([
      ...[number(0x73f1f8dc), number(batch.length)],
      ...batch.flatMap((message) => [headOf(message), message.body]),
    ]);
    const id = this.clock.next();
    this.#containers.set(
      id,
      batch.map((message) => message.id),
    );
    if (this.#containers.size > REMEMBERED)
      for (const oldest of this.#containers.keys()) {
        this.#containers.delete(oldest);
        break;
      }
    this.#transmit({ id, sequence: this.#sequence * 2, body });
  }

  #transmit(message: Message): void {
    this.transmit(Buffer.concat([long(this.salt), this.session, headOf(message), message.body]));
  }
}

function headOf({ id, sequence, body }: Message): Buffer {
  return Buffer.concat([long(id), number(sequence), number(body.length)]);
}

function number(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeInt32LE(value | 0);
  return buffer;
}

function long(value: bigint): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeBigInt64LE(value);
  return buffer;
}

function vector(ids: readonly bigint[]): Buffer {
  return Buffer.concat([number(VECTOR), number(ids.length), ...ids.map(long)]);
}

/** Fewer than 254 bytes in the form of the type language. */
function bytes(value: Buffer): Buffer {
  const short = value.subarray(0, 253);
  return Buffer.concat([
    Buffer.from([short.length]),
    short,
    Buffer.alloc((4 - ((short.length + 1) % 4)) % 4),
  ]);
}
