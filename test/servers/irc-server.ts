/** A real IRC server on loopback, private to one test file. */
export interface IrcServer {
  readonly kind: 'ngircd' | 'inspircd';
  /** Name the server gives itself, such as `irc.example.test`. */
  readonly name: string;
  /** Address it listens on. */
  readonly host: string;
  /** Port for plain text. */
  readonly port: number;
  /** Port for TLS from the first byte. */
  readonly tlsPort: number;
  /** PEM file that a client trusts to verify the TLS port; the certificate names `localhost` and 127.0.0.1. */
  readonly caPath: string;
  /** Ends it in an orderly way; {@link restart} brings it back. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL; {@link restart} brings it back. */
  kill(): Promise<void>;
  /** Stops it if it runs and starts it again on the same ports. */
  restart(): Promise<void>;
  /** Everything it logged. */
  logs(): string;
}
