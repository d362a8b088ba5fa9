import { el, type XmlElement } from '../xmpp/element.js';
import { NS } from '../xmpp/namespace.js';
import { errorReply, type StanzaError } from '../xmpp/stanza-error.js';
import type { DomainContext } from './domain.js';
import { isRefusal, toStanzaError } from './message/error-mapper.js';

/** Answers stanzas that are not taken: one error, in the sender's language, without his secrets. */
export class Refusals {
  constructor(private readonly context: Pick<DomainContext, 'sink' | 'translator' | 'log'>) {}

  /** Whatever was thrown while a stanza was handled; a fault of ours also goes to the log. */
  fault(stanza: XmlElement, error: unknown, language: string): void {
    if (!isRefusal(error)) this.context.log.error({ err: error }, 'a stanza could not be handled');
    this.answer(stanza, toStanzaError(error, this.context.translator, language));
  }

  answer(stanza: XmlElement, error: StanzaError): void {
    const join = stanza.name === 'presence' ? stanza.child('x', NS.MUC) : undefined;
    // Presence other than a join gets no error: clients make nothing of it (S04).
    if (stanza.name === 'presence' && !join) return;
    const reply = errorReply(join ? bareJoin(stanza) : stanza, error, {
      legacyCode: stanza.child('query', NS.REGISTER) !== undefined,
      includePayload: stanza.name !== 'message' && !mayHoldSecret(stanza),
    });
    if (reply !== undefined) this.context.sink.send(reply);
  }
}

/** Whether the payload may hold a password; a secret is not sent back (XEP-0077 §3.3, XEP-0045 §10.2). */
function mayHoldSecret(stanza: XmlElement): boolean {
  return (
    stanza.child('query', NS.REGISTER) !== undefined ||
    stanza.child('query', NS.MUC_OWNER) !== undefined ||
    stanza.child('command', NS.COMMANDS) !== undefined
  );
}

/** A join as its error shows it: with the element that says what it was (XEP-0045 §7.2), without the password. */
function bareJoin(stanza: XmlElement): XmlElement {
  return el(stanza.name, NS.COMPONENT, stanza.attrs, el('x', NS.MUC));
}
