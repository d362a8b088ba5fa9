import { EventEmitter } from 'node:events';
import framework, { type Client, type ClientOptions } from 'irc-framework';
import { type Isupport, isupportOf } from '../network/isupport.js';

/** Who registers with the server. */
export interface Identity {
  readonly nick: string;
  readonly username: string;
  readonly realname: string;
  readonly serverPassword?: string | undefined;
  readonly sasl?: { readonly account: string; readonly password: string } | undefined;
}

/** Where the lines of a registration go. */
export interface LineSink {
  urgent(line: string): void;
}

/** irc-framework's transport interface over a connection that is already open. */
class OpenTransport extends EventEmitter {
  readonly #sink: LineSink;

  constructor(options: ClientOptions) {
    super();
    this.#sink = options.sink as LineSink;
    (options.hand as (transport: OpenTransport) => void)(this);
  }

  connect(): void {
    this.emit('open');
  }
  writeLine(line: string, done?: () => void): void {
    this.#sink.urgent(line);
    done?.();
  }
  isConnected(): boolean {
    return true;
  }
  setEncoding(): boolean {
    return true;
  }
  /** The connection is not this object's: its owner decides. */
  close(): void {}
  disposeSocket(): void {}
}

/**
 * Registration with one server by irc-framework: capability negotiation, SASL, ISUPPORT. It lives only until
 * the server has let us in: a client of the framework costs 40 KB, most of it for what is not needed later.
 */
export class Registration {
  readonly #client: Client;
  #transport: OpenTransport | undefined;
  /** Why SASL failed; set before the server says anything else. */
  saslFailure: string | undefined;

  constructor(identity: Identity, sink: LineSink) {
    const client = new framework.Client();
    this.#client = client;
    client.on('sasl failed', (event) => {
      this.saslFailure ??= String(event.reason);
    });
    client.connect({
      nick: identity.nick,
      username: identity.username,
      gecos: identity.realname,
      ...(identity.serverPassword === undefined ? {} : { password: identity.serverPassword }),
      account: identity.sasl === undefined ? {} : { ...identity.sasl },
      auto_reconnect: false,
      ping_interval: 0,
      ping_timeout: 0,
      enable_chghost: true,
      enable_setname: true,
      transport: OpenTransport,
      sink,
      hand: (transport: OpenTransport) => {
        this.#transport = transport;
      },
    });
  }

  /** A line that is none of the hot ones. May throw what the framework throws at nonsense. */
  line(line: string): void {
    this.#transport?.emit('line', line);
  }

  isupport(): Isupport {
    return isupportOf(this.#client.network.options);
  }

  release(): void {
    this.#client.removeAllListeners();
    this.#transport?.removeAllListeners();
    this.#transport = undefined;
  }
}
