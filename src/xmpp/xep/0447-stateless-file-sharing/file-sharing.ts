import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import {
  type ClaimedMetadata,
  type FileMetadata,
  fileMetadataElement,
  readFileMetadata,
} from '../0446-file-metadata/file-metadata.js';

/** `<file-sharing/>` for a file behind one address (XEP-0447 §3.1). */
export function fileSharingElement(
  file: Partial<FileMetadata>,
  url: string,
  disposition: 'inline' | 'attachment',
): XmlElement {
  return el(
    'file-sharing',
    NS.SFS,
    { disposition },
    fileMetadataElement(file),
    el('sources', NS.SFS, null, el('url-data', NS.URL_DATA, { target: url })),
  );
}

/** Says that the body is only for clients that do not know `<file-sharing/>` (XEP-0447 §3.1, XEP-0428). */
export function fileSharingFallback(): XmlElement {
  return el('fallback', NS.FALLBACK, { for: NS.SFS }, el('body', NS.FALLBACK));
}

/** Reads `<file-sharing/>`: what is said of the file, and its first address; undefined when it has none (§3.1). */
export function readFileSharing(
  element: XmlElement,
): (ClaimedMetadata & { readonly url: string }) | undefined {
  const source = element.child('sources', NS.SFS)?.child('url-data', NS.URL_DATA);
  const url = source?.attrs.target?.trim();
  if (!url) return undefined;
  const file = element.child('file', NS.FILE_METADATA);
  return { ...(file && readFileMetadata(file)), url };
}
