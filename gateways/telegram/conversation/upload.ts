import type { OutboundAttachment } from '../../../src/gateway/attachment.js';
import type { TgUpload } from '../client/client.js';

/** core.telegram.org/api/files#uploading-files, core.telegram.org/constructor/inputMediaUploadedPhoto. */
const PHOTO = { bytes: 10_000_000, pixels: 10_000, ratio: 20 } as const;
const PHOTOS = new Set(['image/jpeg', 'image/png', 'image/webp']);
/** What Telegram's programs play as voice notes. */
const VOICE = new Set(['audio/ogg', 'audio/opus', 'audio/x-opus+ogg']);

/** A file as Telegram's programs show it best; what they would refuse in that form goes as a plain file. */
export function toUpload({ name, mediaType, size, width, height, open }: OutboundAttachment): TgUpload {
  return { name, mediaType, size, as: formOf(mediaType.toLowerCase(), size, width, height), open };
}

function formOf(
  mediaType: string,
  size: number,
  width: number | undefined,
  height: number | undefined,
): TgUpload['as'] {
  if (PHOTOS.has(mediaType)) return isPhoto(size, width, height) ? 'photo' : 'document';
  if (mediaType === 'video/mp4' || mediaType === 'video/quicktime') return 'video';
  if (VOICE.has(mediaType)) return 'voice';
  return mediaType === 'audio/mpeg' || mediaType === 'audio/mp4' ? 'audio' : 'document';
}

function isPhoto(size: number, width = 1, height = 1): boolean {
  if (size > PHOTO.bytes || width + height > PHOTO.pixels) return false;
  return Math.max(width, height) <= PHOTO.ratio * Math.min(width, height);
}
