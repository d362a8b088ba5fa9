import { GatewayError } from '../../../gateway/error.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { conditionOf } from '../../../xmpp/stanza-error.js';
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
  readonly resolve: (ids: readonly string[]) => void;
  readonly reject: (error: GatewayError) => void;
}

/** What was said in a room and not yet seen there: a room takes words by showing them to who said them. */
export class WordsUnderWay {
  readonly #pending = new Map<string, Pending>();

  constructor(private readonly services: WordsServices) {}

  /**
   * Says something, and resolves with what `shown` says that it is called.
   * @throws {GatewayError}
   */
  say(seat: Seat, id: string, payload: string): Promise<readonly string[]> {
    const { room, reflectMs } = this.services;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        const text = { key: 'relay-room-silent', args: { room } };
        reject(new GatewayError('network-unreachable', text, 'unknown', true));
        this.services.silent();
      }, reflectMs);
      timer.unref();
      this.#pending.set(id, {
        seat,
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
  }

  /** Says something that nobody waits for. */
  send(seat: Seat, id: string | undefined, payload: string): void {
    const named = id === undefined ? '' : ` id='${xmlAttr(id)}'`;
    this.services.send(
      `<message from='${xmlAttr(seat.address.full)}' to='${xmlAttr(this.services.room)}' type='groupchat'${named}>${payload}</message>`,
    );
  }

  /** The room has shown something to a seat. False: it is not what that one has said. */
  shown(seat: Seat, nick: string, id: string | undefined, ids: () => readonly string[]): boolean {
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || pending?.seat !== seat || seat.nick !== nick) return false;
    this.#pending.delete(id);
    pending.resolve(ids());
    return true;
  }

  /** A message came back as an error. */
  refused(id: string, stanza: XmlElement): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const { room } = this.services;
    const condition = conditionOf(stanza) ?? '';
    const error = stanza.child('error');
    const text = {
      key: 'relay-room-refused-words',
      args: { room, reason: error?.childText('text') || condition },
    };
    // Who is not in any more says it again when he is (XEP-0045 §7.4).
    const outside = condition === 'not-acceptable' && error?.attrs.type !== 'modify';
    if (outside) this.services.outside(pending.seat);
    const passing = outside || error?.attrs.type === 'wait';
    const code = condition === 'forbidden' ? 'forbidden' : 'rejected';
    pending.reject(new GatewayError(code, text, 'not-sent', passing));
  }

  /** The room is lost, and with it all answers. */
  failAll(): void {
    const error = new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'unknown', true);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
