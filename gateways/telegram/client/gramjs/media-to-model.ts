import { Api } from 'telegram';
import type { FileHandle, TgFile, TgMedia, TgPoll } from '../model.js';

/** Undefined for what shows nothing. */
export function toMedia(media: Api.TypeMessageMedia): TgMedia | undefined {
  if (media instanceof Api.MessageMediaPhoto) {
    if (!(media.photo instanceof Api.Photo)) return { kind: 'unsupported', name: 'Photo' };
    return { kind: 'photo', file: photoFile(media.photo), vanishes: vanishes(media) };
  }
  if (media instanceof Api.MessageMediaDocument) {
    if (!(media.document instanceof Api.Document)) return { kind: 'unsupported', name: 'Document' };
    return toDocument(media.document, media.round === true, media.voice === true, vanishes(media));
  }
  if (media instanceof Api.MessageMediaGeo || media instanceof Api.MessageMediaGeoLive)
    return toLocation(media.geo, media instanceof Api.MessageMediaGeoLive);
  if (media instanceof Api.MessageMediaVenue)
    return { ...toLocation(media.geo, false), title: media.title, address: media.address } as TgMedia;
  if (media instanceof Api.MessageMediaContact) {
    const { phoneNumber, firstName, lastName, userId, vcard } = media;
    return {
      ...{ kind: 'contact', phone: phoneNumber, name: `${firstName} ${lastName}`.trim(), vcard },
      ...(!userId.isZero() && { person: `u${userId}` as const }),
    };
  }
  if (media instanceof Api.MessageMediaPoll) return { kind: 'poll', poll: toPoll(media.poll, media.results) };
  if (media instanceof Api.MessageMediaDice)
    return { kind: 'dice', emoji: media.emoticon, value: media.value };
  if (media instanceof Api.MessageMediaWebPage)
    return media.webpage instanceof Api.WebPage ? { kind: 'page', url: media.webpage.url } : undefined;
  if (media instanceof Api.MessageMediaEmpty) return undefined;
  return { kind: 'unsupported', name: media.className.replace('MessageMedia', '') };
}

/** A poll with the results that came along; they may come later by themselves. */
export function toPoll(poll: Api.TypePoll, results: Api.TypePollResults): TgPoll {
  const voted = new Map(
    (results.results ?? []).map((one) => [Buffer.from(one.option).toString('base64'), one]),
  );
  return {
    id: String(poll.id),
    question: poll.question.text,
    answers: poll.answers.map(({ text, option }) => {
      const name = Buffer.from(option).toString('base64');
      const known = voted.get(name);
      return {
        ...{ text: text.text, option: name, chosen: known?.chosen === true },
        ...(known && { voters: known.voters }),
        ...(known?.correct === true && { correct: true }),
      };
    }),
    ...{ multiple: poll.multipleChoice === true, quiz: poll.quiz === true, closed: poll.closed === true },
    ...(typeof results.totalVoters === 'number' && { voters: results.totalVoters }),
  };
}

function vanishes({ ttlSeconds }: { readonly ttlSeconds?: number | undefined | null }): boolean {
  return typeof ttlSeconds === 'number' && ttlSeconds > 0;
}

function toLocation(geo: Api.TypeGeoPoint, live: boolean): TgMedia {
  if (!(geo instanceof Api.GeoPoint)) return { kind: 'unsupported', name: 'Geo' };
  return { kind: 'location', latitude: geo.lat, longitude: geo.long, live };
}

interface PictureSize {
  readonly type: string;
  readonly w: number;
  readonly h: number;
  readonly bytes: number;
}

/** The largest size that can be fetched by itself. */
function largest(sizes: readonly Api.TypePhotoSize[]): PictureSize | undefined {
  let best: PictureSize | undefined;
  for (const size of sizes) {
    const bytes =
      size instanceof Api.PhotoSize
        ? size.size
        : size instanceof Api.PhotoSizeProgressive
          ? Math.max(0, ...size.sizes)
          : undefined;
    if (bytes === undefined || !('w' in size)) continue;
    if (!best || size.w * size.h > best.w * best.h) best = { type: size.type, w: size.w, h: size.h, bytes };
  }
  return best;
}

/** The largest size of a picture. */
function photoFile(photo: Api.Photo): TgFile {
  const best = largest(photo.sizes);
  return {
    handle: { ...handleOf(photo), kind: 'photo', size: best?.type ?? '' },
    mediaType: 'image/jpeg',
    size: best?.bytes ?? 0,
    ...(best && { width: best.w, height: best.h }),
  };
}

/** Pictures of stickers keep what is transparent (core.telegram.org/api/stickers). */
function previewOf(document: Api.Document, sticker: boolean): TgFile['preview'] {
  const best = largest(document.thumbs ?? []);
  if (!best) return undefined;
  return {
    handle: { ...handleOf(document), kind: 'document', size: best.type },
    mediaType: sticker ? 'image/webp' : 'image/jpeg',
    ...{ size: best.bytes, width: best.w, height: best.h },
  };
}

/** Where a file lies. */
export function handleOf(file: Api.Photo | Api.Document): Omit<FileHandle, 'kind'> {
  return {
    id: String(file.id),
    accessHash: String(file.accessHash),
    reference: Buffer.from(file.fileReference).toString('base64'),
    centre: file.dcId,
  };
}

function toDocument(document: Api.Document, round: boolean, voice: boolean, gone: boolean): TgMedia {
  let kind: Extract<TgMedia, { duration?: number }>['kind'] = 'document';
  let facts: { width?: number; height?: number; name?: string } = {};
  let more: { duration?: number; emoji?: string; title?: string; performer?: string } = {};
  let animated = false;
  for (const attribute of document.attributes) {
    if (attribute instanceof Api.DocumentAttributeFilename) facts = { ...facts, name: attribute.fileName };
    else if (attribute instanceof Api.DocumentAttributeImageSize)
      facts = { ...facts, width: attribute.w, height: attribute.h };
    else if (attribute instanceof Api.DocumentAttributeAnimated) animated = true;
    else if (attribute instanceof Api.DocumentAttributeSticker) {
      kind = 'sticker';
      more = { ...more, emoji: attribute.alt };
    } else if (attribute instanceof Api.DocumentAttributeVideo) {
      if (kind !== 'sticker') kind = round || attribute.roundMessage === true ? 'round' : 'video';
      facts = { ...facts, width: attribute.w, height: attribute.h };
      more = { ...more, duration: attribute.duration };
    } else if (attribute instanceof Api.DocumentAttributeAudio) {
      kind = voice || attribute.voice === true ? 'voice' : 'audio';
      more = {
        ...{ ...more, duration: attribute.duration },
        ...(attribute.title && { title: attribute.title }),
        ...(attribute.performer && { performer: attribute.performer }),
      };
    }
  }
  if (animated && kind !== 'sticker') kind = 'gif';
  const preview = previewOf(document, kind === 'sticker');
  const file: TgFile = {
    handle: { ...handleOf(document), kind: 'document' },
    mediaType: document.mimeType,
    size: document.size.toJSNumber(),
    ...facts,
    ...(preview && { preview }),
  };
  return { kind, file, vanishes: gone, ...more };
}
