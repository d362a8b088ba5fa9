/** The part of `@xmpp/client` 0.13 that scenarios use; the package carries no types. */
declare module '@xmpp/client' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** An XML element of ltx. */
  export interface XmlElement {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string | undefined>>;
    readonly children: readonly (XmlElement | string)[];
    is(name: string, xmlns?: string): boolean;
    getChild(name: string, xmlns?: string): XmlElement | undefined;
    getChildren(name: string, xmlns?: string): XmlElement[];
    getChildElements(): XmlElement[];
    getChildText(name: string, xmlns?: string): string | null;
    getChildByAttr(name: string, value: string, xmlns?: string, recursive?: boolean): XmlElement | undefined;
    getAttr(name: string): string | undefined;
    getNS(): string | undefined;
    text(): string;
    toString(): string;
  }

  /** A client stream. */
  export interface Client extends EventEmitter {
    /** Milliseconds that one step of the negotiation may take. */
    timeout: number;
    readonly socket: Socket | null;
    readonly reconnect: { stop(): void };
    readonly iqCallee: {
      get(xmlns: string, name: string, handler: (context: { stanza: XmlElement }) => unknown): void;
      set(xmlns: string, name: string, handler: (context: { stanza: XmlElement }) => unknown): void;
    };
    start(): Promise<{ toString(): string }>;
    stop(): Promise<unknown>;
    write(text: string): Promise<void>;
  }

  export function client(options: {
    readonly service: string;
    readonly domain: string;
    readonly username: string;
    readonly password: string;
    readonly resource?: string;
    readonly lang?: string;
  }): Client;

  export function xml(
    name: string,
    attributes?: Readonly<Record<string, string>>,
    ...children: readonly (XmlElement | string)[]
  ): XmlElement;
}
