import { GatewayError } from '../../../src/gateway/error.js';
import type { Log } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { MailOrigin } from '../mail/origin.js';
import { backoffMs } from './backoff.js';
import {
  type FolderCursor,
  isLate,
  isOld,
  mergeByTime,
  nextRounds,
  oldBefore,
  type Rounds,
} from './cursor.js';
import { MailboxFailure } from './failure.js';
import type { WatchedFolder } from './folder-plan.js';
import type { MailFacts } from './mail-facts.js';
import type { FolderState, MailStore } from './mail-store.js';
import type { MailboxListener } from './mailbox.js';
import type { MailboxMemory } from './mailbox-memory.js';
import type { MailboxOptions } from './options.js';
import type { Tries } from './tries.js';

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

/** Mails that are asked about at once. */
const BATCH = 100;
/** Mails of a folder, at the first look, that are kept in mind in case that it is renumbered. */
const FIRST_LOOK = 300;
/** How many of the last UIDs of a folder are watched for being read elsewhere. */
const SEEN_WINDOW = 1_000;
/** Looks that find nothing although the server speaks of something, before it is left alone for a while. */
const MOST_IN_VAIN = 3;
/** Mails of a folder whose numbers are kept in mind. */
const RECENT = 50;

interface Watched {
  readonly folder: WatchedFolder;
  cursor: FolderCursor | undefined;
  /** The UIDNEXT up to which all has been dealt with. */
  checkedNext: number | undefined;
  /** Something may have come. */
  dirty: boolean;
  /** Flags may have changed. */
  flagged: boolean;
  /** By Message-ID. */
  readonly recent: Map<string, number>;
}

interface Arrival extends MailFacts {
  readonly watched: Watched;
}

/**
 * Finds what is new in the folders of one mailbox and passes it on, each mail once. All that is to be known next time is
 * in `MailboxMemory`; an instance serves one connection.
 */
export class MailWatch {
  readonly #watched: Watched[];
  #caughtUp = false;
  #rounds: Rounds | undefined;

  constructor(
    private readonly parts: WatchParts,
    private readonly store: MailStore,
    folders: readonly WatchedFolder[],
    /** Mails that failed, and how often; lasts longer than a connection. */
    private readonly tries: Tries,
    /** Message-IDs that the gateway has marked as read by itself. */
    private readonly marked: ReadonlySet<string>,
  ) {
    this.#watched = folders.map((folder) => ({
      folder,
      cursor: undefined,
      checkedNext: undefined,
      dirty: true,
      flagged: true,
      recent: new Map(),
    }));
  }

  /** Takes folders that are looked at for the first time as they are. Until then, and only then, nothing counts as new. */
  async begin(): Promise<void> {
    for (const watched of [...this.#watched].reverse()) {
      if ((await this.parts.memory.cursor(watched.folder.path)) !== undefined) continue;
      await this.#unlessRefused(watched, async () => {
        await this.#cursor(watched, await this.store.open(watched.folder.path));
      });
    }
  }

  /** Something may have come into the open folder, or mails of it may have been marked. */
  touch(path: string, what: 'mail' | 'flags'): void {
    const watched = this.#watched.find(({ folder }) => folder.path === path);
    if (!watched) return;
    if (what === 'mail') watched.dirty = true;
    else watched.flagged = true;
  }

  /** Folders in which mails may be marked as read. */
  get readable(): readonly string[] {
    return this.#watched.filter(({ folder }) => folder.use !== 'sent').map(({ folder }) => folder.path);
  }

  /** The number of a mail in a folder, where it is remembered. */
  uidOf(path: string, messageId: string): number | undefined {
    return this.#watched.find(({ folder }) => folder.path === path)?.recent.get(messageId);
  }

  /**
   * One look. `everywhere`: also into the folders of which a server says nothing by itself. The inbox is open then.
   * @returns milliseconds after which a mail that failed should be tried again
   * @throws {MailboxFailure} when the connection is no more, or the inbox cannot be opened
   */
  async look(everywhere: boolean): Promise<number | undefined> {
    const started = this.parts.now();
    let ask = everywhere || !this.#caughtUp;
    const round = ask;
    let complete = true;
    if (ask) await this.store.refresh();
    if (!this.#caughtUp) this.#rounds = await this.parts.memory.rounds();
    for (let inVain = 0; inVain < MOST_IN_VAIN; inVain += 1) {
      const lists: (readonly Arrival[])[] = [];
      for (const watched of [...this.#watched].reverse()) {
        const found = await this.#arrivals(watched, ask);
        if (found === 'unreadable') complete = false;
        else lists.push(found);
      }
      for (const arrival of mergeByTime(lists)) {
        inVain = 0;
        const pause = await this.#take(arrival);
        if (pause === undefined) continue;
        for (const [first] of lists) if (first) first.watched.dirty = true;
        return pause;
      }
      ask = false;
      if (!(await this.#returnToInbox())) break;
    }
    if (round && complete) await this.#noteRound(started);
    this.#caughtUp = true;
    return undefined;
  }

  /** Resolves with whether there is more to look for: a server says nothing of a folder while another one is open. */
  async #returnToInbox(): Promise<boolean> {
    const inbox = this.#watched.find(({ folder }) => folder.use === 'inbox');
    if (inbox) {
      const { uidValidity, uidNext } = await this.store.open(inbox.folder.path);
      const same = uidValidity === inbox.cursor?.uidValidity && uidNext === inbox.checkedNext;
      if (!same) inbox.dirty = true;
    }
    return this.#watched.some(({ dirty }) => dirty);
  }

  /** What lies in a folder beyond its cursor. `ask`: also where a server says nothing by itself. */
  async #arrivals(watched: Watched, ask: boolean): Promise<readonly Arrival[] | 'unreadable'> {
    const { folder } = watched;
    const isSilent = !watched.dirty && !watched.flagged;
    // Of the open folder the server speaks by itself, unless it does not count.
    if (isSilent && (!ask || (folder.use === 'inbox' && watched.checkedNext !== undefined))) return [];
    const arrivals = await this.#unlessRefused(watched, async () => {
      if (isSilent && folder.use !== 'inbox') {
        const state = await this.store.status(folder.path);
        const { cursor } = watched;
        const same = state.uidValidity === cursor?.uidValidity && state.modseq === cursor.modseq;
        if (same && state.uidNext !== undefined && state.uidNext === watched.checkedNext) return [];
      }
      // What comes from now on may be missed by the list, and is told of anew.
      watched.dirty = false;
      const state = await this.store.open(folder.path);
      const cursor = await this.#cursor(watched, state);
      const found = await this.store.list(cursor.lastUid + 1, BATCH);
      const last = found.at(-1)?.uid ?? 0;
      // A full list may not be all.
      if (found.length >= BATCH) watched.dirty = true;
      await this.#tellSeen(watched, state);
      watched.checkedNext =
        state.uidNext === undefined || watched.dirty ? undefined : Math.max(state.uidNext, last + 1);
      return found.map((facts) => ({ ...facts, watched }));
    });
    return arrivals ?? 'unreadable';
  }

  /** One folder that cannot be read is not the end of the others. */
  async #unlessRefused<T>(watched: Watched, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof MailboxFailure && error.kind === 'refused';
      if (!refused || watched.folder.use === 'inbox') throw error;
      this.#leaveOut(watched, error);
      return undefined;
    }
  }

  #leaveOut(watched: Watched, { code }: MailboxFailure): void {
    const { account, log, listener } = this.parts;
    log.info({ account, code }, 'A folder cannot be read');
    watched.dirty = false;
    if (code !== 'NONEXISTENT') return;
    listener.notice({ key: 'email-mailbox-folder-gone', args: { folder: watched.folder.path } });
    this.#watched.splice(this.#watched.indexOf(watched), 1);
  }

  async #cursor(watched: Watched, state: FolderState): Promise<FolderCursor> {
    const { memory } = this.parts;
    const { path } = watched.folder;
    watched.cursor ??= await memory.cursor(path);
    const before = watched.cursor;
    // Numbers that go backwards are numbers anew, also where a restored server forgets to say so.
    const isSame =
      before?.uidValidity === state.uidValidity && before.lastUid < (state.uidNext ?? before.lastUid + 1);
    if (isSame) return before;
    const cursor = await (before ? this.#renumbered(before, path, state) : this.#firstLook(state));
    await memory.saveCursor(path, cursor);
    watched.recent.clear();
    watched.cursor = cursor;
    return cursor;
  }

  /** What is there now is not new. */
  async #firstLook(state: FolderState): Promise<FolderCursor> {
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

  /** The numbers mean nothing any more (RFC 9051 §2.3.1.1): what is not known by its looks and not old is new. */
  async #renumbered(old: FolderCursor, path: string, state: FolderState): Promise<FolderCursor> {
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

  /** Deals with one mail; resolves with a pause when it has to wait. */
  async #take(arrival: Arrival): Promise<number | undefined> {
    const { memory, listener } = this.parts;
    const { watched, uid, fingerprint, messageId } = arrival;
    const { path, use } = watched.folder;
    const { cursor } = watched;
    if (cursor === undefined || uid <= cursor.lastUid) return undefined;
    // One that is gone may turn up in another folder.
    let gone = false;
    if (await this.#isNew(arrival, cursor)) {
      await listener.relieved();
      const state = await this.store.open(path);
      // It was renumbered while another folder was open: the number is another mail's now.
      if (state.uidValidity !== cursor.uidValidity) {
        watched.dirty = true;
        return 0;
      }
      const outcome = await this.#passOn(arrival);
      if (typeof outcome === 'number') return outcome;
      gone = outcome === 'gone';
    }
    watched.cursor = { ...cursor, lastUid: uid };
    await Promise.all([
      ...(gone || arrival.draft ? [] : [memory.addKnown(fingerprint)]),
      memory.saveCursor(path, watched.cursor),
    ]);
    if (gone || messageId === undefined || use === 'sent') return undefined;
    if (arrival.seen) listener.seen([messageId]);
    else this.#keep(watched, messageId, uid);
    return undefined;
  }

  async #isNew(mail: Arrival, cursor: FolderCursor): Promise<boolean> {
    const { memory } = this.parts;
    if (mail.draft || isOld(mail, this.#oldBefore(cursor))) return false;
    if (await memory.isKnown(mail.fingerprint)) return false;
    const isSent = mail.watched.folder.use === 'sent' && mail.messageId !== undefined;
    return !(isSent && mail.messageId !== undefined && (await memory.isOwn(mail.messageId)));
  }

  async #passOn(arrival: Arrival): Promise<number | 'done' | 'gone'> {
    const { path } = arrival.watched.folder;
    const name = `${path}/${arrival.watched.cursor?.uidValidity}/${arrival.uid}`;
    try {
      const fetched = await this.store.fetch(arrival, this.tries.tooLarge(name));
      if (fetched !== undefined) {
        try {
          await this.parts.listener.mail(fetched.raw, this.#origin(arrival, fetched.leftBytes));
        } finally {
          await fetched.raw.remove();
        }
      }
      this.tries.done(name);
      return fetched === undefined ? 'gone' : 'done';
    } catch (error) {
      return this.#failed(name, arrival, error);
    }
  }

  /** A mail that fails is tried again, in its turn; one that always fails must not keep all others away. */
  #failed(name: string, arrival: Arrival, error: unknown): number | 'done' {
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
    const { folder } = arrival.watched;
    const time = arrival.receivedAt ?? arrival.date;
    const date = time === undefined ? '?' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
    listener.notice({ key: 'email-mailbox-mail-left', args: { folder: folder.path, date } });
    return 'done';
  }

  #pause(attempt: number): number {
    return backoffMs(this.parts.options.reconnect, attempt, Math.random());
  }

  #origin(mail: Arrival, leftBytes: number | undefined): MailOrigin {
    const { folder } = mail.watched;
    return {
      account: this.parts.account,
      way: 'mailbox',
      recipient: this.parts.address,
      ...(mail.returnPath !== undefined && { returnPath: mail.returnPath }),
      authenticity: 'none',
      spam: mail.spam || folder.use === 'junk',
      folder,
      ...(mail.labels !== undefined && { labels: mail.labels }),
      ...(mail.receivedAt !== undefined && { receivedAt: mail.receivedAt }),
      late: isLate(mail, !this.#caughtUp, this.parts.now()),
      ...(leftBytes !== undefined && { leftBytes }),
    };
  }

  #oldBefore(cursor: FolderCursor): number {
    return oldBefore(cursor, this.#rounds, this.parts.options.rememberDays);
  }

  /** All that lay in any folder at a time has been dealt with. */
  async #noteRound(at: number): Promise<void> {
    const rounds = nextRounds(this.#rounds, at);
    if (rounds !== this.#rounds) await this.parts.memory.saveRounds(rounds);
    this.#rounds = rounds;
  }

  /** Tells of mails that were read elsewhere, of the open folder. */
  async #tellSeen(watched: Watched, state: FolderState): Promise<void> {
    const { cursor, folder } = watched;
    const flagged = watched.flagged || state.modseq !== cursor?.modseq;
    watched.flagged = false;
    if (!flagged || folder.use === 'sent' || cursor === undefined || cursor.lastUid === 0) return;
    const { recent } = watched;
    let modseq = state.modseq;
    let seen: readonly string[] = [];
    if (modseq !== undefined && cursor.modseq !== undefined) {
      const changed = await this.store.seenBetween(
        cursor.lastUid - SEEN_WINDOW,
        cursor.lastUid,
        cursor.modseq,
      );
      modseq = changed.modseq ?? modseq;
      seen = changed.messageIds;
    } else if (recent.size > 0) {
      // Without a count of changes only such mails are looked at as came over this connection.
      const among = await this.store.seenBetween(Math.min(...recent.values()), cursor.lastUid);
      seen = among.messageIds.filter((id) => recent.has(id));
    }
    if (modseq !== cursor.modseq) {
      watched.cursor = { ...cursor, modseq };
      await this.parts.memory.saveCursor(folder.path, watched.cursor);
    }
    for (const id of seen) recent.delete(id);
    const elsewhere = seen.filter((id) => !this.marked.has(id));
    if (elsewhere.length > 0) this.parts.listener.seen(elsewhere);
  }

  #keep(watched: Watched, messageId: string, uid: number): void {
    watched.recent.set(messageId, uid);
    const [oldest] = watched.recent.keys();
    if (watched.recent.size > RECENT && oldest !== undefined) watched.recent.delete(oldest);
  }
}
