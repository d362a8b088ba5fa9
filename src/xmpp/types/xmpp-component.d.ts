/**
 * The parts of @xmpp/component 0.13 that the stream uses; the package has no types of its own. Members whose
 * names begin with an underscore are its internal seams, pinned with its exact version.
 */
declare module '@xmpp/component' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** An element of the package's own kind (ltx). */
  export interface Element {
    readonly name: string;
    readonly attrs: Record<string, string>;
  }

  /** Builds an element. */
  export function xml(
    name: string,
    attrs?: Record<string, string>,
    ...children: (Element | string)[]
  ): Element;

  /** What the entity expects of its parser: the events `start`, `element`, `end` and `error`. */
  export interface EntityParser extends EventEmitter {
    write(data: string): void;
  }

  /** A component's connection. */
  export interface ComponentEntity extends EventEmitter {
    socket: Socket | null;
    /** Milliseconds that a reply in the opening exchange may take. */
    timeout: number;
    Parser: new () => EntityParser;
    /** Reconnects every second for ever until stopped. */
    readonly reconnect: { stop(): void };
    socketParameters(service: string): { host: string; port: number };
    /** Resolves when the socket is connected. */
    connect(service: string): Promise<void>;
    /** Sends the stream header; resolves when the peer's header has come. */
    open(options: { domain: string }): Promise<unknown>;
    _onData(data: Buffer): void;
  }

  /** Creates an entity, which authenticates by itself once its stream is open. */
  export function component(options: { service: string; domain: string; password: string }): ComponentEntity;
}
