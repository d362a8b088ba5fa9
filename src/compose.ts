import type { Config } from './config/schema.js';
import type { Log } from './gateway/gateway.js';

/** What `isthmus run` gives to the gateway. */
export interface RunOptions {
  readonly log: Log;
}

/** A gateway that runs. */
export interface RunningGateway {
  /** State of each component's connection by domain, such as `connected`. */
  status(): Readonly<Record<string, string>>;
  /** Takes what can change without dropping a connection. */
  reload(config: Config): Promise<void>;
  /** Orderly: tells users and networks, flushes, closes. */
  stop(): Promise<void>;
}

/** Wires the parts together. Rejects when something that it cannot do without does not open. */
export async function runGateway(_config: Config, _options: RunOptions): Promise<RunningGateway> {
  throw new Error('not yet');
}
