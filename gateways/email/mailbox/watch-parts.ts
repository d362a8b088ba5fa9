import type { Log } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { MailboxListener } from './mailbox.js';
import type { MailboxMemory } from './mailbox-memory.js';
import type { MailboxOptions } from './options.js';

/** What a watch works with. */
export interface WatchParts {
  readonly account: AccountId;
  /** The address that mail is sent to. */
  readonly address: string;
  readonly listener: MailboxListener;
  readonly memory: MailboxMemory;
  readonly options: MailboxOptions;
  readonly log: Log;
  /** UTC milliseconds. */
  now(): number;
}
