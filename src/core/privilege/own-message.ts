import { createHmac } from 'node:crypto';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { BoundedMap } from '../limit/bounded-map.js';

/** Bytes of the mark that are kept. */
const MARK_BYTES = 15;

/** Messages without a mark that are remembered, and for how long in milliseconds. */
const REMEMBERED = 2_000;
const WINDOW_MS = 60_000;

/** A message that the user wrote elsewhere, to be sent in his name. */
export interface OwnMessage {
  /** Bare JID of the person. */
  readonly to: string;
  readonly id: string;
  readonly type: 'chat' | 'normal';
  readonly body: string;
  /** The children as XML text, the body among them, without `origin-id`. */
  readonly content: string;
}

/**
 * Marks messages that the server sends in a user's name, and knows them again when the server brings them to their
 * addressee, who is a contact of ours (J05). The mark is a MAC over who, to whom and which, in `origin-id`: it
 * survives a restart and needs no memory. The stanza's id alone would not do: servers give it another one.
 */
export class OwnMessages {
  readonly #recent = new BoundedMap<string, number>(REMEMBERED);

  constructor(
    private readonly key: Uint8Array,
    private readonly now: () => number = Date.now,
  ) {}

  /** The marked message as XML text in `jabber:client`. */
  mark(owner: string, { to, id, type, body, content }: OwnMessage): string {
    this.#recent.set(`${owner} ${to} ${body}`, this.now());
    const origin = `${id}.${this.#mac(owner, to, id)}`;
    return (
      `<message xmlns='${NS.CLIENT}' from='${xmlAttr(owner)}' to='${xmlAttr(to)}' type='${type}' id='${xmlAttr(id)}'>` +
      `${content}<origin-id xmlns='${NS.SID}' id='${xmlAttr(origin)}'/></message>`
    );
  }

  /** Whether a message to a person is one of ours coming back. */
  recognises(stanza: XmlElement, from: Jid, to: Jid): boolean {
    const origin = stanza.child('origin-id', NS.SID)?.attrs.id;
    if (origin !== undefined) {
      const dot = origin.lastIndexOf('.');
      return dot > 0 && origin.slice(dot + 1) === this.#mac(from.bare, to.bare, origin.slice(0, dot));
    }
    // A server that strips it still sends from the bare JID, which no client of the user can.
    if (from.resource !== '') return false;
    const sent = this.#recent.get(`${from.bare} ${to.bare} ${stanza.childText('body') ?? ''}`);
    return sent !== undefined && this.now() - sent < WINDOW_MS;
  }

  #mac(owner: string, to: string, id: string): string {
    return createHmac('sha256', this.key)
      .update(`own-message\n${owner}\n${to}\n${id}`)
      .digest()
      .subarray(0, MARK_BYTES)
      .toString('base64url');
  }
}
