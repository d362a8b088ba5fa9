import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** XEP-0446 §2, as far as a gateway knows it. */
export interface FileMetadata {
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in base64 (XEP-0300 §3). */
  readonly sha256: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** XEP-0264 §4. */
  readonly thumbnail?: {
    readonly uri: string;
    readonly mediaType: string;
    readonly width: number;
    readonly height: number;
  };
}

/** The `<file/>` element. */
export function fileMetadataElement(file: Partial<FileMetadata>): XmlElement {
  const field = (name: string, value: string | number | undefined) =>
    value !== undefined && el(name, NS.FILE_METADATA, null, String(value));
  const { thumbnail } = file;
  return el(
    'file',
    NS.FILE_METADATA,
    null,
    field('media-type', file.mediaType),
    field('name', file.name),
    field('size', file.size),
    field('width', file.width),
    field('height', file.height),
    file.sha256 !== undefined && el('hash', NS.HASHES, { algo: 'sha-256' }, file.sha256),
    thumbnail &&
      el('thumbnail', NS.THUMBS, {
        uri: thumbnail.uri,
        'media-type': thumbnail.mediaType,
        width: thumbnail.width,
        height: thumbnail.height,
      }),
  );
}

/** What somebody says of a file; unchecked. */
export type ClaimedMetadata = Partial<Pick<FileMetadata, 'name' | 'mediaType' | 'size' | 'width' | 'height'>>;

/** UTF-16 units of a name or type that are kept. */
const MAX_TEXT = 255;

/** Reads `<file/>`; what makes no sense is left out. */
export function readFileMetadata(element: XmlElement): ClaimedMetadata {
  const text = (name: string) =>
    element.childText(name, NS.FILE_METADATA)?.trim().slice(0, MAX_TEXT) || undefined;
  const count = (name: string) => {
    const digits = text(name) ?? '';
    return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  };
  const [name, mediaType, size] = [text('name'), text('media-type'), count('size')];
  const [width, height] = [count('width'), count('height')];
  return {
    ...(name !== undefined && { name }),
    ...(mediaType !== undefined && { mediaType }),
    ...(size !== undefined && { size }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  };
}
