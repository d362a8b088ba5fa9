import type { Account } from '../account/account.js';
import type { ClientFeatures } from '../contact/client-features.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import type { IqHandler } from '../iq-router.js';
import { AvatarNotices } from './avatar-notices.js';
import { Avatars, type PictureViewers } from './avatars.js';
import type { PictureFetch } from './picture-fetch.js';
import { profileHandlers } from './profile-handlers.js';
import { Profiles } from './profiles.js';

/** Those who see contacts, and what their clients can do. */
export interface ProfileViewers extends PictureViewers {
  readonly clients: Pick<ClientFeatures, 'of'>;
}

/** Cards and pictures of people, for one gateway domain, assembled. */
export class ContactProfiles {
  readonly #avatars: Avatars;
  readonly #profiles: Profiles;

  constructor(
    context: DomainContext,
    books: ContactBooks,
    viewers: ProfileViewers,
    fetch: PictureFetch,
    /** SHA-1 of pictures that the account has been shown besides those of people. */
    private readonly otherPictures: (account: Account) => readonly string[],
  ) {
    this.#avatars = new Avatars(context, books, viewers, fetch);
    this.#profiles = new Profiles(context, books, this.#avatars);
    const notices = new AvatarNotices(context, viewers.clients);
    this.#avatars.onChange((...change) => void notices.changed(...change));
  }

  handlers(): readonly IqHandler[] {
    return profileHandlers(this.#profiles);
  }

  /** The account is about to be erased. */
  forget(account: Account): Promise<void> {
    return this.#avatars.forget(account, this.otherPictures(account));
  }
}
