import { v7 as uuidv7 } from 'uuid';
import type { ContactId } from '../../gateway/ids.js';
import { el } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import { itemsEvent } from '../../xmpp/xep/0060-publish-subscribe/pubsub.js';
import { type AvatarPicture, avatarMetadata } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import type { Account } from '../account/account.js';
import type { ClientFeatures } from '../contact/client-features.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';

/** The feature of clients that want to hear of new pictures (XEP-0163 §4.3.2). */
const WANTED = `${NS.AVATAR_METADATA}+notify`;

/** The id of the item that says that there is no picture. */
const NONE = 'none';

/** Tells of a changed picture to those clients that ask for it (XEP-0084 §4.3). */
export class AvatarNotices {
  constructor(
    private readonly context: Pick<DomainContext, 'sink' | 'gateway' | 'options'>,
    private readonly clients: Pick<ClientFeatures, 'of'>,
  ) {}

  /** Resolves when it has been sent; never rejects, since clients that do not answer want nothing. */
  async changed(account: Account, contact: ContactId, picture: AvatarPicture | undefined): Promise<void> {
    const from = findJid(this.context, { kind: 'contact', id: contact });
    if (from === undefined) return;
    const event = itemsEvent(NS.AVATAR_METADATA, [
      { id: picture?.hash ?? NONE, payload: avatarMetadata(picture) },
    ]);
    await Promise.all(
      [...account.resources.keys()].map(async (to) => {
        const features = await this.clients.of(account, to);
        if (!features.has(WANTED) || !account.resources.has(to)) return;
        const stanza = el('message', NS.COMPONENT, { from, to, type: 'headline', id: uuidv7() }, event);
        this.context.sink.send(stanza.toString(NS.COMPONENT));
      }),
    );
  }
}
