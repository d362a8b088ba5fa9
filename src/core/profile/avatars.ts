import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import type { Account } from '../account/account.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import type { PictureFetch } from './picture-fetch.js';

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
  readonly #listeners: ((
    account: Account,
    contact: ContactId,
    picture: AvatarPicture | undefined,
  ) => void)[] = [];

  constructor(
    private readonly context: Pick<DomainContext, 'media' | 'log'>,
    private readonly books: ContactBooks,
    private readonly viewers: PictureViewers,
    private readonly fetch: PictureFetch,
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
    const people = account.session?.people;
    const open = people?.avatar && (async () => people.avatar?.(contact, avatar));
    const picture = await this.fetch.picture(keyOf(contact, avatar), shown, open);
    if (picture) await this.#note({ account, contact, avatar }, picture);
    return picture;
  }

  /**
   * Removes the pictures of an account that is about to be erased, and these `besides`, by SHA-1; others who see them
   * get them again. Never rejects.
   */
  async forget(account: Account, besides: readonly string[]): Promise<void> {
    try {
      const book = await this.books.of(account);
      const hashes = new Set<string>();
      for (const { photo } of book.all()) if (photo !== '') hashes.add(photo);
      for (const photo of besides) hashes.add(photo);
      await this.context.media.pictures.forget([...hashes]);
    } catch (error) {
      this.context.log.warn({ err: error }, 'the pictures of a removed account stay until they are too old');
    }
  }

  #shown(account: Account, { contact, avatar, photo }: ContactRecord): void {
    if (avatar === '' || photo !== '' || !account.session?.people?.avatar) return;
    const wanted = contact as ContactId;
    if (!this.fetch.worthwhile(keyOf(wanted, avatar))) return;
    this.picture(account, wanted, avatar).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'the picture of a contact could not be noted');
    });
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
