/** A component domain that a test server accepts (XEP-0114). */
export interface ComponentAccess {
  readonly domain: string;
  readonly secret: string;
}

/** A local account of a test server. */
export interface UserAccount {
  readonly name: string;
  readonly password: string;
}

/** What a scenario asks of an XMPP server. */
export interface XmppServerOptions {
  /** Domain of the local users; `localhost` by default. */
  readonly domain?: string;
  readonly components?: readonly ComponentAccess[];
  readonly users?: readonly UserAccount[];
  /** Component domains that get the privileges of XEP-0356 that the server can grant. */
  readonly privilegesFor?: readonly string[];
  /** Serves XEP-0363 on `upload.<domain>` to the local users and the components. */
  readonly httpUpload?: boolean;
  /** Further configuration, in the server's own syntax, at global level. */
  readonly extraConfig?: string;
}

/** A real XMPP server on loopback, private to one test file. Passwords may be sent in plain text. */
export interface XmppServer {
  readonly kind: 'prosody' | 'ejabberd';
  /** Domain of the local users. */
  readonly domain: string;
  /** Address it listens on. */
  readonly host: string;
  readonly c2sPort: number;
  readonly componentPort: number;
  /** Creates an account. Rejects when the server refuses. */
  addUser(name: string, password: string): Promise<void>;
  /** Ends it in an orderly way; {@link restart} brings it back. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL; {@link restart} brings it back. */
  kill(): Promise<void>;
  /** Stops it if it runs and starts it again on the same ports and data. */
  restart(): Promise<void>;
  /** Everything it logged. */
  logs(): string;
}
