import type { Readable } from 'node:stream';
import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import type { Account } from '../account/account.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { WorkSlots } from '../limit/work-slots.js';

/** Pictures fetched from the network at a time, and further ones that wait; whoever comes later waits to be shown again. */
const FETCHES = 4;
const WAITING = 20_000;
/** How long the network may take to begin a picture, in milliseconds. */
const FETCH_TIMEOUT_MS = 30_000;
/** Pictures whose hash is remembered by the network's id of them. */
const REMEMBERED = 50_000;

/** Those who are shown contacts. */
export interface PictureViewers {
  /** Calls back when a contact is shown to a user as available. */
  onShown(listener: (account: Account, record: ContactRecord) => void): void;
  /** Whether the user sees the contact as available now. */
  isShown(account: Account, contact: ContactId): boolean;
  /** Shows the contact again if that says anything new. */
  showAgain(account: Account, record: ContactRecord): void;
}

/** A picture that the network names. */
interface Wanted {
  readonly account: Account;
  readonly contact: ContactId;
  /** The network's id of it. */
  readonly avatar: string;
}

/**
 * Pictures of people. Fetched when a contact is shown whose picture is not known, or when a client asks; never for
 * whole contact lists, and each once for all users who see it.
 */
export class Avatars {
  readonly #slots = new WorkSlots(FETCHES, WAITING);
  /** SHA-1 by contact and avatar; empty where there is no usable picture. */
  readonly #hashes = new BoundedMap<string, string>(REMEMBERED);
  readonly #fetching = new Map<string, Promise<AvatarPicture | undefined>>();
  readonly #listeners: ((
    account: Account,
    contact: ContactId,
    picture: AvatarPicture | undefined,
  ) => void)[] = [];

  constructor(
    private readonly context: DomainContext,
    private readonly books: ContactBooks,
    private readonly viewers: PictureViewers,
  ) {
    viewers.onShown((account, record) => this.#shown(account, record));
    books.onChange((account, after, before) => {
      if (!before || after.avatar === before.avatar) return;
      const contact = after.contact as ContactId;
      if (after.avatar !== '') {
        if (viewers.isShown(account, contact)) this.#shown(account, after);
      } else if (before.photo !== '') {
        viewers.showAgain(account, after);
        this.#tell(account, contact, undefined);
      }
    });
  }

  /** Calls back when a user's contact has another picture, or none any more. */
  onChange(
    listener: (account: Account, contact: ContactId, picture: AvatarPicture | undefined) => void,
  ): void {
    this.#listeners.push(listener);
  }

  /** The picture that a user may see; `avatar` is the network's id of it. Undefined when there is none to be had. */
  async picture(account: Account, contact: ContactId, avatar: string): Promise<AvatarPicture | undefined> {
    const record = (await this.books.of(account)).get(contact);
    const shown = record?.avatar === avatar ? record.photo : '';
    const hash = shown || this.#hashes.get(keyOf(contact, avatar));
    const kept = hash ? await this.context.media.pictures.read(hash) : undefined;
    if (kept) return kept;
    const picture = await this.#fetch({ account, contact, avatar });
    if (picture) await this.#note({ account, contact, avatar }, picture);
    return picture;
  }

  /** Removes the pictures of an account that is about to be erased; others who see them get them again. Never rejects. */
  async forget(account: Account): Promise<void> {
    try {
      const book = await this.books.of(account);
      const hashes = new Set<string>();
      for (const { photo } of book.all()) if (photo !== '') hashes.add(photo);
      await this.context.media.pictures.forget([...hashes]);
    } catch (error) {
      this.context.log.warn({ err: error }, 'the pictures of a removed account stay until they are too old');
    }
  }

  #shown(account: Account, { contact, avatar, photo }: ContactRecord): void {
    if (avatar === '' || photo !== '' || !account.session?.people?.avatar) return;
    const wanted: Wanted = { account, contact: contact as ContactId, avatar };
    const key = keyOf(wanted.contact, avatar);
    if (this.#hashes.get(key) === '' || (this.#slots.full && !this.#fetching.has(key))) return;
    this.picture(account, wanted.contact, avatar).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'the picture of a contact could not be noted');
    });
  }

  /** One at a time for all who want the same. */
  #fetch(wanted: Wanted): Promise<AvatarPicture | undefined> {
    const key = keyOf(wanted.contact, wanted.avatar);
    const running = this.#fetching.get(key);
    if (running) return running;
    const fetching = this.#slots
      .run(() => this.#ask(wanted))
      .catch((error: unknown) => {
        this.context.log.debug({ err: error }, 'a picture could not be had');
        return undefined;
      })
      .finally(() => this.#fetching.delete(key));
    this.#fetching.set(key, fetching);
    return fetching;
  }

  /** What is refused or no picture is not asked for again while it is remembered. */
  async #ask({ account, contact, avatar }: Wanted): Promise<AvatarPicture | undefined> {
    const people = account.session?.people;
    if (!people?.avatar) return undefined;
    let picture: AvatarPicture | undefined;
    try {
      const source = await inTime(people.avatar(contact, avatar));
      picture = source && (await this.context.media.pictures.take(source));
    } finally {
      this.#hashes.set(keyOf(contact, avatar), picture?.hash ?? '');
    }
    return picture;
  }

  /** The contact is shown with it from now on. */
  async #note({ account, contact, avatar }: Wanted, picture: AvatarPicture): Promise<void> {
    const book = await this.books.of(account);
    const record = book.get(contact);
    if (record?.avatar !== avatar || record.photo === picture.hash) return;
    const changed = book.change(contact, { photo: picture.hash });
    const after = book.get(contact);
    if (after && this.viewers.isShown(account, contact)) {
      this.viewers.showAgain(account, after);
      this.#tell(account, contact, picture);
    }
    await changed;
  }

  #tell(account: Account, contact: ContactId, picture: AvatarPicture | undefined): void {
    for (const listener of this.#listeners) listener(account, contact, picture);
  }
}

function keyOf(contact: ContactId, avatar: string): string {
  return `${contact}\n${avatar}`;
}

/** A picture that comes too late is closed. */
async function inTime(asked: Promise<Readable | undefined>): Promise<Readable | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(new Error('the network sends no picture'));
    }, FETCH_TIMEOUT_MS);
  });
  asked.then(
    (source) => over && source?.destroy(),
    () => undefined,
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
