import { el, XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { dataFormElement, formTypeField } from '../0004-data-forms/data-form.js';

/** A page of an archive that is read from its newest end (XEP-0313 §4.3.4). */
export interface ArchiveQuery {
  readonly queryId: string;
  /** UTC milliseconds, included. */
  readonly start: number;
  /** Only what is older than this entry; empty: the newest. */
  readonly before: string;
  readonly max: number;
}

/** The query. */
export function archiveQuery({ queryId, start, before, max }: ArchiveQuery): XmlElement {
  const form = dataFormElement({
    type: 'submit',
    fields: [formTypeField(NS.MAM), { var: 'start', values: [new Date(start).toISOString()] }],
  });
  const set = el(
    'set',
    NS.RSM,
    null,
    el('max', NS.RSM, null, String(max)),
    el('before', NS.RSM, null, before),
  );
  return el('query', NS.MAM, { queryid: queryId }, form, set);
}

/** An entry as an archive tells of it. All of it is unchecked. */
export interface ArchivedStanza {
  /** The archive's own id of it. */
  readonly id: string;
  /** UTC milliseconds. */
  readonly time: number;
  readonly stanza: XmlElement;
}

/** Reads a message with a result of that query; undefined when it is none. */
export function readArchiveResult(message: XmlElement, queryId: string): ArchivedStanza | undefined {
  const result = message.child('result', NS.MAM);
  const forwarded = result?.child('forwarded', NS.FORWARD);
  const inner = forwarded?.child('message');
  const time = Date.parse(forwarded?.child('delay', NS.DELAY)?.attrs.stamp ?? '');
  const { id, queryid } = result?.attrs ?? {};
  if (!inner || id === undefined || queryid !== queryId || Number.isNaN(time)) return undefined;
  return { id, time, stanza: asOwn(inner) };
}

/** Forwarded stanzas are of clients' namespace (XEP-0297 §3.1): as the component would have had them live. */
function asOwn({ name, ns, attrs, children }: XmlElement): XmlElement {
  const own = children.map((child) => (typeof child === 'string' ? child : asOwn(child)));
  return new XmlElement(name, ns === NS.CLIENT ? NS.COMPONENT : ns, attrs, own);
}

/** What a page came to. */
export interface ArchivePage {
  readonly complete: boolean;
  /** The oldest entry of the page. */
  readonly first?: string;
}

/** Reads the answer that ends a page. */
export function readArchiveFin(iq: XmlElement): ArchivePage {
  const fin = iq.child('fin', NS.MAM);
  const first = fin?.child('set', NS.RSM)?.childText('first');
  return { complete: fin?.attrs.complete === 'true', ...(first && { first }) };
}
