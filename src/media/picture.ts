import sharp, { type SharpOptions } from 'sharp';
import type { Thumbnail } from '../core/media/media.js';
import type { MediaLimits } from './options.js';
import { type SmallPicture, smallPicture } from './small-picture.js';

/** Types that are handed to the decoder; whatever else claims to be a picture is not. */
const DECODED: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
]);

/** Tried one after the other until the thumbnail is small enough (JPEG quality in percent). */
const QUALITIES = [60, 35, 15] as const;

/** What a picture looks like. */
export interface Picture {
  /** Pixels, upright as a viewer turns it (Exif orientation). */
  readonly width: number;
  readonly height: number;
  readonly thumbnail?: Thumbnail;
}

type PictureLimits = Pick<
  MediaLimits,
  'decodePixels' | 'decodeSeconds' | 'thumbnailPixels' | 'thumbnailBytes'
>;

/** Looks at pictures one at a time: some formats are decoded whole, and many large ones at once would fill memory. */
export class PictureDesk {
  #last: Promise<unknown> = Promise.resolve();

  /** As {@link lookAtPicture}; never rejects. */
  look(path: string, mediaType: string, limits: PictureLimits): Promise<Picture | undefined> {
    if (!DECODED.has(mediaType)) return Promise.resolve(undefined);
    const looked = this.#last.then(() => lookAtPicture(path, limits));
    this.#last = looked;
    return looked;
  }

  /** As {@link smallPicture}; undefined for what is no picture, too. Never rejects. */
  makeSmall(
    path: string,
    mediaType: string,
    limits: Parameters<typeof smallPicture>[1],
  ): Promise<SmallPicture | undefined> {
    if (!DECODED.has(mediaType)) return Promise.resolve(undefined);
    const made = this.#last.then(() => smallPicture(path, limits)).catch(() => undefined);
    this.#last = made;
    return made;
  }
}

/**
 * Looks at a picture; undefined for what is none, is damaged, or is too large to be decoded. The thumbnail carries
 * no metadata of the original: neither place nor camera.
 */
async function lookAtPicture(path: string, limits: PictureLimits): Promise<Picture | undefined> {
  const options = { limitInputPixels: limits.decodePixels, failOn: 'error', pages: 1 } as const;
  try {
    const { autoOrient } = await sharp(path, options).timeout({ seconds: limits.decodeSeconds }).metadata();
    const thumbnail = await thumbnailOf(path, options, limits);
    return { width: autoOrient.width, height: autoOrient.height, ...(thumbnail && { thumbnail }) };
  } catch {
    return undefined;
  }
}

async function thumbnailOf(
  path: string,
  options: SharpOptions,
  limits: PictureLimits,
): Promise<Thumbnail | undefined> {
  const side = limits.thumbnailPixels;
  if (side === 0) return undefined;
  const { data: pixels, info } = await sharp(path, options)
    .timeout({ seconds: limits.decodeSeconds })
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  for (const quality of QUALITIES) {
    const jpeg = await sharp(pixels, { raw: { width, height, channels } })
      .jpeg({ quality, mozjpeg: true })
      .toBuffer();
    if (jpeg.length > limits.thumbnailBytes) continue;
    return {
      uri: `data:image/jpeg;base64,${jpeg.toString('base64')}`,
      mediaType: 'image/jpeg',
      width,
      height,
    };
  }
  return undefined;
}
