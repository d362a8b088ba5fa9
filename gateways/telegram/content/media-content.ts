import type { Text } from '../../../src/gateway/text.js';
import type { TgFile, TgMedia } from '../client/model.js';
import { contactCard } from './contact-card.js';
import { type FileMedia, fileName } from './file-names.js';
import { locationLines } from './location.js';
import { cleanLine, phoneNumber } from './names.js';
import { pollLines, pollRemarks } from './poll-text.js';

/** A file to be handed on. */
export type WantedFile =
  | {
      /** To be fetched from Telegram. */
      readonly from: 'telegram';
      readonly kind: FileMedia['kind'];
      readonly file: TgFile;
      /** What it is called in the end, without a path. */
      readonly name: string;
      /** What it is to be made into before: clients do not show what stickers are made of. */
      readonly convertTo?: 'image/png';
    }
  | {
      /** Made of what the message says. */
      readonly from: 'message';
      readonly kind: 'contact';
      readonly name: string;
      readonly mediaType: string;
      readonly content: string;
    };

/** What media show. */
export interface MediaContent {
  readonly lines: readonly string[];
  readonly remarks: readonly Text[];
  readonly files: readonly WantedFile[];
}

const NOTHING: MediaContent = { lines: [], remarks: [], files: [] };
const WEBP = 'image/webp';
const PNG = 'image/png';
/** A Lottie animation, packed: no client but Telegram's draws it. */
const ANIMATION = 'application/x-tgsticker';

/** What comes with words, or instead of them: always something to read, or to look at (F30). */
export function mediaContent(media: TgMedia, message: number): MediaContent {
  switch (media.kind) {
    case 'photo':
    case 'video':
    case 'round':
    case 'voice':
    case 'audio':
    case 'gif':
    case 'document':
      if (media.vanishes) return remark({ key: 'telegram-vanishing', args: { kind: media.kind } });
      return { ...NOTHING, files: [wanted(media, message)] };
    case 'sticker':
      return sticker(media, message);
    case 'location': {
      const lines = locationLines(media);
      if (!lines) return unsupported('Location');
      return { ...NOTHING, lines, remarks: media.live ? [{ key: 'telegram-live-location' }] : [] };
    }
    case 'contact':
      return contact(media);
    case 'poll':
      return { ...NOTHING, lines: pollLines(media.poll), remarks: pollRemarks(media.poll) };
    case 'dice':
      return { ...NOTHING, lines: [`${cleanLine(media.emoji)} ${media.value}`.trim()] };
    case 'page':
      return { ...NOTHING, lines: [media.url] };
    case 'unsupported':
      return unsupported(media.name);
    default:
      return media satisfies never;
  }
}

function remark(text: Text): MediaContent {
  return { ...NOTHING, remarks: [text] };
}

function unsupported(name: string): MediaContent {
  return remark({ key: 'telegram-unsupported', args: { name: cleanLine(name) } });
}

function wanted(media: FileMedia, message: number): WantedFile {
  return { from: 'telegram', kind: media.kind, file: media.file, name: fileName(media, message) };
}

/** As a picture, and its emoji as the words: a still one, or the first picture of a moving one. */
function sticker(media: Exclude<FileMedia, { kind: 'photo' }>, message: number): MediaContent {
  const { file } = media;
  const emoji = cleanLine(media.emoji ?? '');
  const lines = emoji === '' ? [] : [emoji];
  const moves = !file.mediaType.startsWith('image/');
  const picture: TgFile | undefined = moves ? file.preview : file;
  if (picture) {
    const convert = picture.mediaType === WEBP;
    const name = fileName(media, message, convert ? PNG : picture.mediaType);
    const one = { from: 'telegram', kind: 'sticker', file: picture, name } as const;
    return { ...NOTHING, lines, files: [convert ? { ...one, convertTo: PNG } : one] };
  }
  if (file.mediaType === ANIMATION)
    return { ...NOTHING, lines, remarks: [{ key: 'telegram-sticker-animated' }] };
  return { ...NOTHING, lines, files: [wanted(media, message)] };
}

function contact(media: Extract<TgMedia, { kind: 'contact' }>): MediaContent {
  const name = cleanLine(media.name);
  const words = [name, phoneNumber(media.phone)].filter((part) => part !== '');
  const card: WantedFile = {
    ...{ from: 'message', kind: 'contact', mediaType: 'text/vcard', content: contactCard(media) },
    name: `${name.replace(/[/\\]/g, ' ').replace(/^\.+/, '').trim() || 'contact'}.vcf`,
  };
  return { ...NOTHING, lines: [`👤 ${words.join(', ')}`], files: [card] };
}
