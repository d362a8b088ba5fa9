import { createRequire } from 'node:module';
import { LOOPBACK } from './ports.js';
import { Waiter } from './waiter.js';

/** The part of `@xmpp/xml` elements that is used here; the package carries no types. */
export interface XmlElement {
  readonly name: string;
  readonly attrs: Readonly<Record<string, string | undefined>>;
  getChild(name: string, xmlns?: string): XmlElement | undefined;
  getChildren(name: string, xmlns?: string): XmlElement[];
  getChildElements(): XmlElement[];
  getChildText(name: string): string | null;
  toString(): string;
}

interface XmppModule {
  client(options: {
    readonly service: string;
    readonly domain: string;
    readonly username: string;
    readonly password: string;
    readonly resource: string;
  }): {
    readonly iqCaller: { request(iq: XmlElement): Promise<XmlElement> };
    readonly reconnect: { stop(): void };
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(element: XmlElement): Promise<void>;
    on(event: 'stanza', listener: (stanza: XmlElement) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  };
  xml(
    name: string,
    attributes?: Readonly<Record<string, string>>,
    ...children: readonly (XmlElement | string)[]
  ): XmlElement;
}

const { client, xml } = createRequire(import.meta.url)('@xmpp/client') as XmppModule;

export { xml };

/** A person with an XMPP client. */
export class XmppPerson {
  readonly #entity: ReturnType<XmppModule['client']>;
  readonly #stanzas = new Waiter<XmlElement>();

  private constructor(entity: ReturnType<XmppModule['client']>) {
    this.#entity = entity;
    entity.reconnect.stop();
    // A failed start rejects as well; an error later shows as a stanza that does not come.
    entity.on('error', () => {});
    entity.on('stanza', (stanza) => this.#stanzas.push(stanza));
  }

  /** Connects, authenticates and binds. */
  static async connect(
    port: number,
    domain: string,
    username: string,
    password: string,
  ): Promise<XmppPerson> {
    const service = `xmpp://${LOOPBACK}:${port}`;
    const person = new XmppPerson(client({ service, domain, username, password, resource: 'quickstart' }));
    await person.#entity.start();
    await person.send(xml('presence'));
    return person;
  }

  /** Sends one stanza. */
  send(stanza: XmlElement): Promise<void> {
    return this.#entity.send(stanza);
  }

  /** Sends an IQ; resolves with its result, rejects with its error. */
  request(type: 'get' | 'set', to: string, payload: XmlElement): Promise<XmlElement> {
    return this.#entity.iqCaller.request(xml('iq', { type, to }, payload));
  }

  /** Waits for a stanza. */
  expect(what: string, matches: (stanza: XmlElement) => boolean): Promise<XmlElement> {
    return this.#stanzas.take(what, matches);
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#entity.stop();
  }
}
