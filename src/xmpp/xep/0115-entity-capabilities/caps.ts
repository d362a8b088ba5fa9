import { createHash } from 'node:crypto';
import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { type DataForm, FORM_TYPE, formTypeOf } from '../0004-data-forms/data-form.js';
import type { DiscoInfo } from '../0030-service-discovery/disco.js';

/** Octet order, as XEP-0115 §5.1 asks for: JavaScript's own order differs outside the BMP. */
function byOctets(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function formString(form: DataForm): string {
  const fields = form.fields
    .filter((field) => field.var !== undefined && field.var !== FORM_TYPE)
    .sort((a, b) => byOctets(a.var ?? '', b.var ?? ''))
    .map(
      (field) =>
        `${field.var}<${[...field.values]
          .sort(byOctets)
          .map((value) => `${value}<`)
          .join('')}`,
    );
  return `${formTypeOf(form)}<${fields.join('')}`;
}

/** The string that is hashed (XEP-0115 §5.1). */
function capsString(info: DiscoInfo): string {
  const identities = info.identities
    .map(({ category, type, lang, name }) => `${category}/${type}/${lang ?? ''}/${name ?? ''}<`)
    .sort(byOctets);
  const features = [...info.features].sort(byOctets).map((feature) => `${feature}<`);
  const forms = (info.forms ?? [])
    .filter((form) => formTypeOf(form) !== undefined)
    .sort((a, b) => byOctets(formTypeOf(a) ?? '', formTypeOf(b) ?? ''))
    .map(formString);
  return [...identities, ...features, ...forms].join('');
}

/** The `ver` of the entity: SHA-1 of {@link capsString} in Base64. */
export function capsVer(info: DiscoInfo): string {
  return createHash('sha1').update(capsString(info)).digest('base64');
}

/** The `<c/>` of a presence; the entity answers disco#info on `node#ver`. */
export function capsElement(node: string, ver: string): XmlElement {
  return el('c', NS.CAPS, { hash: 'sha-1', node, ver });
}

/** Longest `ver` that is read: SHA-1 in Base64 has 28 characters. */
const VER_MAX = 64;

/** The `ver` in a presence, if it is of the hash that {@link capsVer} makes. */
export function readCaps(presence: XmlElement): string | undefined {
  const { hash, ver } = presence.child('c', NS.CAPS)?.attrs ?? {};
  return hash === 'sha-1' && ver !== undefined && ver.length <= VER_MAX ? ver : undefined;
}
