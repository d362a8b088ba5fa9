import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** What is known of somebody, for `vcard-temp` (XEP-0054 §4). */
export interface VCard {
  /** Full name. */
  readonly formattedName?: string;
  readonly nickname?: string;
  readonly description?: string;
  readonly url?: string;
}

/** The `<vCard/>` element. */
export function vcardElement(card: VCard): XmlElement {
  const field = (name: string, value: string | undefined) =>
    value !== undefined && el(name, NS.VCARD, null, value);
  return el(
    'vCard',
    NS.VCARD,
    null,
    field('FN', card.formattedName),
    field('NICKNAME', card.nickname),
    field('URL', card.url),
    field('DESC', card.description),
  );
}
