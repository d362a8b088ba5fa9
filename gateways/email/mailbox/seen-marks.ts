import { isMessageId } from './mail-facts.js';
import type { MailStore } from './mail-store.js';
import type { MailWatch } from './mail-watch.js';
import type { MailboxMemory } from './mailbox-memory.js';

/** Mails of one mailbox that wait to be marked as read; the oldest wishes are dropped. */
const MOST_WAITING = 500;
/** Mails whose marking is not taken for the user's own. */
const MOST_MARKED = 200;

/** Marks mails as read that were read here; what cannot be done now is done later. */
export class SeenMarks {
  readonly #marked = new Set<string>();
  /** Undefined until it is known. */
  #waiting: readonly string[] | undefined;

  constructor(private readonly memory: MailboxMemory) {}

  /** Message-IDs of mails that were marked by this. */
  get marked(): ReadonlySet<string> {
    return this.#marked;
  }

  /** Resolves when the wish is durable. */
  async add(messageIds: readonly string[]): Promise<void> {
    const wanted = messageIds.filter(isMessageId);
    if (wanted.length > 0)
      await this.#change((waiting) => [...new Set([...waiting, ...wanted])].slice(-MOST_WAITING));
  }

  /** Marks what waits, in all folders where it is. */
  async apply(store: MailStore, watch: MailWatch): Promise<void> {
    const wanted = await this.#load();
    if (wanted.length === 0) return;
    for (const id of wanted) {
      this.#marked.add(id);
      const [oldest] = this.#marked;
      if (this.#marked.size > MOST_MARKED && oldest !== undefined) this.#marked.delete(oldest);
    }
    let left = wanted;
    for (const path of watch.readable) {
      if (left.length === 0) break;
      await store.open(path);
      const uids: number[] = [];
      const elsewhere: string[] = [];
      for (const id of left) {
        const uid = watch.uidOf(path, id);
        const found = uid === undefined ? await store.find(id) : [uid];
        if (found.length === 0) elsewhere.push(id);
        uids.push(...found);
      }
      if (uids.length > 0) await store.markSeen(uids);
      left = elsewhere;
    }
    const done = new Set(wanted);
    await this.#change((waiting) => waiting.filter((id) => !done.has(id)));
  }

  async #load(): Promise<readonly string[]> {
    this.#waiting ??= await this.memory.toMark();
    return this.#waiting;
  }

  async #change(by: (waiting: readonly string[]) => readonly string[]): Promise<void> {
    this.#waiting = by(await this.#load());
    await this.memory.saveToMark(this.#waiting);
  }
}
