import { GatewayError } from '../../../gateway/error.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import { wordsRefusal } from './refusals.js';
import type { Seat } from './seat.js';

/** What words on their way to a room need of the world. */
export interface WordsServices {
  /** Bare JID. */
  readonly room: string;
  /** How long the room may take to show what was said (ms). */
  readonly reflectMs: number;
  send(xml: string): void;
  /** The room has not shown something in time. */
  silent(): void;
  /** The room says that the seat is not in (XEP-0045 §7.4). */
  outside(seat: Seat): void;
}

interface Pending {
  readonly seat: Seat;
  readonly over: Promise<void>;
  readonly resolve: (ids: readonly string[]) => void;
  readonly reject: (error: GatewayError) => void;
}

/** Messages of which it is remembered that the room has shown them. */
const REMEMBERED = 2_000;

/** What was said in a room and not yet seen there: a room takes words by showing them to who said them. */
export class WordsUnderWay {
  /** In the order in which they were said. */
  readonly #pending = new Map<string, Pending>();
  /** What the room has shown, by our id: whatever is told again is not said again. */
  readonly #shown = new BoundedMap<string, readonly string[]>(REMEMBERED);

  constructor(private readonly services: WordsServices) {}

  /** Whether something is under way from an address of another domain, whose stanzas take another way. */
  hasOther(domain: string): boolean {
    for (const { seat } of this.#pending.values()) if (seat.address.domain !== domain) return true;
    return false;
  }

  /** Whether somebody waits for the room to show it. */
  isPending(id: string): boolean {
    return this.#pending.has(id);
  }

  /** Resolves when something that is under way is so no more. */
  async settled(): Promise<void> {
    const { value } = this.#pending.values().next();
    await value?.over;
  }

  /** What a message of ours is called there, if the room has it already. */
  known(id: string): readonly string[] | undefined {
    return this.#shown.get(id);
  }

  /**
   * Says something, and resolves with what it is called there when the room has shown it.
   * @throws {GatewayError}
   */
  say(seat: Seat, id: string, payload: string): Promise<readonly string[]> {
    const { room, reflectMs } = this.services;
    let settle = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const shown = new Promise<readonly string[]>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        const text = { key: 'relay-room-silent', args: { room } };
        reject(new GatewayError('network-unreachable', text, 'unknown', true));
        this.services.silent();
      }, reflectMs);
      timer.unref();
      this.#pending.set(id, {
        ...{ seat, over },
        resolve: (ids) => {
          clearTimeout(timer);
          resolve(ids);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.send(seat, id, payload);
    });
    return shown.finally(settle);
  }

  /** Says something that nobody waits for. */
  send(seat: Seat, id: string, payload: string): void {
    this.services.send(
      `<message from='${xmlAttr(seat.address.full)}' to='${xmlAttr(this.services.room)}' type='groupchat' id='${xmlAttr(id)}'>${payload}</message>`,
    );
  }

  /**
   * The id of ours that belongs to what the room shows to a seat in its own name; undefined: nobody waits for it. A room
   * that gives ids of its own to messages shows them in the order in which they were said.
   * @param ours the id is one that we gave
   */
  ownId(seat: Seat, id: string | undefined, ours: boolean): string | undefined {
    if (id !== undefined && this.#pending.get(id)?.seat === seat) return id;
    if (ours) return undefined;
    for (const [own, pending] of this.#pending) if (pending.seat === seat) return own;
    return undefined;
  }

  /** The room shows a message of ours, now or as a memory. */
  shown(id: string, ids: readonly string[]): void {
    this.#shown.set(id, ids);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.resolve(ids);
  }

  /** A message came back as an error. */
  refused(id: string, stanza: XmlElement): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const { error, outside } = wordsRefusal(this.services.room, stanza);
    if (outside) this.services.outside(pending.seat);
    pending.reject(error);
  }

  /** The room is lost, and with it all answers. */
  failAll(): void {
    const error = new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'unknown', true);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
