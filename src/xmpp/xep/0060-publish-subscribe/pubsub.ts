import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { StanzaError } from '../../stanza-error.js';

/** Item ids that one request may name; more are not looked at. */
const ITEMS_MAX = 10;

/** A wish to read items of a node (XEP-0060 §6.5). */
export interface ItemsRequest {
  readonly node: string;
  /** Ids of the items that are wanted; undefined: all. */
  readonly ids: ReadonlySet<string> | undefined;
}

/** One item of a node. */
export interface PubsubItem {
  readonly id: string;
  readonly payload: XmlElement;
}

/** Reads a `<pubsub/>` of an IQ get; undefined when it asks for anything but items. */
export function parseItemsRequest(pubsub: XmlElement): ItemsRequest | undefined {
  const items = pubsub.child('items', NS.PUBSUB);
  const node = items?.attrs.node;
  if (!items || node === undefined) return undefined;
  const ids = items
    .childrenNamed('item', NS.PUBSUB)
    .slice(0, ITEMS_MAX)
    .flatMap(({ attrs }) => attrs.id ?? []);
  return { node, ids: ids.length > 0 ? new Set(ids) : undefined };
}

/** The answer: items of a node. */
export function itemsResult(node: string, items: readonly PubsubItem[]): XmlElement {
  return el(
    'pubsub',
    NS.PUBSUB,
    null,
    el('items', NS.PUBSUB, { node }, ...items.map(itemElement(NS.PUBSUB))),
  );
}

/** What is sent to those who want to hear of a node (XEP-0060 §12.1). */
export function itemsEvent(node: string, items: readonly PubsubItem[]): XmlElement {
  return el(
    'event',
    NS.PUBSUB_EVENT,
    null,
    el('items', NS.PUBSUB_EVENT, { node }, ...items.map(itemElement(NS.PUBSUB_EVENT))),
  );
}

function itemElement(ns: string): (item: PubsubItem) => XmlElement {
  return ({ id, payload }) => el('item', ns, { id }, payload);
}

/** The error for a use of publish-subscribe that is not offered (XEP-0060 §14.3). */
export function unsupportedPubsub(feature: string): StanzaError {
  return new StanzaError('feature-not-implemented', {
    type: 'cancel',
    appConditions: [el('unsupported', NS.PUBSUB_ERRORS, { feature })],
  });
}
