import type { Socket } from 'node:net';
import type { Log } from '../../../../src/gateway/gateway.js';
import { status } from './command-status.js';
import { FrameReader, FramingError } from './framing.js';
import type { SmppOptions } from './options.js';
import { decodePdu, encodePdu, type Fields, isResponseFrame, type PDU, sequenceOf } from './pdu.js';

/** sequence_number runs from 1 to this (SMPP 3.4 §3.2). */
const maxSequence = 0x7fffffff;
/** Requests of the centre's that have no answer (SMPP 3.4 §4.1.7, §4.12). */
const unanswered = new Set(['outbind', 'alert_notification']);

/** A request that has no answer. */
export class NoAnswer extends Error {
  constructor(
    readonly kind: 'link-lost' | 'timeout',
    /** Whether the request was handed to the socket, so that the centre may have acted on it. */
    readonly handed: boolean,
  ) {
    super(handed ? 'no answer' : 'not sent');
  }
}

interface Pending {
  readonly command: string;
  /** Count of the request on this link. */
  readonly ordinal: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (response: PDU) => void;
  readonly reject: (error: NoAnswer) => void;
}

/** How far a connection has come; small, because it may be remembered for long after the connection. */
export interface LinkProgress {
  alive: boolean;
  /** The newest request that the centre has answered: then it has read everything sent before that, too. */
  answered: number;
}

/** Who deals with what the centre asks; must not throw. */
export interface LinkUser {
  /** A deliver_sm or data_sm, to be answered by `Link.answer`. */
  delivery(link: Link, pdu: PDU): void;
}

/**
 * One connection to the centre, from the open socket to its end: frames, answers to requests, signs of life. Knows
 * nothing of messages. What cannot be read is refused and counted; the stream is given up when it is beyond repair.
 */
export class Link {
  /** Resolves, with the reason for the log, when the connection has ended. */
  readonly closed: Promise<string>;
  readonly progress: LinkProgress = { alive: true, answered: 0 };
  readonly #socket: Socket;
  readonly #options: SmppOptions;
  readonly #log: Log;
  readonly #user: LinkUser;
  readonly #reader = new FrameReader();
  readonly #pending = new Map<number, Pending>();
  #sequence = 0;
  #sent = 0;
  #malformed = 0;
  #reason = 'the centre closed the connection';
  #silence: NodeJS.Timeout;
  #unbinding = false;
  #probing = false;
  #gathering = false;

  constructor(socket: Socket, options: SmppOptions, log: Log, user: LinkUser) {
    this.#socket = socket;
    this.#options = options;
    this.#log = log;
    this.#user = user;
    this.#silence = setTimeout(() => this.probe(), options.timeouts.enquireAfterMs);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#finish();
        resolve(this.#reason);
      });
    });
    socket.on('error', (error) => {
      if (this.progress.alive) this.#reason = error.message;
    });
    // A centre that half-closes will answer nothing more.
    socket.once('end', () => this.end('the centre closed the connection'));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  get alive(): boolean {
    return this.progress.alive;
  }

  /** How many requests have been sent: to be compared with `progress.answered`. */
  get mark(): number {
    return this.#sent;
  }

  /** Resolves with the answer, positive or negative. Rejects with {@link NoAnswer}. */
  request(command: string, fields: Fields, timeoutMs: number): Promise<PDU> {
    if (!this.progress.alive || !this.#socket.writable)
      return Promise.reject(new NoAnswer('link-lost', false));
    return new Promise((resolve, reject) => {
      const sequence = this.#nextSequence();
      const bytes = encodePdu(command, sequence, status.ok, fields);
      const timer = setTimeout(() => {
        this.#pending.delete(sequence);
        reject(new NoAnswer('timeout', true));
      }, timeoutMs);
      this.#pending.set(sequence, { command, ordinal: ++this.#sent, timer, resolve, reject });
      this.#write(bytes);
    });
  }

  /** Answers a request of the centre's. */
  answer(request: PDU, commandStatus: number, fields: Fields = {}): void {
    this.#write(encodePdu(`${request.command}_resp`, request.sequence_number, commandStatus, fields));
  }

  /** Asks for a sign of life now; without one in time the connection ends. */
  probe(): void {
    clearTimeout(this.#silence);
    if (!this.progress.alive || this.#probing) return;
    this.#probing = true;
    this.request('enquire_link', {}, this.#options.timeouts.enquireMs).then(
      () => {
        this.#probing = false;
      },
      () => this.end('the centre gave no sign of life'),
    );
  }

  /** unbind, bounded; then the end of the connection. Nothing that comes from now on is taken. */
  async unbind(timeoutMs: number): Promise<void> {
    this.#unbinding = true;
    await this.request('unbind', {}, timeoutMs).catch(() => undefined);
    this.end('unbound');
    await this.closed;
  }

  /** Ends the connection now. */
  end(reason: string): void {
    if (!this.progress.alive) return;
    this.#reason = reason;
    this.#finish();
    this.#socket.destroySoon();
    // A centre that reads nothing keeps the last bytes from leaving.
    setTimeout(() => this.#socket.destroy(), this.#options.timeouts.stopMs).unref();
  }

  #finish(): void {
    if (!this.progress.alive) return;
    this.progress.alive = false;
    clearTimeout(this.#silence);
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { timer, reject } of lost) {
      clearTimeout(timer);
      reject(new NoAnswer('link-lost', true));
    }
  }

  #write(bytes: Buffer): void {
    if (!this.progress.alive || !this.#socket.writable) return;
    this.#gather();
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#options.limits.bufferedBytes)
      this.end('the centre does not read');
  }

  /** What is written in one turn of the event loop leaves in one piece. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#socket.cork();
    setImmediate(() => {
      this.#gathering = false;
      this.#socket.uncork();
    });
  }

  #nextSequence(): number {
    do {
      this.#sequence = this.#sequence >= maxSequence ? 1 : this.#sequence + 1;
    } while (this.#pending.has(this.#sequence));
    return this.#sequence;
  }

  #read(chunk: Buffer): void {
    if (!this.progress.alive) return;
    this.#heard();
    try {
      this.#reader.push(chunk, (frame) => this.#frame(frame));
    } catch (error) {
      if (!(error instanceof FramingError))
        this.#log.error({ err: error }, 'an SMPP PDU could not be handled');
      this.#nack(0, status.invalidCommandLength);
      this.end('what the centre sends is not SMPP');
    }
  }

  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.probe(), this.#options.timeouts.enquireAfterMs);
  }

  #frame(frame: Buffer): void {
    if (!this.progress.alive) return;
    const pdu = decodePdu(frame);
    if (pdu === undefined) {
      this.#unreadable(frame, status.invalidCommandLength);
      return;
    }
    if (pdu.command === 'unknown') {
      this.#unreadable(frame, status.invalidCommandId);
      return;
    }
    this.#malformed = 0;
    if (pdu.isResponse()) this.#response(pdu);
    else this.#request(pdu);
  }

  /** An answer is never answered: two sides that do so talk for ever. */
  #unreadable(frame: Buffer, commandStatus: number): void {
    this.#log.debug({ commandStatus, bytes: frame.length }, 'an SMPP PDU cannot be read');
    if (++this.#malformed >= this.#options.limits.malformedPdus) {
      this.end('what the centre sends is not SMPP');
      return;
    }
    if (!isResponseFrame(frame)) this.#nack(sequenceOf(frame), commandStatus);
  }

  #response(pdu: PDU): void {
    const pending = this.#pending.get(pdu.sequence_number);
    if (pending === undefined) return;
    if (pdu.command !== `${pending.command}_resp` && pdu.command !== 'generic_nack') return;
    this.#pending.delete(pdu.sequence_number);
    clearTimeout(pending.timer);
    this.progress.answered = Math.max(this.progress.answered, pending.ordinal);
    pending.resolve(pdu);
  }

  #request(pdu: PDU): void {
    switch (pdu.command) {
      case 'enquire_link':
        this.answer(pdu, status.ok);
        return;
      case 'unbind':
        this.answer(pdu, status.ok);
        this.end('the centre has unbound');
        return;
      case 'deliver_sm':
      case 'data_sm':
        // Unanswered while unbinding: the centre keeps it for the next bind.
        if (!this.#unbinding) this.#user.delivery(this, pdu);
        return;
      default:
        if (!unanswered.has(pdu.command)) this.#nack(pdu.sequence_number, status.invalidCommandId);
    }
  }

  #nack(sequence: number, commandStatus: number): void {
    this.#write(encodePdu('generic_nack', sequence, commandStatus));
  }
}
