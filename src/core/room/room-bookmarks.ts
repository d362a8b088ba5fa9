import type { XmlElement } from '../../xmpp/element.js';
import { parseJid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { bookmarkElement, isUntouched } from '../../xmpp/xep/0402-pep-native-bookmarks/bookmark.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { WorkSlots } from '../limit/work-slots.js';
import type { Privileges } from '../privilege/privileges.js';
import type { UserPubsub } from '../privilege/user-pubsub.js';
import { type BookmarkNote, BookmarkNotes } from './bookmark-notes.js';
import type { RoomFaces } from './room-faces.js';
import type { Rooms } from './rooms.js';

/** Users whose bookmarks are worked on at a time, and further ones that wait. */
const USERS_AT_ONCE = 5;
const USERS_WAITING = 50_000;
/** Bookmarks asked for at a time. */
const BATCH = 50;

/** What is to become of one bookmark. */
interface Step {
  readonly jid: string;
  readonly note: BookmarkNote | undefined;
  /** Undefined: the account is in the room no more. */
  readonly name: string | undefined;
}

/**
 * The rooms of an account among its user's bookmarks, where his server lets the gateway write them (J06, XEP-0356 §6):
 * added when the account is in a room on the network, never entered by themselves, and removed with it. A bookmark that
 * the user has made, changed or removed is his, for good.
 */
export class RoomBookmarks {
  readonly #notes: BookmarkNotes;
  readonly #slots = new WorkSlots(USERS_AT_ONCE, USERS_WAITING);
  /** Accounts whose list of rooms is known. */
  readonly #listed = new Set<Account>();
  /** Accounts that are looked at or wait for it; true: once more afterwards. */
  readonly #running = new Map<Account, boolean>();

  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Pick<Rooms, 'jidOf'>,
    private readonly faces: RoomFaces,
    private readonly pubsub: UserPubsub,
    privileges: Pick<Privileges, 'onChange'>,
  ) {
    this.#notes = new BookmarkNotes(context);
    privileges.onChange((domain) => {
      for (const account of this.#listed)
        if (parseJid(account.owner).domain === domain) this.#schedule(account);
    });
  }

  /** The account's list of rooms is known, or another than before. */
  changed(account: Account): void {
    this.#listed.add(account);
    this.#schedule(account);
  }

  /** Whether the user wants bookmarks. Rejects with the store's error. */
  wanted(account: Account): Promise<boolean> {
    return this.#notes.wanted(account);
  }

  /** The user's choice; without them those that he has not touched go. Rejects with the store's error. */
  async want(account: Account, wanted: boolean): Promise<void> {
    if (wanted === (await this.#notes.wanted(account))) return;
    await this.#notes.want(account, wanted);
    this.#schedule(account);
  }

  /** The account is about to be erased: its bookmarks go, as far as that is possible. Never rejects. */
  async forget(account: Account): Promise<void> {
    this.#listed.delete(account);
    try {
      await this.#bring(account, new Map());
    } catch (error) {
      this.context.log.warn({ err: error }, 'the bookmarks of a removed account stay');
    }
  }

  #schedule(account: Account): void {
    if (!account.registered || !this.pubsub.may(account.owner, true)) return;
    if (this.#running.has(account)) {
      this.#running.set(account, true);
      return;
    }
    this.#running.set(account, false);
    this.#slots
      .run(() => this.#run(account))
      .catch((error: unknown) => {
        this.context.log.warn({ err: error }, 'bookmarks could not be brought up to date');
      })
      .finally(() => {
        const again = this.#running.get(account) ?? false;
        this.#running.delete(account);
        if (again) this.#schedule(account);
      });
  }

  async #run(account: Account): Promise<void> {
    if (!this.#listed.has(account)) return;
    const wanted = await this.#notes.wanted(account);
    const names = new Map<string, string>();
    for (const room of wanted ? this.faces.listed(account) : []) {
      const name = this.faces.of(account, room)?.name;
      names.set(
        this.rooms.jidOf(room),
        name ?? this.context.gateway.addresses.format({ kind: 'room', id: room }),
      );
    }
    await this.#bring(account, names);
  }

  /** Brings the bookmarks in line with these rooms, by bare JID. */
  async #bring(account: Account, names: ReadonlyMap<string, string>): Promise<void> {
    const notes = await this.#notes.of(account);
    const steps = [...new Set([...notes.keys(), ...names.keys()])]
      .map((jid): Step => ({ jid, note: notes.get(jid), name: names.get(jid) }))
      .filter(({ note, name }) => !note || name === undefined || (note.name !== '' && note.name !== name));
    for (let start = 0; start < steps.length; start += BATCH) {
      const batch = steps.slice(start, start + BATCH);
      const ids = batch.map(({ jid }) => jid);
      const items = await this.pubsub.items(account.owner, NS.BOOKMARKS, ids);
      if (items === 'unknown') return;
      for (const step of batch) if (!(await this.#take(account, step, items.get(step.jid)))) return;
    }
  }

  /** False when the server takes no more. */
  async #take(account: Account, { jid, note, name }: Step, item: XmlElement | undefined): Promise<boolean> {
    const ours = item !== undefined && note !== undefined && note.name !== '' && isUntouched(item, note.name);
    if (name === undefined) {
      if (ours && !(await this.pubsub.retract(account.owner, NS.BOOKMARKS, jid))) return false;
      await this.#notes.delete(account, jid);
      return true;
    }
    // One that is there was not made by the gateway, or is not as it was; one that is not there any more, he has removed.
    if (note ? !ours : item !== undefined) {
      await this.#notes.set(account, jid, { name: '' });
      return true;
    }
    if (!(await this.pubsub.publish(account.owner, NS.BOOKMARKS, jid, bookmarkElement(name)))) return false;
    await this.#notes.set(account, jid, { name });
    return true;
  }
}
