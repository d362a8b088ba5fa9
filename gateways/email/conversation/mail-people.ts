import type { Readable } from 'node:stream';
import type { Profile } from '../../../src/gateway/contact.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { PeopleFacet, PersonFacts } from '../../../src/gateway/session.js';
import type { EmailContext } from '../context.js';
import type { MailUser } from './mail-user.js';

/** What the mails of a person have told of him. */
export class MailPeople implements PeopleFacet {
  constructor(
    private readonly context: EmailContext,
    private readonly user: MailUser,
  ) {}

  async describe(contact: ContactId): Promise<PersonFacts> {
    const { name } = await this.context.conversations.get(this.user.account.id, contact);
    return { ...(name !== undefined && { name }), lines: [contact] };
  }

  async profile(contact: ContactId): Promise<Profile> {
    const { name, avatar } = await this.context.conversations.get(this.user.account.id, contact);
    return { email: contact, ...(name !== undefined && { name }), ...(avatar && { avatar }) };
  }

  avatar(contact: ContactId, avatar: string): Promise<Readable | undefined> {
    return this.context.faces.open(this.user.account.id, contact, avatar);
  }
}
