import type { ConnectionState } from '../../../src/gateway/session.js';
import type { Text } from '../../../src/gateway/text.js';
import type { Disposition, MailOrigin } from '../mail/origin.js';
import type { RawMail } from '../mail/raw-mail.js';

/** A mailbox elsewhere that is watched for one account. */
export interface Mailbox {
  readonly state: ConnectionState;
  /** Starts watching; reports by the listener. */
  start(): void;
  /** Resolves when the connection is closed. */
  stop(): Promise<void>;
  /**
   * Marks mails of the inbox and the other watched folders as read, by their Message-IDs. Durable when it resolves:
   * what cannot be done now is done later.
   */
  markSeen(messageIds: readonly string[]): Promise<void>;
  /**
   * Puts a mail that was sent into the Sent folder, marked as read, unless it is there already or the provider does
   * that. Durable when it resolves: what cannot be done now is done later, within bounds.
   */
  fileSent(messageId: string, raw: RawMail): Promise<void>;
}

/** Who is told of a mailbox. Nothing but `mail` may throw or reject. */
export interface MailboxListener {
  /**
   * A new mail. Resolves when it is durable, and only then is it left behind; it comes again after a rejection. One at a
   * time per mailbox, in the order in which they came; `raw` is removed by the caller.
   */
  mail(raw: RawMail, origin: MailOrigin): Promise<Disposition>;
  /** Resolves when more mail may come; until then nothing is fetched. */
  relieved(): Promise<void>;
  /** Told when it changes. */
  state(state: ConnectionState): void;
  /** A sentence for the user, once per cause. */
  notice(text: Text): void;
  /** Mails, by Message-ID, that the user has marked as read elsewhere; also such as have never been passed on. */
  seen(messageIds: readonly string[]): void;
}
