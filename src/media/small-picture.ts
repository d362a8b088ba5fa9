import sharp from 'sharp';
import type { MediaLimits } from './options.js';

/** Parts of the wanted size and numbers of colours, tried one after the other until the picture is small enough. */
const TRIES = [
  { part: 1, colours: undefined },
  { part: 1, colours: 256 },
  { part: 0.67, colours: 256 },
  { part: 0.5, colours: 128 },
  { part: 0.33, colours: 64 },
] as const;

/** A picture as it is shown beside a name. */
export interface SmallPicture {
  /** PNG. */
  readonly data: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Makes a picture small: a still PNG without any metadata of the original. Undefined when it stays too large.
 * @throws {Error} for what is damaged or too large to be decoded
 */
export async function smallPicture(
  path: string,
  limits: Pick<MediaLimits, 'decodePixels' | 'decodeSeconds' | 'avatarPixels' | 'avatarBytes'>,
): Promise<SmallPicture | undefined> {
  const { avatarPixels: side, avatarBytes } = limits;
  const { data: pixels, info } = await sharp(path, {
    limitInputPixels: limits.decodePixels,
    failOn: 'error',
    pages: 1,
  })
    .timeout({ seconds: limits.decodeSeconds })
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const { part, colours } of TRIES) {
    const width = Math.max(1, Math.round(info.width * part));
    const { data, info: made } = await sharp(pixels, { raw })
      .resize({ width })
      .png({ compressionLevel: 9, ...(colours !== undefined && { palette: true, colours }) })
      .toBuffer({ resolveWithObject: true });
    if (data.length <= avatarBytes) return { data, width: made.width, height: made.height };
  }
  return undefined;
}
