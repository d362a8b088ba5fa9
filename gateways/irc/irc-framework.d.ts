/** The part of irc-framework that is used here; the package brings no types. */
declare module 'irc-framework' {
  export interface ClientOptions {
    nick: string;
    username: string;
    gecos: string;
    /** Server password (PASS). */
    password?: string;
    /** SASL PLAIN; an empty object keeps the server password from being used for it. */
    account: { account?: string; password?: string };
    auto_reconnect: boolean;
    /** Seconds; 0 switches the client's own timers off. */
    ping_interval: number;
    ping_timeout: number;
    enable_chghost: boolean;
    enable_setname: boolean;
    transport: new (options: ClientOptions) => object;
    [key: string]: unknown;
  }
  export interface PrefixMode {
    symbol: string;
    mode: string;
  }
  export class Client {
    readonly network: {
      readonly options: Readonly<Record<string, unknown>>;
      readonly cap: { readonly enabled: readonly string[] };
    };
    connect(options: ClientOptions): void;
    on(event: string, listener: (event: Record<string, unknown>) => void): this;
    removeAllListeners(): this;
  }
  const framework: { readonly Client: typeof Client };
  export default framework;
}
