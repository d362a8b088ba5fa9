import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { Text } from '../../../src/gateway/text.js';
import type { Mailbox, MailboxListener } from '../mailbox/mailbox.js';
import type { Way } from './way.js';

/** How users' mail comes and goes; the one place that knows servers. */
export interface Connections {
  /** The account's own mailbox, not started; undefined without one. */
  mailbox(account: AccountView, listener: MailboxListener): Mailbox | undefined;
  /**
   * The account's ways to send, to be closed by the caller; `mailbox` files copies. With what the user should know, such
   * as that somebody else has his address. Rejects when the store is away.
   */
  ways(account: AccountView, mailbox: Mailbox | undefined): Promise<Ways>;
  /** Somebody has written to the account: an answer is no mail to a stranger, of which there may be few in an hour. */
  heardFrom(account: AccountId, address: string): Promise<void>;
  /** Lets go of what the account has been given: its registration ends. */
  release(account: AccountView): Promise<void>;
}

/** See {@link Connections.ways}. */
export interface Ways {
  readonly ways: readonly Way[];
  readonly problem?: Text;
}
