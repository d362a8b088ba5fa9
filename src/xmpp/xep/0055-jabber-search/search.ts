import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import {
  type DataForm,
  dataFormElement,
  dataTableElement,
  parseDataForm,
} from '../0004-data-forms/data-form.js';

/** The only fields there are without a form (XEP-0055 §3). */
const PLAIN_FIELDS = ['first', 'last', 'nick', 'email'] as const;
export type SearchField = (typeof PLAIN_FIELDS)[number];

/** What may be searched for. */
export interface SearchOffer {
  readonly instructions: string;
  /** Fields for clients without forms; none where they do not suffice. */
  readonly fields: readonly SearchField[];
  readonly form: DataForm;
}

/** A search as it was submitted. */
export type SearchRequest =
  | { readonly kind: 'form'; readonly form: DataForm }
  | { readonly kind: 'plain'; readonly values: ReadonlyMap<SearchField, string> };

/** One hit. */
export interface FoundItem {
  readonly jid: string;
  readonly name: string;
  /** What else distinguishes it. */
  readonly detail?: string;
}

/** The answer to a get. */
export function searchOffer({ instructions, fields, form }: SearchOffer): XmlElement {
  return el(
    'query',
    NS.SEARCH,
    null,
    el('instructions', NS.SEARCH, null, instructions),
    ...fields.map((name) => el(name, NS.SEARCH)),
    dataFormElement(form),
  );
}

/** Reads a set; undefined when there is nothing in it to search for. */
export function parseSearchRequest(query: XmlElement): SearchRequest | undefined {
  const x = query.child('x', NS.DATA);
  if (x) {
    const form = parseDataForm(x);
    return form?.type === 'submit' ? { kind: 'form', form } : undefined;
  }
  const values = new Map<SearchField, string>();
  for (const name of PLAIN_FIELDS) {
    const value = query.childText(name, NS.SEARCH);
    if (value !== undefined && value.trim() !== '') values.set(name, value);
  }
  return values.size > 0 ? { kind: 'plain', values } : undefined;
}

/** Hits for clients without forms; nothing found is an empty query (§2.1). */
export function plainHits(items: readonly FoundItem[]): XmlElement {
  return el(
    'query',
    NS.SEARCH,
    null,
    ...items.map(({ jid, name, detail }) =>
      el(
        'item',
        NS.SEARCH,
        { jid },
        el('first', NS.SEARCH, null, name),
        el('last', NS.SEARCH, null, detail),
        el('nick', NS.SEARCH, null, name),
        el('email', NS.SEARCH),
      ),
    ),
  );
}

/** Hits as a table; nothing found is an empty query, too. */
export function tableOfHits(
  items: readonly FoundItem[],
  labels: { readonly jid: string; readonly name: string; readonly detail: string },
): XmlElement {
  if (items.length === 0) return el('query', NS.SEARCH);
  const table = dataTableElement(
    NS.SEARCH,
    [
      { var: 'jid', type: 'jid-single', label: labels.jid },
      { var: 'name', type: 'text-single', label: labels.name },
      { var: 'detail', type: 'text-single', label: labels.detail },
    ],
    items.map(({ jid, name, detail = '' }) => ({ jid, name, detail })),
  );
  return el('query', NS.SEARCH, null, table);
}
