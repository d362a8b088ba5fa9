import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { vcardElement } from '../../xmpp/xep/0054-vcard-temp/vcard.js';
import {
  itemsResult,
  type PubsubItem,
  parseItemsRequest,
  unsupportedPubsub,
} from '../../xmpp/xep/0060-publish-subscribe/pubsub.js';
import { avatarData, avatarMetadata } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import { nickItem } from '../../xmpp/xep/0172-user-nickname/nick.js';
import { VCARD4_NODE, vcard4Element } from '../../xmpp/xep/0292-vcard4/vcard4.js';
import type { Account } from '../account/account.js';
import type { IqHandler, IqRequest } from '../iq-router.js';
import type { Profiles } from './profiles.js';

/** Id of the one item of a node that has but one (XEP-0060 §12.8). */
const CURRENT = 'current';

/** Cards, nicknames and pictures of people (G06, G07, G09); strangers learn nothing, whoever they ask for (B11). */
export function profileHandlers(profiles: Profiles): readonly IqHandler[] {
  return [
    {
      ns: NS.VCARD,
      name: 'vCard',
      targets: ['contact'],
      get: async (request) => {
        const { account, contact } = asked(request);
        return vcardElement(await profiles.card(account, contact, true));
      },
      set: () => {
        throw new StanzaError('forbidden');
      },
    },
    {
      ns: NS.PUBSUB,
      name: 'pubsub',
      targets: ['contact'],
      get: async (request) => {
        const from = asked(request);
        const wanted = parseItemsRequest(request.payload);
        if (!wanted) throw unsupportedPubsub('subscribe');
        const item = await itemOf(profiles, from, wanted.node);
        // Clients that look for keys hear at once that there are none, and go on in plain text (F11).
        if (!item || (wanted.ids && !wanted.ids.has(item.id))) throw new StanzaError('item-not-found');
        return itemsResult(wanted.node, [item]);
      },
      set: (request) => {
        asked(request);
        if (request.payload.child('publish', NS.PUBSUB)) throw new StanzaError('forbidden');
        throw unsupportedPubsub('subscribe');
      },
    },
  ];
}

type Asked = { readonly account: Account; readonly contact: Parameters<Profiles['card']>[1] };

function asked({ account, target }: IqRequest): Asked {
  if (!account || target.kind !== 'contact') throw new StanzaError('service-unavailable');
  return { account, contact: target.id };
}

async function itemOf(
  profiles: Profiles,
  { account, contact }: Asked,
  node: string,
): Promise<PubsubItem | undefined> {
  switch (node) {
    case VCARD4_NODE:
      return { id: CURRENT, payload: vcard4Element(await profiles.card(account, contact, false)) };
    case NS.NICK: {
      const { nickname = '' } = await profiles.card(account, contact, false);
      return { id: CURRENT, payload: nickItem(nickname) };
    }
    case NS.AVATAR_METADATA:
    case NS.AVATAR_DATA: {
      const picture = await profiles.picture(account, contact);
      const make = node === NS.AVATAR_DATA ? avatarData : avatarMetadata;
      return picture && { id: picture.hash, payload: make(picture) };
    }
    default:
      return undefined;
  }
}
