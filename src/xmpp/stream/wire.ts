import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { type ComponentEntity, component, type Element, type EntityParser, xml } from '@xmpp/component';
import type { XmlElement } from '../element.js';
import { NS } from '../namespace.js';
import type { RawStanza } from './overheard.js';
import { type ParserLimits, StanzaParser } from './parser.js';
import type { StreamFault } from './stream-fault.js';

/** Where and as whom to connect. */
export interface WireOptions {
  /** The component's domain. */
  readonly domain: string;
  /** The secret shared with the server. */
  readonly secret: string;
  /** Host name or address of the server. */
  readonly host: string;
  /** The server's port for components. */
  readonly port: number;
  readonly limits: ParserLimits;
  /** Whether a stanza concerns nobody, and need not be parsed. */
  readonly ignores?: (stanza: RawStanza) => boolean;
  /** How long connecting and the opening exchange may take together, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long the peer may take to close after we did, in milliseconds. */
  readonly closeTimeoutMs: number;
}

/** How a connection ended. */
export interface WireEnd {
  /** Whether the peer closed its stream by its end tag. */
  readonly clean: boolean;
  /** For logs. */
  readonly reason: string;
  /** The stream error of the peer (RFC 6120 §4.9.3), if that was the cause. */
  readonly condition?: string;
}

/** Receives what happens on a connection. */
export interface WireHandlers {
  /** The handshake is accepted; stanzas may be written. */
  online(): void;
  /** A stanza, or what else the server sent after the handshake. Must not throw. */
  element(element: XmlElement): void;
  /** Bytes came in. */
  heard(): void;
  /** The socket takes data again after {@link Wire.write} returned false. */
  drain(): void;
  /** Comes once, also when the connection was never established. */
  ended(end: WireEnd): void;
}

const END_TAG = '</stream:stream>';

/** A parser that is only told by us what was parsed: the entity's own would face hostile input unprotected. */
class MutedParser extends EventEmitter implements EntityParser {
  write(): void {}
}

/** As the entity's own kind of element; only the handshake goes this way. */
function toEntityElement(element: XmlElement): Element {
  return xml(element.name, { ...element.attrs, xmlns: element.ns }, element.text());
}

/**
 * One connection to the server through `@xmpp/component`, which opens the stream and makes the handshake
 * (XEP-0114 §3). Parsing, writing and closing are ours: the package parses leniently and without limits, breaks
 * characters that are split between reads, and reconnects every second whatever the server said.
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #handlers: WireHandlers;
  readonly #entity: ComponentEntity;
  readonly #entityParser = new MutedParser();
  readonly #parser: StanzaParser;
  #online = false;
  #ended = false;
  #sawEndTag = false;
  #closing = false;
  #reason: string | undefined;
  #condition: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WireOptions, handlers: WireHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#parser = new StanzaParser(
      {
        streamOpen: (attrs) => this.#entityParser.emit('start', xml('stream:stream', { ...attrs })),
        element: (element) => this.#onElement(element),
        streamClose: () => this.#onEndTag(),
        ...(options.ignores && { ignores: options.ignores }),
      },
      options.limits,
    );
    this.#entity = this.#createEntity();
  }

  /** Begins to connect. */
  connect(): void {
    const { domain, connectTimeoutMs } = this.#options;
    this.#timer = setTimeout(() => this.destroy('no answer from the server in time'), connectTimeoutMs);
    this.#entity
      .connect('')
      .then(() => {
        this.#entity.socket?.setNoDelay(true);
        this.#entity.socket?.on('drain', () => this.#handlers.drain());
        return this.#entity.open({ domain });
      })
      .catch((error: unknown) => this.#onError(error));
  }

  /** Writes whole stanzas. False when the socket wants no more until `drain`. */
  write(data: Buffer | string): boolean {
    return this.#entity.socket?.write(data) ?? false;
  }

  /** Holds back what is written until {@link uncork}, to send it in one piece. */
  cork(): void {
    this.#entity.socket?.cork();
  }

  /** See {@link cork}. */
  uncork(): void {
    this.#entity.socket?.uncork();
  }

  /** Stops reading, so that the server's own back-pressure sets in. */
  pause(): void {
    this.#entity.socket?.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#entity.socket?.resume();
  }

  /** Ends our stream; the peer is given a while to end its own. */
  close(reason: string): void {
    if (this.#closing || this.#ended) return;
    this.#closing = true;
    this.#reason ??= reason;
    const { socket } = this.#entity;
    if (socket === null || !this.#online) {
      this.destroy(reason);
      return;
    }
    socket.write(END_TAG);
    this.#restartTimer();
  }

  /** Cuts the connection. */
  destroy(reason: string): void {
    this.#reason ??= reason;
    const { socket } = this.#entity;
    socket?.destroy();
    this.#end();
  }

  #createEntity(): ComponentEntity {
    const { domain, secret, host, port, connectTimeoutMs } = this.#options;
    const entity = component({ service: '', domain, password: secret });
    entity.reconnect.stop();
    entity.timeout = connectTimeoutMs;
    const parser = this.#entityParser;
    // The entity calls this with `new`; what a constructor returns is what it gets.
    entity.Parser = function entityParser() {
      return parser;
    } as unknown as ComponentEntity['Parser'];
    entity.socketParameters = () => ({ host, port });
    entity._onData = (data) => this.#onData(data);
    entity.on('error', (error: unknown) => this.#onError(error));
    entity.on('disconnect', () => this.#end());
    return entity;
  }

  #onData(data: Buffer): void {
    if (this.#ended) return;
    this.#handlers.heard();
    const fault = this.#parser.write(data);
    if (fault !== undefined) this.#onFault(fault);
  }

  #onElement(element: XmlElement): void {
    if (this.#ended) return;
    if (element.ns === NS.STREAM) {
      if (element.name === 'error') this.#onStreamError(element);
    } else if (this.#online) {
      this.#handlers.element(element);
    } else {
      this.#entityParser.emit('element', toEntityElement(element));
      if (element.name === 'handshake' && element.ns === NS.COMPONENT) this.#onHandshake();
    }
  }

  /** The entity says `online` only a turn later, when stanzas of the same read would have been lost. */
  #onHandshake(): void {
    if (this.#closing) return;
    clearTimeout(this.#timer);
    this.#online = true;
    this.#handlers.online();
  }

  #onStreamError(error: XmlElement): void {
    const elements = error.elements().filter(({ ns }) => ns === NS.STREAM_ERRORS);
    this.#condition ??= elements.find(({ name }) => name !== 'text')?.name ?? 'undefined-condition';
    const text = elements.find(({ name }) => name === 'text')?.text();
    this.#reason ??= text === undefined ? this.#condition : `${this.#condition}: ${text}`;
    this.#finish('');
  }

  #onEndTag(): void {
    this.#sawEndTag = true;
    this.#reason ??= 'closed by the server';
    this.#finish(this.#closing ? '' : END_TAG);
  }

  #onFault(fault: StreamFault): void {
    if (this.#reason === undefined || !this.#closing) {
      this.#reason ??= `unreadable stream: ${fault.message}`;
      this.#finish(fault.toXml() + END_TAG);
    }
  }

  #onError(error: unknown): void {
    if (this.#ended) return;
    this.#reason ??= error instanceof Error ? error.message : 'connection error';
    this.#finish('');
  }

  /** Writes the last words and closes the socket, at the latest after the closing time. */
  #finish(lastWords: string): void {
    this.#closing = true;
    const { socket } = this.#entity;
    if (this.#ended) return;
    if (socket === null) {
      this.#end();
      return;
    }
    // Read on: what the server has still to say (the rest of its stream error, the end tag) makes it clean.
    socket.resume();
    this.#writeLast(socket, lastWords);
    this.#restartTimer();
  }

  #writeLast(socket: Socket, lastWords: string): void {
    if (!socket.writable) socket.destroy();
    else if (lastWords === '') socket.end();
    else socket.end(lastWords);
  }

  #restartTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.destroy('the server did not close in time'),
      this.#options.closeTimeoutMs,
    );
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    // Settles what the entity still waits for; #onError does nothing any more.
    this.#entity.emit('error', new Error('connection ended'));
    this.#handlers.ended({
      clean: this.#sawEndTag,
      reason: this.#reason ?? 'connection lost',
      ...(this.#condition === undefined ? {} : { condition: this.#condition }),
    });
  }
}
