import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { StanzaError } from '../../stanza-error.js';
import {
  type DataField,
  type DataForm,
  dataFormElement,
  formTypeField,
  formTypeOf,
  parseDataForm,
} from '../0004-data-forms/data-form.js';
import { type PageRequest, parsePageRequest } from '../0059-result-set-management/result-set.js';

/** What an archive is asked for (XEP-0313 §4). */
export interface ArchiveRequest {
  readonly queryId?: string;
  /** As it came, unparsed. */
  readonly with?: string;
  /** UTC milliseconds, both included. */
  readonly start?: number;
  readonly end?: number;
  /** Ids of `urn:xmpp:mam:2#extended`, themselves excluded from the result. */
  readonly beforeId?: string;
  readonly afterId?: string;
  /** Only these entries. */
  readonly ids?: readonly string[];
  readonly page: PageRequest;
  /** The newest entry of the page first (§4.3, `flip-page`). */
  readonly flip: boolean;
}

/** XEP-0082 with the offset that it asks for. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads the query.
 * @throws {StanzaError} `feature-not-implemented` for a field or a way of paging that is not known (§4.1.5),
 *   `bad-request` for a value that is malformed
 */
export function parseArchiveRequest(query: XmlElement): ArchiveRequest {
  const { queryid: queryId } = query.attrs;
  const x = query.child('x', NS.DATA);
  return {
    ...(queryId !== undefined && { queryId }),
    ...(x && parseFields(x)),
    page: parsePage(query),
    flip: query.child('flip-page', NS.MAM) !== undefined,
  };
}

function parsePage(query: XmlElement): PageRequest {
  const set = query.child('set', NS.RSM);
  if (!set) return {};
  // XEP-0059 §2.6: jumping to an index is optional.
  if (set.child('index', NS.RSM)) throw new StanzaError('feature-not-implemented');
  const page = parsePageRequest(query);
  if (!page) throw new StanzaError('bad-request');
  return page;
}

function parseFields(x: XmlElement): Partial<ArchiveRequest> {
  const form = parseDataForm(x);
  if (!form) throw new StanzaError('bad-request');
  const scope = formTypeOf(form);
  if (scope !== undefined && scope !== NS.MAM) throw new StanzaError('bad-request');
  return Object.assign({}, ...form.fields.map(parseField));
}

function parseField({ var: name, values }: DataField): Partial<ArchiveRequest> {
  const [value] = values;
  switch (name) {
    case 'FORM_TYPE':
    case undefined:
      return {};
    case 'with':
      return value === undefined ? {} : { with: value };
    case 'start':
      return value === undefined ? {} : { start: parseTime(value) };
    case 'end':
      return value === undefined ? {} : { end: parseTime(value) };
    case 'before-id':
      return value === undefined ? {} : { beforeId: value };
    case 'after-id':
      return value === undefined ? {} : { afterId: value };
    case 'ids':
      return value === undefined ? {} : { ids: [...new Set(values)] };
    default:
      throw new StanzaError('feature-not-implemented');
  }
}

function parseTime(text: string): number {
  const time = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new StanzaError('bad-request');
  return time;
}

/** The fields that a query may have (§4.1.5); none is required. */
const FORM: DataForm = {
  type: 'form',
  fields: [
    formTypeField(NS.MAM),
    { var: 'with', type: 'jid-single', values: [] },
    { var: 'start', type: 'text-single', values: [] },
    { var: 'end', type: 'text-single', values: [] },
    { var: 'before-id', type: 'text-single', values: [] },
    { var: 'after-id', type: 'text-single', values: [] },
    { var: 'ids', type: 'list-multi', values: [] },
  ],
};

/** The answer to the question which fields there are. */
export function archiveFormResult(): XmlElement {
  return el('query', NS.MAM, null, dataFormElement(FORM));
}
