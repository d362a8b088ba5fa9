import { IsoMedia } from './iso-media.js';
import { OggSound } from './ogg-sound.js';

/** What Telegram's programs want to know of sound and video before they have it. */
export interface MediaFacts {
  /** Seconds. */
  readonly seconds: number;
  /** Pixels as shown; undefined for sound. */
  readonly width?: number;
  readonly height?: number;
}

/** Reads a file while it passes by. */
export interface FactReader {
  /** What comes next of the file. Never throws. */
  push(bytes: Buffer): void;
  /** After the end; undefined where the file does not tell. */
  facts(): MediaFacts | undefined;
}

/** Undefined for types of files that are not read. */
export function factReader(mediaType: string): FactReader | undefined {
  const [type] = mediaType.toLowerCase().split(';', 1);
  if (type === 'video/mp4' || type === 'video/quicktime' || type === 'audio/mp4') return new IsoMedia();
  return type === 'audio/ogg' || type === 'audio/opus' || type === 'audio/x-opus+ogg'
    ? new OggSound()
    : undefined;
}
