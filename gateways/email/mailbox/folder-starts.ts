import { type FolderCursor, isOld, nextRounds, oldBefore, type Rounds } from './cursor.js';
import type { MailFacts } from './mail-facts.js';
import type { FolderState, MailStore } from './mail-store.js';
import type { WatchParts } from './watch-parts.js';

/** Mails of a folder, at the first look, that are kept in mind in case that it is renumbered. */
const FIRST_LOOK = 300;

/** Where the folders of one mailbox begin to be new; one instance for one connection. */
export class FolderStarts {
  #rounds: Rounds | undefined;

  constructor(
    private readonly parts: WatchParts,
    private readonly store: MailStore,
  ) {}

  async load(): Promise<void> {
    this.#rounds = await this.parts.memory.rounds();
  }

  /** Whether a mail lay there before anybody looked, or is too old to be known again. */
  isOld(mail: MailFacts, cursor: FolderCursor): boolean {
    return isOld(mail, this.#oldBefore(cursor));
  }

  /** Of the open folder: what is there now is not new. */
  async firstLook(state: FolderState): Promise<FolderCursor> {
    const now = this.parts.now();
    const newest = await this.store.newest(FIRST_LOOK);
    const last = newest.at(-1)?.uid ?? 0;
    const cursor: FolderCursor = {
      uidValidity: state.uidValidity,
      lastUid: state.uidNext === undefined ? last : Math.max(last, state.uidNext - 1),
      ...(state.modseq !== undefined && { modseq: state.modseq }),
      since: now,
    };
    const before = this.#oldBefore(cursor);
    for (const mail of newest)
      if (mail.uid <= cursor.lastUid && !isOld(mail, before))
        await this.parts.memory.addKnown(mail.fingerprint);
    return cursor;
  }

  /** Of the open folder: the numbers mean nothing any more (RFC 9051 §2.3.1.1): what is not known by its looks and not old is new. */
  async renumbered(old: FolderCursor, path: string, state: FolderState): Promise<FolderCursor> {
    const { options, log, listener, account } = this.parts;
    const uids = await this.store.uidsSince(this.#oldBefore(old));
    const left = Math.max(0, uids.length - options.resyncMails);
    log.info({ account, mails: uids.length, left }, 'A folder was renumbered');
    if (left > 0) listener.notice({ key: 'email-mailbox-renumbered', args: { folder: path, count: left } });
    const first = uids[left] ?? Math.max(1, state.uidNext ?? 1);
    return {
      uidValidity: state.uidValidity,
      lastUid: first - 1,
      ...(state.modseq !== undefined && { modseq: state.modseq }),
      since: old.since,
    };
  }

  /** All that lay in any folder at a time has been dealt with. */
  async noteRound(at: number): Promise<void> {
    const rounds = nextRounds(this.#rounds, at);
    if (rounds !== this.#rounds) await this.parts.memory.saveRounds(rounds);
    this.#rounds = rounds;
  }

  #oldBefore(cursor: FolderCursor): number {
    return oldBefore(cursor, this.#rounds, this.parts.options.rememberDays);
  }
}
