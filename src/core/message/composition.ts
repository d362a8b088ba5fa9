import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Translator } from '../translator.js';

/** Namespaces of end-to-end encryption whose fallback body is never relayed (F11). */
const ENCRYPTED: ReadonlySet<string> = new Set([
  'eu.siacs.conversations.axolotl',
  'urn:xmpp:omemo:1',
  'urn:xmpp:omemo:2',
  'jabber:x:encrypted',
  'urn:xmpp:openpgp:0',
]);

/** Body of an OTR message (https://otr.cypherpunks.ca, §Whitespace and `?OTR` messages). */
const OTR = /^\?OTR[:?,|v]/;

/** XEP-0454: a link that holds the key of an encrypted file, which is for nobody but the receiver (G05). */
const KEYED_LINK = /(?:^|\s)aesgcm:\/\//i;

/** XEP-0245: the command, and what follows it. */
const ME = '/me ';

/** A message stanza of a user, read once. */
export interface Composition {
  /** Text for the network; undefined when the stanza has no body. */
  readonly text: string | undefined;
  readonly action: boolean;
  /** Set when the stanza has a subject and no body (XEP-0045 §8.1). */
  readonly subject: string | undefined;
  /** The id that the text replaces (XEP-0308). */
  readonly corrects: string | undefined;
  /** What the user is told of something that needs a network with the like: XEP-0444, XEP-0424. */
  readonly unsupported: Text | undefined;
}

/** Reads a message. Throws StanzaError for one that is encrypted for somebody else. */
export function readComposition(stanza: XmlElement, translator: Translator, language: string): Composition {
  let body: string | undefined;
  let subject: string | undefined;
  let corrects: string | undefined;
  let unsupported: Composition['unsupported'];
  let encrypted = false;
  for (const child of stanza.children) {
    if (typeof child === 'string') continue;
    if (child.ns === NS.COMPONENT) {
      if (child.name === 'body') body ??= child.text();
      else if (child.name === 'subject') subject ??= child.text();
    } else if (child.name === 'replace' && child.ns === NS.CORRECT) corrects = child.attrs.id;
    else if (child.name === 'reactions' && child.ns === NS.REACTIONS)
      unsupported = { key: 'error-no-reactions' };
    else if (child.name === 'retract' && child.ns === NS.RETRACT) unsupported = { key: 'error-no-retract' };
    else if (ENCRYPTED.has(child.ns)) encrypted = true;
  }
  if (encrypted || (body !== undefined && (OTR.test(body) || KEYED_LINK.test(body)))) {
    // A key exchange without text is dropped, as every payload that is not text (F09).
    if (body === undefined)
      return {
        text: undefined,
        action: false,
        subject: undefined,
        corrects: undefined,
        unsupported: undefined,
      };
    throw new StanzaError('not-acceptable', {
      text: translator.say({ key: 'error-encrypted' }, language),
      lang: language,
    });
  }
  const action = body?.startsWith(ME) ?? false;
  return {
    text: action ? body?.slice(ME.length) : body,
    action,
    subject: body === undefined ? subject : undefined,
    corrects: corrects !== undefined && body !== undefined ? corrects : undefined,
    unsupported,
  };
}

/** Children that only the room, or the server, may put into a message (XEP-0359 §3, XEP-0045 §17.3, XEP-0421 §4). */
const ROOM_ONLY: ReadonlySet<string> = new Set([NS.OCCUPANT_ID, NS.MUC_USER, NS.MUC, NS.DELAY, NS.PRIVILEGE]);

/** The children of a user's message as others may see them: all but what a client must not say itself. */
export function cleanPayload(stanza: XmlElement, options: { readonly keepCorrection: boolean }): string {
  let xml = '';
  for (const child of stanza.children) {
    if (typeof child === 'string' || ROOM_ONLY.has(child.ns)) continue;
    if (child.name === 'stanza-id' && child.ns === NS.SID) continue;
    if (child.ns === NS.CORRECT && !options.keepCorrection) continue;
    xml += child.toString(NS.COMPONENT);
  }
  return xml;
}
