import type { Profile } from '../../gateway/contact.js';
import type { ContactId } from '../../gateway/ids.js';
import type { PersonFacts } from '../../gateway/session.js';
import type { ContactRecord } from '../../store/contact-store.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { VCard } from '../../xmpp/xep/0054-vcard-temp/vcard.js';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import type { Account } from '../account/account.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { DomainContext } from '../domain.js';
import type { Avatars } from './avatars.js';

/** UTF-16 units that are shown of a line, and of a text; a network may say anything. */
const LINE_LENGTH = 300;
const TEXT_LENGTH = 5_000;

/** What a link may begin with; others would be followed by clients at the user's peril. */
const LINK = /^https?:\/\//i;

/** What the network told of a person, asked on the user's own connection. */
interface Known {
  readonly record: ContactRecord | undefined;
  readonly profile: Profile | undefined;
  readonly facts: PersonFacts | undefined;
}

/** What users may know of people: names, ways to reach them, pictures (G06). */
export class Profiles {
  constructor(
    private readonly context: Pick<DomainContext, 'gateway'>,
    private readonly books: ContactBooks,
    private readonly avatars: Avatars,
  ) {}

  /**
   * The card of a person, with the picture where it is wanted and can be had.
   * @throws {StanzaError} `item-not-found` for nobody @throws {GatewayError} when the network refuses
   */
  async card(account: Account, contact: ContactId, withPhoto: boolean): Promise<VCard> {
    const known = await this.#ask(account, contact);
    const picture = withPhoto ? await this.#picture(account, contact, known) : undefined;
    return { ...this.#cardOf(contact, known), ...(picture && { photo: picture.data }) };
  }

  /** The person's picture. Rejects as {@link card}. */
  async picture(account: Account, contact: ContactId): Promise<AvatarPicture | undefined> {
    const record = (await this.books.of(account)).get(contact);
    // Who is on the network's list is as the list says.
    if (record?.listed)
      return this.#picture(account, contact, { record, profile: undefined, facts: undefined });
    return this.#picture(account, contact, await this.#ask(account, contact));
  }

  async #ask(account: Account, contact: ContactId): Promise<Known> {
    const record = (await this.books.of(account)).get(contact);
    const people = account.session?.people;
    if (!people?.profile) return { record, profile: undefined, facts: await people?.describe(contact) };
    const profile = await people.profile(contact);
    if (!profile && !record?.listed) throw new StanzaError('item-not-found');
    return { record, profile, facts: undefined };
  }

  #picture(
    account: Account,
    contact: ContactId,
    { record, profile }: Known,
  ): Promise<AvatarPicture | undefined> {
    const avatar = (record?.listed ? record.avatar : '') || (profile?.avatar ?? '');
    return avatar === '' ? Promise.resolve(undefined) : this.avatars.picture(account, contact, avatar);
  }

  #cardOf(contact: ContactId, { record, profile = {}, facts }: Known): VCard {
    const address = this.context.gateway.addresses.format({ kind: 'contact', id: contact });
    const name = profile.name || facts?.name || record?.name || address;
    const { phone, email, url, note } = profile;
    const lines = facts?.lines ?? [];
    return {
      formattedName: line(name),
      nickname: line(profile.nick || address),
      ...(phone && { phone: line(phone) }),
      ...(email && { email: line(email) }),
      ...(url && LINK.test(url) && { url: line(url) }),
      ...(note && { note: note.slice(0, TEXT_LENGTH) }),
      ...(lines.length > 0 && { description: lines.join('\n').slice(0, TEXT_LENGTH) }),
    };
  }
}

function line(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, LINE_LENGTH);
}
