import { type ErrorCode, GatewayError } from '../../../src/gateway/error.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { OutboundMessage } from '../../../src/gateway/message.js';
import type { Acceptance, Sent } from '../../../src/gateway/session.js';

/** Whom messages go to. */
type Correspondent = ContactId | RoomId;

/** What the network has of one message. */
export interface PostedMessage {
  readonly contact: Correspondent;
  readonly key: string | undefined;
  readonly text: string;
}

/** A message that the network has not answered yet. */
export interface OpenAnswer extends PostedMessage {
  /** The network takes it, in so many parts. */
  accept(parts?: number): void;
  refuse(error: GatewayError): void;
  /** The network takes it, and its word of that is lost. */
  keep(): void;
}

/** How the network answers; `open`: when the test says so. */
export type PostAnswer = Partial<Acceptance> | GatewayError | 'open';

/** Takes what has come for a user; rejects when it should come again. */
type Reader = (event: InboundEvent) => Promise<void> | undefined;

/** Store and forward, obeying the test's script: without one, everything is taken at once. */
export class MemoryPost {
  /** What reached the network, in order; a key that it has already adds nothing where it is `repeatable`. */
  readonly taken: PostedMessage[] = [];
  readonly open: OpenAnswer[] = [];
  /** Sessions that connect find the network there. */
  reachable = true;
  /** Milliseconds that messages wait to go out together. */
  gatherMs = 0;
  /** How many messages went out at a time, in order. */
  readonly batches: number[] = [];
  readonly #script = new Map<string, PostAnswer[]>();
  /** What the gateway has not taken yet, by user. */
  readonly #mail = new Map<ContactId, InboundEvent[]>();
  readonly #readers = new Map<ContactId, Reader>();
  #ids = 0;

  constructor(readonly repeatable = false) {}

  /** How the next messages to a person, or in a room, are answered, one after the other. */
  next(contact: string, ...answers: readonly PostAnswer[]): void {
    this.#script.set(contact, [...(this.#script.get(contact) ?? []), ...answers]);
  }

  /** The texts that reached a person or a room, in order. */
  texts(contact: string): string[] {
    return this.taken.filter((message) => message.contact === contact).map(({ text }) => text);
  }

  /** One answer for all; the network has them one by one. */
  sendTogether(contact: Correspondent, messages: readonly OutboundMessage[]): Sent {
    this.batches.push(messages.length);
    const [first, ...others] = messages.map(({ key, text }) => ({ contact, key, text }));
    if (!first) throw new Error('nothing to send');
    const sent = this.send(contact, { key: first.key ?? '', text: first.text });
    const accepted = sent.accepted.then((acceptance) => {
      for (const message of others) this.#take(message);
      return { ids: [...(acceptance?.ids ?? []), ...this.#newIds(others.length)] };
    });
    return { accepted };
  }

  send(contact: Correspondent, { key, text }: OutboundMessage): Sent {
    const answer = this.#script.get(contact)?.shift() ?? {};
    const message = { contact, key, text };
    if (answer instanceof GatewayError) {
      if (answer.outcome === 'unknown') this.#take(message);
      return { accepted: Promise.reject(answer) };
    }
    if (answer !== 'open') {
      this.#take(message);
      return { accepted: Promise.resolve({ ids: this.#newIds(1), ...answer }) };
    }
    const accepted = new Promise<Acceptance>((resolve, reject) => {
      this.open.push({
        ...message,
        accept: (parts = 1) => {
          this.#take(message);
          resolve({ ids: this.#newIds(parts) });
        },
        refuse: reject,
        keep: () => this.#take(message),
      });
    });
    return { accepted };
  }

  /** Something has come for a user. It is brought until the gateway has taken it. Resolves when it has, or cannot now. */
  async bring(to: ContactId, event: InboundEvent): Promise<void> {
    this.#mail.set(to, [...(this.#mail.get(to) ?? []), event]);
    await this.#hand(to, event);
  }

  /** A user's session is there, or gone: what waits is handed over. */
  read(user: ContactId, reader: Reader | undefined): void {
    if (!reader) {
      this.#readers.delete(user);
      return;
    }
    this.#readers.set(user, reader);
    for (const event of this.#mail.get(user) ?? []) void this.#hand(user, event);
  }

  async #hand(to: ContactId, event: InboundEvent): Promise<void> {
    const reader = this.#readers.get(to);
    if (!reader) return;
    try {
      await reader(event);
    } catch {
      return; // It is brought again when the session comes anew.
    }
    const rest = (this.#mail.get(to) ?? []).filter((one) => one !== event);
    this.#mail.set(to, rest);
  }

  #take(message: PostedMessage): void {
    if (this.repeatable && this.taken.some(({ key }) => key === message.key)) return;
    this.taken.push(message);
  }

  #newIds(parts: number): readonly NetworkMessageId[] {
    return Array.from({ length: parts }, () => {
      this.#ids += 1;
      return `post-${this.#ids}` as NetworkMessageId;
    });
  }
}

/** An error of this network. */
export function postError(
  code: ErrorCode,
  { outcome = 'not-sent', retryable = false }: Partial<Pick<GatewayError, 'outcome' | 'retryable'>> = {},
): GatewayError {
  return new GatewayError(code, { key: 'memory-refused' }, outcome, retryable);
}

/** The network is away for a while; nothing was sent. */
export const busy = (): GatewayError => postError('network-unreachable', { retryable: true });
/** The connection broke while the message was being sent. */
export const cutOff = (): GatewayError =>
  postError('network-unreachable', { outcome: 'unknown', retryable: true });
