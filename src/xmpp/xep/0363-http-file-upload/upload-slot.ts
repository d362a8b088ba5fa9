import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import type { StanzaError } from '../../stanza-error.js';
import { formTypeOf, parseDataForm } from '../0004-data-forms/data-form.js';

/** A file for which a place is asked (XEP-0363 §5). */
export interface SlotRequest {
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
}

/** A place for one file. */
export interface UploadSlot {
  readonly put: string;
  readonly get: string;
  /** Only the names that may be sent (§5), in their order, without line ends. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What a service says of itself (§4). */
export interface UploadOffer {
  /** Bytes; undefined: no limit told. */
  readonly maxFileSize: number | undefined;
}

const ALLOWED_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'expires']);

/** The `<request/>` element. */
export function slotRequestElement({ filename, size, contentType }: SlotRequest): XmlElement {
  return el('request', NS.HTTP_UPLOAD, { filename, size, 'content-type': contentType });
}

/** Reads the result of a request; undefined when it has no usable addresses. */
export function parseSlot(iq: XmlElement): UploadSlot | undefined {
  const slot = iq.child('slot', NS.HTTP_UPLOAD);
  const put = slot?.child('put', NS.HTTP_UPLOAD);
  const putUrl = httpUrl(put?.attrs.url);
  const getUrl = httpUrl(slot?.child('get', NS.HTTP_UPLOAD)?.attrs.url);
  if (!put || putUrl === undefined || getUrl === undefined) return undefined;
  const headers = put.childrenNamed('header', NS.HTTP_UPLOAD).flatMap((header) => {
    const name = (header.attrs.name ?? '').replace(/[\r\n]/g, '').toLowerCase();
    // §8: newlines must go; other control characters have no place in a header either (RFC 9110 §5.5).
    const value = header.text().replace(/\p{Cc}/gu, '');
    return ALLOWED_HEADERS.has(name) ? [[name, value] as const] : [];
  });
  return { put: putUrl, get: getUrl, headers };
}

/** Normalised, in plain ASCII. */
function httpUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
}

/** Reads a disco#info result; undefined when the entity takes no files. */
export function parseUploadOffer(iq: XmlElement): UploadOffer | undefined {
  const query = iq.child('query', NS.DISCO_INFO);
  const features = query?.childrenNamed('feature', NS.DISCO_INFO) ?? [];
  if (!query || !features.some(({ attrs }) => attrs.var === NS.HTTP_UPLOAD)) return undefined;
  for (const x of query.childrenNamed('x', NS.DATA)) {
    const form = parseDataForm(x);
    if (!form || formTypeOf(form) !== NS.HTTP_UPLOAD) continue;
    const told = form.fields.find((field) => field.var === 'max-file-size')?.values[0];
    return { maxFileSize: byteCount(told) };
  }
  return { maxFileSize: undefined };
}

/** The limit in a `file-too-large` error (§7); undefined for other errors, and `Infinity` where it names none. */
export function tooLargeLimit(error: StanzaError): number | undefined {
  const condition = error.appConditions.find(
    ({ name, ns }) => name === 'file-too-large' && ns === NS.HTTP_UPLOAD,
  );
  if (!condition) return undefined;
  return byteCount(condition.childText('max-file-size')) ?? Number.POSITIVE_INFINITY;
}

function byteCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
