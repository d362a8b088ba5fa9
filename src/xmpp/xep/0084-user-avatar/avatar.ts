import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** A picture in PNG, the one format that every client must take (XEP-0084 §4.2.1). */
export interface AvatarPicture {
  /** SHA-1 of the data, lower-case hex. */
  readonly hash: string;
  readonly data: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What is told of a picture; without one: that there is none (§3.6). */
export function avatarMetadata(picture: AvatarPicture | undefined): XmlElement {
  if (!picture) return el('metadata', NS.AVATAR_METADATA);
  const { hash, data, width, height } = picture;
  return el(
    'metadata',
    NS.AVATAR_METADATA,
    null,
    el('info', NS.AVATAR_METADATA, { id: hash, type: 'image/png', bytes: data.length, width, height }),
  );
}

/** The picture itself. */
export function avatarData({ data }: AvatarPicture): XmlElement {
  return el('data', NS.AVATAR_DATA, null, data.toString('base64'));
}
