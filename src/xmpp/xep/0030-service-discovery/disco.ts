import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { type DataForm, dataFormElement, parseDataForm } from '../0004-data-forms/data-form.js';

/** XEP-0030 §3.1. */
export interface DiscoIdentity {
  readonly category: string;
  readonly type: string;
  readonly name?: string;
  readonly lang?: string;
}

/** What an entity is and can do. Order of the identities is kept: some clients look at the first alone. */
export interface DiscoInfo {
  readonly identities: readonly DiscoIdentity[];
  readonly features: readonly string[];
  /** XEP-0128, each with a hidden FORM_TYPE and type `result`. */
  readonly forms?: readonly DataForm[];
  /** Copied from the request. */
  readonly node?: string;
}

/** XEP-0030 §4. */
export interface DiscoItem {
  readonly jid: string;
  readonly node?: string;
  readonly name?: string;
}

/** The `<query/>` of a disco#info result. */
export function discoInfoResult(info: DiscoInfo): XmlElement {
  return el(
    'query',
    NS.DISCO_INFO,
    { node: info.node },
    ...info.identities.map(({ category, type, name, lang }) =>
      el('identity', NS.DISCO_INFO, { category, type, name, 'xml:lang': lang }),
    ),
    ...info.features.map((feature) => el('feature', NS.DISCO_INFO, { var: feature })),
    ...(info.forms ?? []).map(dataFormElement),
  );
}

/** The `<query/>` of a disco#items result; `extra` are further children, such as a page's place (XEP-0059). */
export function discoItemsResult(
  items: readonly DiscoItem[],
  node?: string,
  ...extra: readonly XmlElement[]
): XmlElement {
  return el(
    'query',
    NS.DISCO_ITEMS,
    { node },
    ...items.map((item) => el('item', NS.DISCO_ITEMS, { ...item })),
    ...extra,
  );
}

/** The query that asks an entity what it is. */
export function discoInfoQuery(): XmlElement {
  return el('query', NS.DISCO_INFO);
}

/** Identities, features and forms read from one answer at most. */
const READ_MAX = 500;

/** Reads the `<query/>` of a disco#info result; what is malformed in it is left out. */
export function readDiscoInfo(query: XmlElement | undefined): DiscoInfo {
  const children = query?.elements().slice(0, READ_MAX) ?? [];
  const named = (name: string) =>
    children.filter((child) => child.name === name && child.ns === NS.DISCO_INFO);
  return {
    identities: named('identity').map(({ attrs }) => {
      const { category = '', type = '', name, 'xml:lang': lang } = attrs;
      return { category, type, ...(name !== undefined && { name }), ...(lang !== undefined && { lang }) };
    }),
    features: named('feature').flatMap(({ attrs }) => attrs.var ?? []),
    forms: children.filter((child) => child.ns === NS.DATA).flatMap((x) => parseDataForm(x) ?? []),
  };
}
