import type { AccountView } from '../../../src/gateway/gateway.js';
import type { Mailbox, MailboxListener } from '../mailbox/mailbox.js';
import type { Way } from './way.js';

/** How users' mail comes and goes; the one place that knows servers. */
export interface Connections {
  /** The account's own mailbox, not started; undefined without one. */
  mailbox(account: AccountView, listener: MailboxListener): Mailbox | undefined;
  /** The account's ways to send; `mailbox` files copies. To be closed by the caller. */
  ways(account: AccountView, mailbox: Mailbox | undefined): readonly Way[];
}
