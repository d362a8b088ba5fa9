import { GatewayError } from '../../../src/gateway/error.js';
import type { MailOrigin } from '../mail/origin.js';
import { backoffMs } from './backoff.js';
import { MailboxFailure } from './failure.js';
import type { WatchedFolder } from './folder-plan.js';
import type { MailFacts } from './mail-facts.js';
import type { MailStore } from './mail-store.js';
import type { Tries } from './tries.js';
import type { WatchParts } from './watch-parts.js';

/** Where a mail lies, and what is known of it. */
export interface FoundMail {
  readonly facts: MailFacts;
  readonly folder: WatchedFolder;
  readonly uidValidity: string;
  /** See `MailOrigin`. */
  readonly late: boolean;
}

/** Fetches mails of the open folder and passes them on. */
export class MailCourier {
  constructor(
    private readonly parts: WatchParts,
    private readonly store: MailStore,
    /** Mails that failed, and how often; lasts longer than a connection. */
    private readonly tries: Tries,
  ) {}

  /**
   * Resolves with the milliseconds after which it should be tried again; `gone`: there is no such mail any more.
   * @throws {MailboxFailure} when the connection is no more
   */
  async passOn(mail: FoundMail): Promise<number | 'done' | 'gone'> {
    const name = `${mail.folder.path}/${mail.uidValidity}/${mail.facts.uid}`;
    try {
      const fetched = await this.store.fetch(mail.facts, this.tries.tooLarge(name));
      if (fetched !== undefined) {
        try {
          await this.parts.listener.mail(fetched.raw, this.#origin(mail, fetched.leftBytes));
        } finally {
          await fetched.raw.remove();
        }
      }
      this.tries.done(name);
      return fetched === undefined ? 'gone' : 'done';
    } catch (error) {
      return this.#failed(name, mail, error);
    }
  }

  /** A mail that fails is tried again, in its turn; one that always fails must not keep all others away. */
  #failed(name: string, { facts, folder }: FoundMail, error: unknown): number | 'done' {
    const { options, log, listener, account } = this.parts;
    // A full spool or store says nothing of the mail.
    if (error instanceof GatewayError && error.retryable) return this.#pause(0);
    const count = this.tries.failed(name, error instanceof MailboxFailure && error.kind === 'garbage');
    log.warn({ account, count, error: error instanceof Error ? error.message : 'unknown' }, 'A mail failed');
    if (count < options.mailTries) {
      if (error instanceof MailboxFailure && error.kind !== 'refused') throw error;
      return this.#pause(count - 1);
    }
    this.tries.done(name);
    const time = facts.receivedAt ?? facts.date;
    const date = time === undefined ? '?' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
    listener.notice({ key: 'email-mailbox-mail-left', args: { folder: folder.path, date } });
    return 'done';
  }

  #pause(attempt: number): number {
    return backoffMs(this.parts.options.reconnect, attempt, Math.random());
  }

  #origin({ facts, folder, late }: FoundMail, leftBytes: number | undefined): MailOrigin {
    return {
      account: this.parts.account,
      way: 'mailbox',
      recipient: this.parts.address,
      ...(facts.returnPath !== undefined && { returnPath: facts.returnPath }),
      authenticity: 'none',
      spam: facts.spam || folder.use === 'junk',
      folder,
      ...(facts.labels !== undefined && { labels: facts.labels }),
      ...(facts.receivedAt !== undefined && { receivedAt: facts.receivedAt }),
      late,
      ...(leftBytes !== undefined && { leftBytes }),
    };
  }
}
