import type { OnReadOpts, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { GatewayError } from '../../../src/gateway/error.js';
import { type DialError, type DialPolicy, dial } from './dial.js';
import type { Encoding } from './encoding.js';
import { LineReader } from './line-reader.js';
import { type FloodLimits, Outbox } from './outbox.js';
import { cleanLine } from './sanitise.js';
import type { Endpoint } from './target-policy.js';

/** What all wires of the gateway share. */
export interface WirePool {
  readonly dialPolicy: DialPolicy;
  /** One buffer that every socket is read into: lines are cut out of it before the next read. */
  readonly readBuffer: Buffer;
  /** Milliseconds, coarse. */
  now(): number;
  /** Calls `wire.flush()` at the end of this turn of the event loop. */
  schedule(wire: Wire): void;
}

/** Bounds of what waits to be sent. */
export interface WireLimits {
  readonly flood: FloodLimits | undefined;
  /** Lines waiting for the flood control; above it sending is refused. */
  readonly maxQueuedLines: number;
  /** Bytes in the socket's buffer at which a server that does not read is given up. */
  readonly maxBufferedBytes: number;
}

/** Whoever owns a wire and hears of it. */
export interface WireUser {
  opened(): void;
  line(line: string): void;
  /** Right before what was sent in this turn is written. */
  flushing(): void;
  /** After each chunk of input; where reading is paused. */
  chunkRead(): void;
  /** Once, whatever the cause; undefined when this side closed it. */
  closed(cause: DialError | Error | undefined): void;
}

/** One connection to one IRC server, as lines: dialling, TLS, encoding, flood control, batching of writes. */
export class Wire {
  readonly #pool: WirePool;
  readonly #user: WireUser;
  readonly #limits: WireLimits;
  readonly #encoding: Encoding;
  readonly #reader = new LineReader();
  readonly #outbox: Outbox;
  readonly #take: (line: string) => void;
  #abort: AbortController | undefined;
  #socket: Socket | undefined;
  #pending = '';
  #scheduled = false;
  #ended = false;
  #closing = false;
  /** Coarse time of the last input. */
  lastInput: number;

  constructor(pool: WirePool, user: WireUser, limits: WireLimits, encoding: Encoding) {
    this.#pool = pool;
    this.#user = user;
    this.#limits = limits;
    this.#encoding = encoding;
    this.lastInput = pool.now();
    this.#outbox = new Outbox(limits.flood, limits.maxQueuedLines, this.lastInput);
    this.#take = (line) => {
      if (!this.#ended) user.line(line);
    };
  }

  get encoding(): Encoding {
    return this.#encoding;
  }

  get queuedLines(): number {
    return this.#outbox.waiting;
  }

  connect(endpoint: Endpoint): void {
    const abort = new AbortController();
    this.#abort = abort;
    const onread: OnReadOpts = {
      buffer: this.#pool.readBuffer,
      callback: (bytes, buffer) => {
        this.#read((buffer as Buffer).subarray(0, bytes));
        return true;
      },
    };
    dial(endpoint, this.#pool.dialPolicy, onread, abort.signal).then(
      (socket) => this.#attach(socket),
      (error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Whether this many lines more fit the bounded queue. */
  hasRoom(lines: number): boolean {
    return this.#outbox.hasRoom(lines);
  }

  /** Sends in order, as the flood control allows. `free` takes no token. */
  send(line: string, free = false): void {
    const clean = cleanLine(line, this.#encoding.byteLength);
    const now = this.#outbox.offer(clean, this.#pool.now(), free);
    if (now !== undefined) this.#write(now);
  }

  /** Goes ahead of everything: answers to PING, registration, QUIT. */
  urgent(line: string): void {
    this.#write(cleanLine(line, this.#encoding.byteLength));
  }

  /** Lets go what the flood control held back; called by the gateway's one clock. */
  release(): void {
    if (this.#outbox.waiting === 0) return;
    for (const line of this.#outbox.release(this.#pool.now())) this.#write(line);
  }

  /** Asks for a flush although nothing was sent: its `flushing` may have something to say. */
  wake(): void {
    if (this.#scheduled || this.#ended) return;
    this.#scheduled = true;
    this.#pool.schedule(this);
  }

  flush(): void {
    // Set while asking, so that what is added now goes with this flush.
    this.#scheduled = true;
    const socket = this.#socket;
    if (socket !== undefined && !this.#ended) this.#user.flushing();
    this.#scheduled = false;
    if (socket === undefined || this.#ended) return;
    const text = this.#pending;
    this.#pending = '';
    if (text === '') return;
    if (this.#encoding.encode === undefined) socket.write(text, 'utf8');
    else socket.write(this.#encoding.encode(text));
    if (socket.writableLength > this.#limits.maxBufferedBytes)
      this.fail(new Error('the server does not read'));
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Says a last line and closes in order; `fail` bounds it by the caller's clock. */
  close(lastLine: string): void {
    if (this.#ended) return;
    const socket = this.#socket;
    if (socket === undefined) {
      this.#end(undefined);
      return;
    }
    this.urgent(lastLine);
    this.flush();
    this.#closing = true;
    socket.end();
  }

  /** Ends at once. */
  fail(cause: Error | undefined): void {
    this.#end(cause);
  }

  #write(line: string): void {
    if (this.#ended) return;
    this.#pending += `${line}\r\n`;
    this.wake();
  }

  #attach(socket: Socket): void {
    if (this.#ended) {
      socket.destroy();
      return;
    }
    this.#abort = undefined;
    this.#socket = socket;
    this.lastInput = this.#pool.now();
    let cause: Error | undefined;
    socket.on('error', (error) => {
      cause = error;
    });
    socket.on('close', () =>
      this.#end(this.#closing ? undefined : (cause ?? new Error('closed by the server'))),
    );
    // Sockets that came through a proxy, and TLS over them, have no reading buffer of ours.
    if (this.#pool.dialPolicy.proxy !== undefined) socket.on('data', (chunk: Buffer) => this.#read(chunk));
    else if (socket instanceof TLSSocket) socket.resume();
    this.#user.opened();
    if (this.#pending !== '') this.flush();
  }

  #read(chunk: Buffer): void {
    if (this.#ended) return;
    this.lastInput = this.#pool.now();
    try {
      if (!this.#reader.read(chunk, this.#encoding, this.#take)) {
        this.fail(new GatewayError('network-unreachable', { key: 'irc-garbage' }, 'unknown', true));
        return;
      }
    } catch (error) {
      // A line that our own code cannot take must not end the process.
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (!this.#ended) this.#user.chunkRead();
  }

  #end(cause: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#abort?.abort();
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#pending = '';
    this.#user.closed(cause);
  }
}
