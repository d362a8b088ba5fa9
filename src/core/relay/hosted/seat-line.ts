import type { Log } from '../../../gateway/gateway.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { IqRequests } from '../../../xmpp/iq.js';
import { type Jid, parseJid } from '../../../xmpp/jid.js';
import { parseStanza } from '../../../xmpp/parse-stanza.js';
import { errorReply, StanzaError } from '../../../xmpp/stanza-error.js';

/** How long a seat of the relay's may take to answer (ms). */
const ANSWERS_MS = 30_000;

/** Where stanzas for the relay's seats go. */
export interface SeatLineServices {
  /** False: it is of no use there. */
  receive(stanza: XmlElement, from: Jid, to: Jid): boolean;
  readonly log: Log;
}

/** The way from hosted rooms to the relay's seats in them, which needs no server: in order, and never at once. */
export class SeatLine {
  #last: Promise<void> = Promise.resolve();
  readonly #asked = new IqRequests((xml) => this.tell(xml), { timeoutMs: ANSWERS_MS });

  constructor(private readonly services: SeatLineServices) {}

  /** @param safe what has to be over before: the relay is never to know more than the archive */
  tell(xml: string, safe?: () => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      try {
        await safe?.();
        this.#bring(xml);
      } catch (error) {
        this.services.log.error({ err: error }, 'what a room says could not be told to its relay');
      }
    });
  }

  /** Resolves when all that was told before has arrived. */
  arrived(): Promise<void> {
    return this.#last;
  }

  /** Asks a seat; the stanza of the result. Rejects with StanzaError. */
  ask(type: 'get' | 'set', from: string, to: string, payload: XmlElement): Promise<XmlElement> {
    return this.#asked.request(type, from, to, payload);
  }

  /** What a seat has answered. */
  answered(iq: XmlElement): void {
    this.#asked.settle(iq);
  }

  #bring(xml: string): void {
    const stanza = parseStanza(xml);
    if (!stanza) return;
    const { from = '', to = '' } = stanza.attrs;
    if (this.services.receive(stanza, parseJid(from), parseJid(to)) || stanza.name !== 'iq') return;
    const reply = errorReply(stanza, new StanzaError('service-unavailable'));
    const refused = reply === undefined ? undefined : parseStanza(reply);
    if (refused) this.#asked.settle(refused);
  }
}
