import { type FolderCursor, isLate, mergeByTime } from './cursor.js';
import { MailboxFailure } from './failure.js';
import type { WatchedFolder } from './folder-plan.js';
import { FolderStarts } from './folder-starts.js';
import { MailCourier } from './mail-courier.js';
import type { MailFacts } from './mail-facts.js';
import type { FolderState, MailStore } from './mail-store.js';
import type { Tries } from './tries.js';
import type { WatchParts } from './watch-parts.js';

/** Mails that are asked about at once. */
const BATCH = 100;
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
  readonly #starts: FolderStarts;
  readonly #courier: MailCourier;
  #caughtUp = false;

  constructor(
    private readonly parts: WatchParts,
    private readonly store: MailStore,
    folders: readonly WatchedFolder[],
    /** Mails that failed, and how often; lasts longer than a connection. */
    tries: Tries,
    /** Message-IDs that the gateway has marked as read by itself. */
    private readonly marked: ReadonlySet<string>,
  ) {
    this.#starts = new FolderStarts(parts, store);
    this.#courier = new MailCourier(parts, store, tries);
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
    if (!this.#caughtUp) await this.#starts.load();
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
    if (round && complete) await this.#starts.noteRound(started);
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
    const cursor = await (before
      ? this.#starts.renumbered(before, path, state)
      : this.#starts.firstLook(state));
    await memory.saveCursor(path, cursor);
    watched.recent.clear();
    watched.cursor = cursor;
    return cursor;
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
      const late = isLate(arrival, !this.#caughtUp, this.parts.now());
      const { folder } = watched;
      const { uidValidity } = cursor;
      const outcome = await this.#courier.passOn({ facts: arrival, folder, uidValidity, late });
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
    if (mail.draft || this.#starts.isOld(mail, cursor)) return false;
    if (await memory.isKnown(mail.fingerprint)) return false;
    const isSent = mail.watched.folder.use === 'sent' && mail.messageId !== undefined;
    return !(isSent && mail.messageId !== undefined && (await memory.isOwn(mail.messageId)));
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
