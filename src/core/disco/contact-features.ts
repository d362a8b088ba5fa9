import type { ContactId } from '../../gateway/ids.js';
import type { Session } from '../../gateway/session.js';
import { NS } from '../../xmpp/namespace.js';
import type { DiscoInfo } from '../../xmpp/xep/0030-service-discovery/disco.js';
import type { Account } from '../account/account.js';
import type { ContactBooks } from '../contact/contact-book.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { messageFeatures, reactionForms } from './message-features.js';
import { capsXml, type InfoContext } from './service-info.js';

/** What every person has, whatever his network can do. */
const FEATURES = [NS.DISCO_INFO, NS.DISCO_ITEMS, NS.CAPS, NS.LAST, NS.VCARD] as const;

/** Where pictures can be had as items of nodes (XEP-0163 §6). */
const PEP = { category: 'pubsub', type: 'pep' };
const NODES = [NS.PUBSUB, `${NS.PUBSUB}#retrieve-items`];

/** Sets of features whose hash is remembered: one per combination of what sessions can do. */
const REMEMBERED_SETS = 256;

/** What people of the network are and can do, as the user's own connection carries it (B09, B10, B12, F20). */
export class ContactFeatures {
  readonly #caps = new BoundedMap<string, string>(REMEMBERED_SETS);

  constructor(
    private readonly context: InfoContext,
    private readonly books: ContactBooks,
  ) {}

  /** The same for people that exist and people that do not, unless the user knows more of them (B11). */
  async info(account: Account, contact: ContactId): Promise<DiscoInfo> {
    const noReply = (await this.books.of(account)).get(contact)?.noReply ?? false;
    return contactInfo(this.context, account.session, contact, noReply);
  }

  /** The `<c/>` of a person's presence, as XML text; none for a part of the network, which is no person. */
  caps(account: Account, contact: ContactId | undefined): string {
    if (contact === undefined) return '';
    const noReply = this.books.loaded(account)?.get(contact)?.noReply ?? false;
    const info = contactInfo(this.context, account.session, contact, noReply);
    const key = JSON.stringify([info.identities, info.features, info.forms]);
    const known = this.#caps.get(key);
    if (known !== undefined) return known;
    const made = capsXml(this.context, info);
    this.#caps.set(key, made);
    return made;
  }
}

/** One person. `noReply`: takes no messages (XEP-0506, B18). */
function contactInfo(
  { gateway }: InfoContext,
  session: Session | undefined,
  id: ContactId,
  noReply: boolean,
): DiscoInfo {
  const pictures = session?.people?.avatar !== undefined;
  const account = [{ category: 'account', type: 'registered' }, ...(pictures ? [PEP] : [])];
  const features = [...FEATURES, ...(pictures ? NODES : [])];
  if (noReply)
    return {
      identities: [...account, { category: 'client', type: 'bot' }],
      features: [...features, NS.NOREPLY],
    };
  const forms = session ? reactionForms(session, { kind: 'contact', id }) : [];
  return {
    identities: [...account, { category: 'client', type: gateway.contactType }],
    features: [...features, ...(session ? messageFeatures(session) : [])],
    ...(forms.length > 0 && { forms }),
  };
}
