import { randomBytes } from 'node:crypto';
import { type ElementChild, el, serialize, type XmlElement } from './element.js';
import { NS } from './namespace.js';
import { isStanzaErrorCondition, StanzaError, type StanzaErrorType } from './stanza-error.js';

/** The serialised result of an IQ request: addresses swapped exactly, id copied (RFC 6120 §8.2.3). */
export function resultReply(iq: XmlElement, ...payload: ElementChild[]): string {
  const { from, to, id } = iq.attrs;
  return serialize(
    el('iq', NS.COMPONENT, { type: 'result', id, from: to, to: from }, ...payload),
    NS.COMPONENT,
  );
}

/** The one child element of an IQ get or set. @throws {StanzaError} `bad-request` when there is none or several */
export function iqPayload(iq: XmlElement): XmlElement {
  const [payload, ...others] = iq.elements();
  if (payload === undefined || others.length > 0) throw new StanzaError('bad-request');
  return payload;
}

const ERROR_TYPES: ReadonlySet<string> = new Set(['auth', 'cancel', 'continue', 'modify', 'wait']);

function isErrorType(word: string | undefined): word is StanzaErrorType {
  return word !== undefined && ERROR_TYPES.has(word);
}

/** Reads the error of a stanza of type error. */
export function errorOf(stanza: XmlElement): StanzaError {
  const error = stanza.child('error');
  const children = error?.elements() ?? [];
  const condition = children.find(
    (child) => child.ns === NS.STANZA_ERRORS && isStanzaErrorCondition(child.name),
  );
  const type = error?.attrs.type;
  return new StanzaError(
    condition && isStanzaErrorCondition(condition.name) ? condition.name : 'undefined-condition',
    {
      type: isErrorType(type) ? type : undefined,
      text: error?.childText('text', NS.STANZA_ERRORS),
      by: error?.attrs.by,
      appConditions: children.filter((child) => child.ns !== NS.STANZA_ERRORS),
    },
  );
}

/** Limits of {@link IqRequests}. */
export interface IqRequestsOptions {
  /** How long an answer is awaited, in milliseconds. Default 30 seconds. */
  readonly timeoutMs?: number;
  /** Requests open at once; a further one fails with `resource-constraint`. Default 10,000. */
  readonly maxOpen?: number;
}

/** The defaults of {@link IqRequestsOptions}. */
const IQ_REQUESTS_DEFAULTS = { timeoutMs: 30_000, maxOpen: 10_000 } as const;

interface OpenRequest {
  readonly to: string;
  readonly from: string;
  readonly resolve: (iq: XmlElement) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const ID_BYTES = 12;

/** Our own IQ requests that await their answer. */
export class IqRequests {
  readonly #open = new Map<string, OpenRequest>();
  readonly #send: (xml: string) => void;
  readonly #timeoutMs: number;
  readonly #maxOpen: number;

  /** @param send queues a serialised stanza */
  constructor(send: (xml: string) => void, options: IqRequestsOptions = {}) {
    this.#send = send;
    this.#timeoutMs = options.timeoutMs ?? IQ_REQUESTS_DEFAULTS.timeoutMs;
    this.#maxOpen = options.maxOpen ?? IQ_REQUESTS_DEFAULTS.maxOpen;
  }

  /** How many requests are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Sends a request and resolves with the result stanza.
   * @throws {StanzaError} the error that came back, `remote-server-timeout` when no answer came in time, or
   *   `resource-constraint` when too many requests are open
   */
  request(type: 'get' | 'set', from: string, to: string, payload: XmlElement): Promise<XmlElement> {
    if (this.#open.size >= this.#maxOpen) return Promise.reject(new StanzaError('resource-constraint'));
    const id = randomBytes(ID_BYTES).toString('base64url');
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#open.delete(id);
        reject(new StanzaError('remote-server-timeout'));
      }, this.#timeoutMs);
      timer.unref();
      this.#open.set(id, { from, to, resolve, reject, timer });
      this.#send(serialize(el('iq', NS.COMPONENT, { type, id, from, to }, payload), NS.COMPONENT));
    });
  }

  /**
   * Takes an IQ of type result or error. Returns false when it answers no open request (id and exact sender,
   * RFC 6120 §8.2.3), in which case it must be ignored.
   */
  settle(iq: XmlElement): boolean {
    const { id, from, to, type } = iq.attrs;
    const open = id === undefined ? undefined : this.#open.get(id);
    if (id === undefined || open === undefined || open.to !== from || open.from !== to) return false;
    if (type !== 'result' && type !== 'error') return false;
    this.#open.delete(id);
    clearTimeout(open.timer);
    if (type === 'result') open.resolve(iq);
    else open.reject(errorOf(iq));
    return true;
  }

  /** Fails every open request, as when the process stops. */
  rejectAll(error: Error): void {
    for (const open of this.#open.values()) {
      clearTimeout(open.timer);
      open.reject(error);
    }
    this.#open.clear();
  }
}
