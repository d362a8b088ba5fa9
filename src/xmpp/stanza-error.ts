import { el, serialize, type XmlElement } from './element.js';
import { NS } from './namespace.js';

/** What the sender may do about an error (RFC 6120 §8.3.2). */
export type StanzaErrorType = 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';

/** Every defined condition (RFC 6120 §8.3.3): its usual type, and the legacy code of XEP-0086. */
const CONDITIONS = {
  'bad-request': ['modify', 400],
  conflict: ['cancel', 409],
  'feature-not-implemented': ['cancel', 501],
  forbidden: ['auth', 403],
  gone: ['cancel', 302],
  'internal-server-error': ['cancel', 500],
  'item-not-found': ['cancel', 404],
  'jid-malformed': ['modify', 400],
  'not-acceptable': ['modify', 406],
  'not-allowed': ['cancel', 405],
  'not-authorized': ['auth', 401],
  'policy-violation': ['modify', 406],
  'recipient-unavailable': ['wait', 404],
  redirect: ['modify', 302],
  'registration-required': ['auth', 407],
  'remote-server-not-found': ['cancel', 404],
  'remote-server-timeout': ['wait', 504],
  'resource-constraint': ['wait', 500],
  'service-unavailable': ['cancel', 503],
  'subscription-required': ['auth', 407],
  'undefined-condition': ['cancel', 500],
  'unexpected-request': ['wait', 400],
} as const satisfies Record<string, readonly [StanzaErrorType, number]>;

/** A defined stanza error condition (RFC 6120 §8.3.3). */
export type StanzaErrorCondition = keyof typeof CONDITIONS;

/** Whether a word is a defined condition. */
export function isStanzaErrorCondition(word: string): word is StanzaErrorCondition {
  return Object.hasOwn(CONDITIONS, word);
}

/** The details of a {@link StanzaError}. */
export interface StanzaErrorOptions {
  /** Instead of the condition's usual type. */
  readonly type?: StanzaErrorType | undefined;
  /** A sentence for the user. */
  readonly text?: string | undefined;
  /** The language of `text`. */
  readonly lang?: string | undefined;
  /** The JID of the entity that raised the error. */
  readonly by?: string | undefined;
  /** Application-specific conditions. */
  readonly appConditions?: readonly XmlElement[] | undefined;
  /** The content of `gone` and `redirect`: a URI. */
  readonly uri?: string | undefined;
  /** What led to it, for logs only. */
  readonly cause?: unknown;
}

/** How an error is written. */
export interface StanzaErrorFormat {
  /** Also write the numeric `code` of XEP-0086, as XEP-0077 §9 asks for registration. */
  readonly legacyCode?: boolean;
}

/** An error to be answered to the sender of a stanza; throw it where a request cannot be met. */
export class StanzaError extends Error {
  override readonly name = 'StanzaError';
  readonly condition: StanzaErrorCondition;
  readonly type: StanzaErrorType;
  readonly text: string | undefined;
  readonly lang: string | undefined;
  readonly by: string | undefined;
  /** The numeric code of XEP-0086. */
  readonly legacyCode: number;
  readonly appConditions: readonly XmlElement[];
  readonly uri: string | undefined;

  constructor(condition: StanzaErrorCondition, options: StanzaErrorOptions = {}) {
    super(options.text ?? condition, options.cause === undefined ? undefined : { cause: options.cause });
    const [type, code] = CONDITIONS[condition];
    this.condition = condition;
    this.type = options.type ?? type;
    this.text = options.text;
    this.lang = options.lang;
    this.by = options.by;
    this.legacyCode = code;
    this.appConditions = options.appConditions ?? [];
    this.uri = options.uri;
  }

  /** The `<error/>` element, in the namespace of component streams. */
  toElement(format: StanzaErrorFormat = {}): XmlElement {
    return el(
      'error',
      NS.COMPONENT,
      { type: this.type, code: format.legacyCode ? this.legacyCode : undefined, by: this.by },
      el(this.condition, NS.STANZA_ERRORS, null, this.uri),
      this.text !== undefined && el('text', NS.STANZA_ERRORS, { 'xml:lang': this.lang }, this.text),
      ...this.appConditions,
    );
  }
}

/**
 * The condition that a stanza of type error carries; `undefined-condition` when it names none that is
 * defined, undefined when the stanza is no error.
 */
export function conditionOf(stanza: XmlElement): StanzaErrorCondition | undefined {
  if (stanza.attrs.type !== 'error') return undefined;
  for (const child of stanza.child('error')?.elements() ?? []) {
    if (child.ns === NS.STANZA_ERRORS && isStanzaErrorCondition(child.name)) return child.name;
  }
  return 'undefined-condition';
}

/** Characters up to which the refused payload is sent back; it is optional (RFC 6120 §8.3.1), and limits are not. */
const MAX_ECHO_LENGTH = 16 * 1024;

/** How an error reply is written. */
export interface ErrorReplyOptions extends StanzaErrorFormat {
  /** Copy the payload of the stanza into the reply; false where it may hold a secret (XEP-0077 §3.3). Default true. */
  readonly includePayload?: boolean;
}

/**
 * The serialised error answer to a stanza: addresses swapped exactly, id copied (RFC 6120 §8.3.1). Undefined
 * when no error may be sent: the stanza is itself an error or an IQ result, or it has no sender.
 */
export function errorReply(
  stanza: XmlElement,
  error: StanzaError,
  options: ErrorReplyOptions = {},
): string | undefined {
  const { from, to, id, type } = stanza.attrs;
  if (type === 'error' || (stanza.name === 'iq' && type === 'result') || from === undefined) return undefined;
  const render = (payload: readonly XmlElement[]): string =>
    serialize(
      el(
        stanza.name,
        NS.COMPONENT,
        { type: 'error', id, from: to, to: from },
        ...payload,
        error.toElement(options),
      ),
      NS.COMPONENT,
    );
  if (options.includePayload === false) return render([]);
  // An error of the sender's own beside ours would make two (A09).
  const reply = render(stanza.elements().filter(({ name, ns }) => name !== 'error' || ns !== NS.COMPONENT));
  return reply.length > MAX_ECHO_LENGTH ? render([]) : reply;
}
