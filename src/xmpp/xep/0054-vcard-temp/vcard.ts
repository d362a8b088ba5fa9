import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** What is known of somebody, for `vcard-temp` (XEP-0054 §4). */
export interface VCard {
  /** Full name. */
  readonly formattedName?: string;
  readonly nickname?: string;
  /** International format with `+`. */
  readonly phone?: string;
  readonly email?: string;
  readonly url?: string;
  /** What he says of himself. */
  readonly note?: string;
  /** What others know of him. */
  readonly description?: string;
  /** PNG. */
  readonly photo?: Buffer;
}

/** The `<vCard/>` element. */
export function vcardElement(card: VCard): XmlElement {
  const { phone, email, photo } = card;
  return el(
    'vCard',
    NS.VCARD,
    null,
    field('FN', card.formattedName),
    field('NICKNAME', card.nickname),
    phone !== undefined && el('TEL', NS.VCARD, null, field('NUMBER', phone)),
    email !== undefined && el('EMAIL', NS.VCARD, null, field('USERID', email)),
    field('URL', card.url),
    field('NOTE', card.note),
    field('DESC', card.description),
    photo &&
      el('PHOTO', NS.VCARD, null, field('TYPE', 'image/png'), field('BINVAL', photo.toString('base64'))),
  );
}

function field(name: string, value: string | undefined): XmlElement | undefined {
  return value === undefined ? undefined : el(name, NS.VCARD, null, value);
}
