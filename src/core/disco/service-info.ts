import { NS } from '../../xmpp/namespace.js';
import type { DiscoIdentity, DiscoInfo } from '../../xmpp/xep/0030-service-discovery/disco.js';
import { capsElement, capsVer } from '../../xmpp/xep/0115-entity-capabilities/caps.js';
import { serverInfoForm } from '../../xmpp/xep/0157-contact-addresses/server-info.js';
import type { DomainContext } from '../domain.js';
import { dataPolicyForms } from './data-policy.js';

/** What discovery is answered from. */
export type InfoContext = Pick<DomainContext, 'options' | 'gateway' | 'translator'>;

const FEATURES = [
  NS.DISCO_INFO,
  NS.DISCO_ITEMS,
  NS.CAPS,
  NS.GATEWAY,
  NS.COMMANDS,
  NS.PING,
  NS.VERSION,
  NS.LAST,
  NS.TIME,
  NS.VCARD,
  NS.ROSTERX,
  NS.BOB,
  NS.JID_ESCAPING,
] as const;

const ROOM_FEATURES = [NS.MUC, NS.MUC_STABLE_ID, 'muc_rooms'] as const;

/**
 * What the gateway itself is and can do (B01-B03, B16, E11). The same for everybody who may register (with search
 * where his network has it), and without registration for everybody else; in the operator's language, because the
 * names are part of the hash of entity capabilities.
 */
export function serviceInfo(context: InfoContext, mayRegister: boolean, searchable: boolean): DiscoInfo {
  const { gateway, options } = context;
  const form = serverInfoForm(options.contact);
  return {
    identities: serviceIdentities(context),
    features: [
      ...FEATURES,
      ...(mayRegister ? [NS.REGISTER] : []),
      ...(mayRegister && searchable ? [NS.SEARCH] : []),
      ...(conferenceOf(gateway) === undefined ? [] : ROOM_FEATURES),
    ],
    forms: [...(form ? [form] : []), ...dataPolicyForms(context)],
  };
}

/** The gateway's identity is first: clients that look at one identity alone must see no chat service (B03, B04). */
function serviceIdentities({ gateway, options, translator }: InfoContext): readonly DiscoIdentity[] {
  const name = translator.say(gateway.name, options.language);
  const type = conferenceOf(gateway);
  return [
    { category: 'gateway', type: gateway.identityType, name },
    ...(type === undefined ? [] : [{ category: 'conference', type, name }]),
  ];
}

function conferenceOf({ conferenceType, hostsRooms }: InfoContext['gateway']): string | undefined {
  return conferenceType ?? (hostsRooms ? 'text' : undefined);
}

/** What a part of the network is: a place to find rooms at. */
export function placeInfo({ gateway }: InfoContext, name: string): DiscoInfo {
  const { conferenceType } = gateway;
  return {
    identities: [
      conferenceType === undefined
        ? { category: 'gateway', type: gateway.identityType, name }
        : { category: 'conference', type: conferenceType, name },
    ],
    features: [
      NS.DISCO_INFO,
      NS.DISCO_ITEMS,
      NS.COMMANDS,
      NS.PING,
      ...(conferenceType === undefined ? [] : [NS.MUC]),
    ],
  };
}

/** The node of entity capabilities: a URI that names the gateway itself (XEP-0115 §4). */
function capsNode(context: InfoContext): string {
  return `xmpp:${context.options.domain}`;
}

/**
 * The `<c/>` of presences of the gateway, as XML text. Such presences go to users who may register only, so it is
 * the hash of what they see; another one when the operator has changed what it tells (B12).
 */
export class ServiceCaps {
  readonly #made = new Map<boolean, { readonly key: string; readonly xml: string }>();

  constructor(private readonly context: InfoContext) {}

  xml(searchable: boolean): string {
    const info = serviceInfo(this.context, true, searchable);
    const key = JSON.stringify([info.identities, info.features, info.forms]);
    const known = this.#made.get(searchable);
    if (known?.key === key) return known.xml;
    const xml = capsXml(this.context, info);
    this.#made.set(searchable, { key, xml });
    return xml;
  }
}

/** The `<c/>` of a presence of an entity of the gateway, as XML text (B12). */
export function capsXml(context: InfoContext, info: DiscoInfo): string {
  return capsElement(capsNode(context), capsVer(info)).toString(NS.COMPONENT);
}

/** The info for a request's node: none, or `node#ver` of this very info (B12); undefined for any other. */
export function atNode(
  context: InfoContext,
  info: DiscoInfo,
  node: string | undefined,
): DiscoInfo | undefined {
  if (node === undefined || node === '') return info;
  return node === `${capsNode(context)}#${capsVer(info)}` ? { ...info, node } : undefined;
}
