import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { dataFormElement, formTypeField } from '../0004-data-forms/data-form.js';
import type { PubsubItem } from './pubsub.js';

/** The scope of publish options (XEP-0060 §7.1.5). */
const PUBLISH_OPTIONS = `${NS.PUBSUB}#publish-options`;

/** A node that its owner alone may see and that keeps all items (XEP-0223 §3, XEP-0402 §4.3). */
const OPTIONS: Readonly<Record<string, string>> = {
  'pubsub#persist_items': 'true',
  'pubsub#max_items': 'max',
  'pubsub#send_last_published_item': 'never',
  'pubsub#access_model': 'whitelist',
};

/** Publishes an item, unless the node is one that others may see. */
export function privatePublish(node: string, { id, payload }: PubsubItem): XmlElement {
  const fields = Object.entries(OPTIONS).map(([name, value]) => ({ var: name, values: [value] }));
  return el(
    'pubsub',
    NS.PUBSUB,
    null,
    el('publish', NS.PUBSUB, { node }, el('item', NS.PUBSUB, { id }, payload)),
    el(
      'publish-options',
      NS.PUBSUB,
      null,
      dataFormElement({ type: 'submit', fields: [formTypeField(PUBLISH_OPTIONS), ...fields] }),
    ),
  );
}
