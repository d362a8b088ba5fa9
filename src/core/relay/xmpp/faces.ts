import type { Text } from '../../../gateway/text.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { iqPayload, resultReply } from '../../../xmpp/iq.js';
import { NS } from '../../../xmpp/namespace.js';
import { errorReply, StanzaError } from '../../../xmpp/stanza-error.js';
import { discoInfoResult, discoItemsResult } from '../../../xmpp/xep/0030-service-discovery/disco.js';
import { vcardElement } from '../../../xmpp/xep/0054-vcard-temp/vcard.js';
import {
  itemsResult,
  parseItemsRequest,
  unsupportedPubsub,
} from '../../../xmpp/xep/0060-publish-subscribe/pubsub.js';
import { type AvatarPicture, avatarData, avatarMetadata } from '../../../xmpp/xep/0084-user-avatar/avatar.js';
import { softwareVersionResult } from '../../../xmpp/xep/0092-software-version/software-version.js';
import { renderPhotoUpdate } from '../../../xmpp/xep/0153-vcard-avatars/photo.js';
import { nickItem } from '../../../xmpp/xep/0172-user-nickname/nick.js';
import { entityTimeResult } from '../../../xmpp/xep/0202-entity-time/entity-time.js';
import { VCARD4_NODE, vcard4Element } from '../../../xmpp/xep/0292-vcard4/vcard4.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import { toStanzaError } from '../../message/error-mapper.js';
import type { LegId, Speaker } from '../model.js';
import type { Seat } from './seat.js';
import type { StandIn } from './stand-ins.js';
import type { XmppLegOptions, XmppLegServices } from './xmpp-leg-options.js';

/** Pictures that are remembered; each is a few kilobytes. */
const PICTURES = 200;
/** What whoever stands in for somebody can do that others may want to know. */
const FEATURES: readonly string[] = [
  NS.DISCO_INFO,
  NS.DISCO_ITEMS,
  NS.PING,
  NS.VERSION,
  NS.TIME,
  NS.VCARD,
  NS.CHAT_STATES,
  NS.CORRECT,
  NS.RETRACT,
  NS.REACTIONS,
  NS.REPLY,
];

/** Who is asked, as others may see him. */
interface Face {
  readonly nick: string;
  readonly from?: LegId;
  readonly picture: () => Promise<AvatarPicture | undefined>;
}

/** The public faces of the relay and its stand-ins in a room: what queries are answered with that the room passes on. */
export class Faces {
  readonly #pictures = new BoundedMap<string, AvatarPicture>(PICTURES);

  constructor(
    private readonly options: Pick<XmppLegOptions, 'language'>,
    private readonly services: XmppLegServices,
  ) {}

  /** Answers a request, whatever it is. Never throws. @param standIn undefined: the relay itself is asked */
  answer(iq: XmlElement, seat: Seat, standIn: StandIn | undefined): void {
    const picture = standIn ? () => this.#picture(standIn) : async () => undefined;
    const face: Face = { nick: seat.nick, picture, ...(standIn && { from: standIn.from }) };
    this.#result(iq, face).then(
      (payload) => this.services.send(resultReply(iq, payload)),
      (error: unknown) => {
        const refused = toStanzaError(error, this.services.translator, this.options.language);
        const reply = errorReply(iq, refused);
        if (reply !== undefined) this.services.send(reply);
      },
    );
  }

  /** Shows the picture of somebody who has come in, when there is one. Never rejects. */
  async show(standIn: StandIn, away: boolean): Promise<void> {
    standIn.seat.show(this.#shown(standIn, away));
    if (await this.#picture(standIn)) standIn.seat.show(this.#shown(standIn, away));
  }

  /** What is shown of somebody beside his name, as XML. */
  faceOf(standIn: StandIn, away: boolean): string {
    return this.#shown(standIn, away);
  }

  #shown({ speaker, from }: Pick<StandIn, 'speaker' | 'from'>, away: boolean): string {
    const picture = this.#pictures.get(nameOf(speaker, from));
    return `${away ? '<show>away</show>' : ''}${picture ? renderPhotoUpdate(picture.hash) : ''}${this.services.marks.words(from, [])}`;
  }

  async #picture({ speaker, from }: Pick<StandIn, 'speaker' | 'from'>): Promise<AvatarPicture | undefined> {
    const name = nameOf(speaker, from);
    const known = this.#pictures.get(name);
    if (known) return known;
    try {
      const picture = await this.services.pictureOf(speaker, from);
      if (picture) this.#pictures.set(name, picture);
      return picture;
    } catch (error) {
      this.services.log.debug({ leg: from, err: error }, 'the picture of a speaker could not be had');
      return undefined;
    }
  }

  /** @throws {StanzaError} for what nobody is told */
  async #result(iq: XmlElement, face: Face): Promise<XmlElement | undefined> {
    const payload = iqPayload(iq);
    if (iq.attrs.type !== 'get') {
      const known = payload.ns === NS.VCARD || payload.ns === NS.PUBSUB;
      throw new StanzaError(known ? 'forbidden' : 'service-unavailable');
    }
    switch (`${payload.ns} ${payload.name}`) {
      case `${NS.PING} ping`:
        return undefined;
      case `${NS.DISCO_INFO} query`:
        return this.#info(payload, face);
      case `${NS.DISCO_ITEMS} query`:
        if (payload.attrs.node !== undefined) throw new StanzaError('item-not-found');
        return discoItemsResult([]);
      case `${NS.VERSION} query`:
        return softwareVersionResult(this.services.software);
      case `${NS.TIME} time`:
        return entityTimeResult(new Date(this.services.now()));
      case `${NS.VCARD} vCard`: {
        const photo = (await face.picture())?.data;
        return vcardElement({ ...this.#card(face), ...(photo && { photo }) });
      }
      case `${NS.PUBSUB} pubsub`:
        return this.#item(payload, face);
      default:
        throw new StanzaError('service-unavailable');
    }
  }

  #info(payload: XmlElement, { nick, from }: Face): XmlElement {
    if (payload.attrs.node !== undefined) throw new StanzaError('item-not-found');
    const identity =
      from === undefined ? { category: 'gateway', type: 'xmpp' } : { category: 'client', type: 'bot' };
    return discoInfoResult({ identities: [{ ...identity, name: nick }], features: FEATURES });
  }

  async #item(payload: XmlElement, face: Face): Promise<XmlElement> {
    const wanted = parseItemsRequest(payload);
    if (!wanted) throw unsupportedPubsub('subscribe');
    const item = await this.#node(wanted.node, face);
    if (!item || (wanted.ids && !wanted.ids.has(item.id))) throw new StanzaError('item-not-found');
    return itemsResult(wanted.node, [item]);
  }

  async #node(
    node: string,
    face: Face,
  ): Promise<{ readonly id: string; readonly payload: XmlElement } | undefined> {
    const id = 'current';
    if (node === NS.NICK) return { id, payload: nickItem(face.nick) };
    if (node === VCARD4_NODE) return { id, payload: vcard4Element(this.#card(face)) };
    if (node !== NS.AVATAR_METADATA && node !== NS.AVATAR_DATA) return undefined;
    const picture = await face.picture();
    const make = node === NS.AVATAR_DATA ? avatarData : avatarMetadata;
    return picture && { id: picture.hash, payload: make(picture) };
  }

  /** What everybody in the room can see anyway. */
  #card({ nick, from }: Face): { formattedName: string; nickname: string; description: string } {
    const text: Text =
      from === undefined
        ? { key: 'relay-face-relay' }
        : { key: 'relay-face-stand-in', args: { leg: this.services.labelOf(from) } };
    const description = this.services.translator.say(text, this.options.language);
    return { formattedName: nick, nickname: nick, description };
  }
}

function nameOf({ key }: Speaker, from: LegId): string {
  return `${from}\n${key}`;
}
