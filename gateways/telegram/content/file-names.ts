import type { TgFile, TgMedia } from '../client/model.js';
import { cleanLine } from './names.js';

/** Endings that programs know files by; what is not here keeps the sender's name or has none. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
  ['video/quicktime', 'mov'],
  ['audio/ogg', 'ogg'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp4', 'm4a'],
  ['audio/x-m4a', 'm4a'],
  ['audio/flac', 'flac'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
]);

/** What the file of a message without a name of its own is called, before its number. */
const CALLED = {
  photo: 'photo',
  video: 'video',
  round: 'video-message',
  voice: 'voice-message',
  audio: 'music',
  gif: 'animation',
  sticker: 'sticker',
  document: 'file',
} as const;

/** Media that are files. */
export type FileMedia = Extract<TgMedia, { readonly file: TgFile }>;

/** The name of a file: the sender's, that of the music, or one made of the message's number; never a path (G05). */
export function fileName(media: FileMedia, message: number, mediaType = media.file.mediaType): string {
  const extension = EXTENSIONS.get(mediaType.toLowerCase());
  const ending = extension === undefined ? '' : `.${extension}`;
  const music = media.kind === 'audio' ? lastPart(musicTitle(media)) : '';
  if (music !== '') return `${music}${ending}`;
  const given = media.kind === 'sticker' ? '' : lastPart(media.file.name ?? '');
  return given !== '' ? given : `${CALLED[media.kind]}-${message}${ending}`;
}

function musicTitle({ title = '', performer = '' }: Exclude<FileMedia, { kind: 'photo' }>): string {
  if (title === '') return '';
  return (performer === '' ? title : `${performer} - ${title}`).replace(/[/\\]/g, ' ');
}

function lastPart(name: string): string {
  const last = cleanLine(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
  return /^\.*$/.test(last) ? '' : last;
}
