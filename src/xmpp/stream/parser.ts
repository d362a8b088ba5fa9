import { StringDecoder } from 'node:string_decoder';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type XmlAttributes, XmlElement, type XmlNode } from '../element.js';
import { NS } from '../namespace.js';
import { findStanza, type RawStanza } from './overheard.js';
import { StreamFault } from './stream-fault.js';

/** What one stanza may be at most; beyond it the stream is closed with `policy-violation`. */
export interface ParserLimits {
  /** Length of one stanza in UTF-16 code units, which are never more than its bytes. */
  readonly maxStanzaLength: number;
  /** Levels of elements in a stanza, the stanza itself being the first. */
  readonly maxDepth: number;
  /** Attributes of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Elements in a stanza, at all levels together. */
  readonly maxElements: number;
}

/** The default {@link ParserLimits}: 512 KiB as Prosody and ejabberd allow a component. */
export const PARSER_LIMITS: ParserLimits = {
  maxStanzaLength: 512 * 1024,
  maxDepth: 64,
  maxAttributes: 64,
  maxElements: 10_000,
};

/** Receives what the parser finds. */
export interface ParserHandlers {
  /** The stream's header. */
  streamOpen(attrs: XmlAttributes): void;
  /** A complete child of the stream: a stanza, a stream error, a handshake. */
  element(element: XmlElement): void;
  /** The end tag of the stream. */
  streamClose(): void;
  /** Whether a stanza concerns nobody: it is not parsed then. Called only where that can be told without parsing. */
  ignores?(stanza: RawStanza): boolean;
}

/** The namespaces in force inside an element. */
interface Scope {
  readonly defaultNs: string;
  readonly prefixes: ReadonlyMap<string, string>;
}

const ROOT_SCOPE: Scope = { defaultNs: '', prefixes: new Map([['xml', NS.XML]]) };

// An object without inherited properties that V8 still lays out as a fast one; Object.create(null) makes
// a dictionary, which is dearer to fill and to read.
const AttributeBag = function AttributeBag() {} as unknown as new () => XmlAttributes;
Object.defineProperty(AttributeBag, 'prototype', { value: Object.create(null) });

/** The five predefined entities. saxes's own table inherits from Object, so that `&constructor;` would be known. */
const ENTITIES: Record<string, string> = Object.freeze(
  Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" }),
);

/** The messages of saxes that mean XML which RFC 6120 §11.1 forbids, rather than XML that is wrong. */
const RESTRICTED_MESSAGES: ReadonlySet<string> = new Set([
  'inappropriately located doctype declaration.',
  'undefined entity.',
]);

/**
 * Where saxes (pinned) keeps its handlers. Its `on` stores them by computed key, and after a few such stores V8
 * turns the parser into a dictionary, which makes it seven times slower; stores by name do not.
 */
interface SaxesHandlers {
  openTagHandler: (tag: SaxesTagPlain) => void;
  closeTagHandler: () => void;
  textHandler: (text: string) => void;
  cdataHandler: (text: string) => void;
  commentHandler: () => void;
  piHandler: () => void;
  doctypeHandler: () => void;
  errorHandler: (error: Error) => void;
}

/** Where a stanza may end. Its place is set before each use. */
const END = /<\/(?:message|presence|iq)>/g;

/** A copy: what is kept of a stanza, such as an id, would keep all that came with it in one read (V8 slices strings). */
function own(text: string): string {
  return Buffer.from(text).toString();
}

const XMLNS = 'xmlns';
const XMLNS_PREFIX = 'xmlns:';
const XML_PREFIX = 'xml:';

/**
 * A strict parser for an XMPP stream: well-formed XML without comments, processing instructions, DOCTYPE and
 * other than predefined entities (RFC 6120 §11.1), within limits. Builds a tree for each child of the stream.
 * Characters split across chunks are put together; bytes that are no UTF-8 become U+FFFD.
 */
export class StanzaParser {
  readonly #saxes = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  readonly #decoder = new StringDecoder('utf8');
  readonly #handlers: ParserHandlers;
  readonly #limits: ParserLimits;
  /** Open elements inside the stream, the stanza first. */
  readonly #open: XmlElement[] = [];
  /** One more than the open elements: the stream's own scope is the first. */
  readonly #scopes: Scope[] = [];
  #siblings: XmlNode[] | undefined;
  /** Code units given to saxes, whose own position is right only inside its handlers. */
  #received = 0;
  #stanzaStart = 0;
  #elements = 0;
  #closed = false;
  #fault: StreamFault | undefined;

  constructor(handlers: ParserHandlers, limits: ParserLimits = PARSER_LIMITS) {
    this.#handlers = handlers;
    this.#limits = limits;
    const saxes = this.#saxes;
    saxes.ENTITIES = ENTITIES;
    const events = saxes as unknown as SaxesHandlers;
    events.openTagHandler = (tag) => this.#onOpen(tag);
    events.closeTagHandler = () => this.#onClose();
    events.textHandler = (text) => this.#onText(text);
    events.cdataHandler = (text) => this.#onText(text);
    events.commentHandler = () => this.#refuse('restricted-xml', 'comment');
    events.piHandler = () => this.#refuse('restricted-xml', 'processing instruction');
    events.doctypeHandler = () => this.#refuse('restricted-xml', 'document type declaration');
    events.errorHandler = ({ message }) => this.#onError(message);
  }

  /**
   * Takes the next bytes. Returns the fault that ends the stream; everything given afterwards is ignored.
   * What a handler throws comes through, and the rest of the chunk is lost then: handlers should not throw.
   */
  write(chunk: Buffer): StreamFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    if (this.#closed) return undefined;
    try {
      this.#read(this.#decoder.write(chunk));
      if (this.#received - this.#stanzaStart > this.#limits.maxStanzaLength) {
        this.#refuse('policy-violation', 'stanza too long');
      }
    } catch (error) {
      if (this.#fault === undefined) throw error;
    }
    return this.#fault;
  }

  #read(text: string): void {
    const { ignores } = this.#handlers;
    if (!ignores) {
      this.#feed(text);
      return;
    }
    for (let position = 0; position < text.length; ) {
      const found = this.#isBetween ? findStanza(text, position) : undefined;
      const begin = position;
      if (found) position = found.end;
      else {
        // What has begun, or is not plain, is parsed to where it may have ended.
        END.lastIndex = begin;
        position = END.test(text) ? END.lastIndex : text.length;
      }
      if (!found?.stanza || !ignores(found.stanza)) this.#feed(own(text.slice(begin, position)));
    }
  }

  #feed(text: string): void {
    this.#received += text.length;
    this.#saxes.write(text);
  }

  /** Nothing has begun since the last stanza ended. */
  get #isBetween(): boolean {
    return this.#scopes.length === 1 && this.#received === this.#stanzaStart;
  }

  #refuse(condition: StreamFault['condition'], detail: string): never {
    // The first fault counts; throwing is the only way to make saxes stop inside a chunk.
    this.#fault ??= new StreamFault(condition, detail);
    throw this.#fault;
  }

  #onError(message: string): void {
    if (this.#closed) return;
    this.#refuse(RESTRICTED_MESSAGES.has(message) ? 'restricted-xml' : 'not-well-formed', message);
  }

  #onOpen(tag: SaxesTagPlain): void {
    if (this.#fault !== undefined || this.#closed) return;
    const depth = this.#scopes.length;
    const outer = this.#scopes[depth - 1] ?? ROOT_SCOPE;
    const limits = this.#limits;
    let defaultNs = outer.defaultNs;
    let prefixes: Map<string, string> | undefined;
    let count = 0;
    const attrs = new AttributeBag();
    const given = tag.attributes;
    for (const key in given) {
      const value = given[key] ?? '';
      count += 1;
      if (key === XMLNS) defaultNs = value;
      else if (!key.includes(':')) attrs[key] = value;
      else if (key.startsWith(XMLNS_PREFIX)) {
        prefixes ??= new Map(outer.prefixes);
        this.#declare(prefixes, key.slice(XMLNS_PREFIX.length), value);
      } else if (key.startsWith(XML_PREFIX)) attrs[key] = value;
    }
    const scope =
      prefixes === undefined && defaultNs === outer.defaultNs
        ? outer
        : { defaultNs, prefixes: prefixes ?? outer.prefixes };
    if (count > limits.maxAttributes) this.#refuse('policy-violation', 'too many attributes');
    const colon = tag.name.indexOf(':');
    const name = colon < 0 ? tag.name : tag.name.slice(colon + 1);
    const ns = colon < 0 ? scope.defaultNs : scope.prefixes.get(tag.name.slice(0, colon));
    if (ns === undefined || name === '' || name.includes(':'))
      this.#refuse('not-well-formed', 'unknown prefix');
    this.#scopes.push(scope);
    if (depth === 0) {
      this.#onStreamOpen(name, ns, attrs);
      return;
    }
    if (depth > limits.maxDepth) this.#refuse('policy-violation', 'nested too deeply');
    this.#elements += 1;
    if (this.#elements > limits.maxElements) this.#refuse('policy-violation', 'too many elements');
    const children: XmlNode[] = [];
    const element = new XmlElement(name, ns, attrs, children);
    if (depth > 1) this.#siblings?.push(element);
    this.#open.push(element);
    this.#siblings = children;
  }

  #declare(prefixes: Map<string, string>, prefix: string, ns: string): void {
    if (prefix === '' || prefix === 'xml' || prefix === XMLNS || ns === '') {
      this.#refuse('not-well-formed', 'bad namespace declaration');
    }
    prefixes.set(prefix, ns);
  }

  #onStreamOpen(name: string, ns: string, attrs: XmlAttributes): void {
    if (name !== 'stream' || ns !== NS.STREAM) this.#refuse('invalid-namespace', 'not a stream');
    this.#stanzaStart = this.#saxes.position;
    this.#handlers.streamOpen(attrs);
  }

  #onClose(): void {
    if (this.#fault !== undefined || this.#closed) return;
    this.#scopes.pop();
    const element = this.#open.pop();
    if (element === undefined) {
      this.#closed = true;
      this.#handlers.streamClose();
      return;
    }
    const parent = this.#open[this.#open.length - 1];
    this.#siblings = parent?.children;
    if (parent !== undefined) return;
    const position = this.#saxes.position;
    const tooLong = position - this.#stanzaStart > this.#limits.maxStanzaLength;
    this.#stanzaStart = position;
    this.#elements = 0;
    // Counted up for ever where no line ends; beyond 2^31 the counting would become slow.
    this.#saxes.column = 0;
    if (tooLong) this.#refuse('policy-violation', 'stanza too long');
    this.#handlers.element(element);
  }

  #onText(text: string): void {
    if (this.#fault !== undefined || this.#closed) return;
    if (this.#siblings !== undefined) this.#siblings.push(text);
    else if (text.trim() !== '') this.#refuse('bad-format', 'text between stanzas');
    else this.#stanzaStart = this.#saxes.position;
  }
}
