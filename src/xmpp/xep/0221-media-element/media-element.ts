import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Something to look at in a data form, with every place that it can be had from (XEP-0221 §2). */
export interface FieldMedia {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly mediaType: string;
  readonly uris: readonly string[];
}

/** The `<media/>` of a field. */
export function mediaElement({ width, height, mediaType, uris }: FieldMedia): XmlElement {
  return el(
    'media',
    NS.MEDIA_ELEMENT,
    { width: String(width), height: String(height) },
    ...uris.map((uri) => el('uri', NS.MEDIA_ELEMENT, { type: mediaType }, uri)),
  );
}
