import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import type { NewPhoto } from '../world/files.js';
import { silence } from './silence.js';

/** Pixels of a picture, and of a sticker as Telegram has them. */
const PICTURE = { width: 640, height: 480 };
const STICKER = 512;
/** Seconds that voice messages last. */
const VOICE_SECONDS = 3;

/** The bytes that scripted people send. */
export interface Media {
  /** Three landscapes. */
  readonly landscapes: readonly NewPhoto[];
  /** A face in some colour (CSS), as picture of a person or a group. */
  face(colour: string): Promise<NewPhoto>;
  /** A WebP image. */
  readonly sticker: Buffer;
  /** Vectors that move. */
  readonly animated: Buffer;
  /** Opus in Ogg. */
  readonly voice: { readonly source: Buffer; readonly duration: number };
}

/** Draws everything once. */
export async function drawMedia(): Promise<Media> {
  const skies = ['#7ec8e3', '#f2a65a', '#2b2d42'];
  return {
    landscapes: await Promise.all(skies.map(landscape)),
    face: (colour) => photo(`<circle cx="320" cy="240" r="180" fill="${colour}"/>${EYES}`),
    sticker: await sharp(svg(STICKER, STICKER, CUP))
      .webp()
      .toBuffer(),
    animated: gzipSync(JSON.stringify(LOTTIE)),
    voice: { source: silence(VOICE_SECONDS), duration: VOICE_SECONDS },
  };
}

const EYES =
  '<circle cx="260" cy="200" r="20"/><circle cx="380" cy="200" r="20"/><path d="M240 290q80 80 160 0" stroke="black" stroke-width="12" fill="none"/>';
const CUP =
  '<path d="M110 180h240v160q0 80-80 80h-80q-80 0-80-80z" fill="#c8553d"/><path d="M350 220h40q50 0 50 50t-50 50h-40" stroke="#c8553d" stroke-width="28" fill="none"/><path d="M180 150q-20-30 0-60t0-60M270 150q-20-30 0-60t0-60" stroke="#888" stroke-width="14" fill="none"/>';
/** An animation without anything in it. */
const LOTTIE = { tgs: 1, v: '5.5.2', fr: 60, ip: 0, op: 60, w: STICKER, h: STICKER, layers: [] };

function landscape(sky: string): Promise<NewPhoto> {
  return photo(
    `<rect width="640" height="480" fill="${sky}"/><circle cx="500" cy="110" r="50" fill="#ffe066"/><path d="M0 480V360L180 200 330 340 440 250 640 400V480z" fill="#3a5a40"/>`,
  );
}

async function photo(shapes: string): Promise<NewPhoto> {
  const { width, height } = PICTURE;
  return {
    bytes: await sharp(svg(width, height, shapes))
      .flatten({ background: 'white' })
      .jpeg()
      .toBuffer(),
    ...PICTURE,
  };
}

function svg(width: number, height: number, shapes: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`,
  );
}
