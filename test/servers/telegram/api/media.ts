import { randomInt } from 'node:crypto';
import { Api } from 'telegram';
import { addDocument, type StoredFile } from '../world/files.js';
import { long } from '../world/peers.js';
import { type Poll, pollView } from '../world/polls.js';
import type { Words } from '../world/posting.js';
import { type Call, caller, refuse } from './call.js';
import { newPoll } from './polls.js';
import { uploaded, uploadedPhoto } from './uploaded.js';

/** Longest time after which a picture destroys itself (seconds); the greatest number is "once seen". */
const MAX_TTL = 60;
const ONCE = 0x7fffffff;
/** Values of dice, by emoji. */
const DICE: ReadonlyMap<string, number> = new Map([
  ...(['🎲', '🎯', '🎳'] as const).map((emoji) => [emoji, 6] as const),
  ...(['🏀', '⚽'] as const).map((emoji) => [emoji, 5] as const),
  ['🎰', 64],
]);

/** What a client sends as media, as it stands in the message. */
export interface Media {
  readonly media: Api.TypeMessageMedia;
  readonly poll?: Poll;
  /** Stays marked until it has been listened to, or seen. */
  readonly unread: boolean;
}

/** @throws {RpcFailure} */
export async function mediaOf(input: Api.TypeInputMedia, call: Call): Promise<Media> {
  if (input instanceof Api.InputMediaPoll) {
    const poll = newPoll(input, call);
    return { media: pollView(poll, caller(call)), poll, unread: false };
  }
  const media = await plainMedia(input, call);
  const heard = media instanceof Api.MessageMediaDocument && (media.voice === true || media.round === true);
  return { media, unread: heard || ('ttlSeconds' in media && typeof media.ttlSeconds === 'number') };
}

/** For words that stand with it. */
export function asWords({ media, poll, unread }: Media): Pick<Words, 'media' | 'poll' | 'mediaUnread'> {
  return { ...(poll ? { poll } : { media }), ...(unread && { mediaUnread: true }) };
}

async function plainMedia(input: Api.TypeInputMedia, call: Call): Promise<Api.TypeMessageMedia> {
  if (input instanceof Api.InputMediaUploadedPhoto)
    return photo(await uploadedPhoto(input.file, call), input.spoiler, input.ttlSeconds);
  if (input instanceof Api.InputMediaPhoto) {
    const shown = stored(input.id, call).shown;
    return shown instanceof Api.Photo
      ? photo(shown, input.spoiler, input.ttlSeconds)
      : refuse('MEDIA_INVALID');
  }
  if (input instanceof Api.InputMediaUploadedDocument) {
    const { mimeType, attributes, thumb } = input;
    const source = uploaded(input.file, call);
    const thumbnail = thumb ? uploaded(thumb, call) : undefined;
    const document = addDocument(call.server.world, {
      ...{ source, mediaType: mimeType, attributes, centre: caller(call).homeCentre },
      ...(thumbnail && {
        thumbnail: { bytes: thumbnail.read(0, thumbnail.size), width: 320, height: 320 },
      }),
    });
    return documentMedia(document, input.spoiler, input.ttlSeconds);
  }
  if (input instanceof Api.InputMediaDocument) {
    const shown = stored(input.id, call).shown;
    if (!(shown instanceof Api.Document)) return refuse('MEDIA_INVALID');
    return documentMedia(shown, input.spoiler, input.ttlSeconds);
  }
  if (input instanceof Api.InputMediaGeoPoint) return new Api.MessageMediaGeo({ geo: point(input.geoPoint) });
  if (input instanceof Api.InputMediaGeoLive)
    return new Api.MessageMediaGeoLive({ geo: point(input.geoPoint), period: input.period ?? 0 });
  if (input instanceof Api.InputMediaVenue) {
    const { title, address, provider, venueId, venueType } = input;
    const geo = point(input.geoPoint);
    return new Api.MessageMediaVenue({ geo, title, address, provider, venueId, venueType });
  }
  if (input instanceof Api.InputMediaContact) {
    const { phoneNumber, firstName, lastName, vcard } = input;
    if (!/\d/.test(phoneNumber)) refuse('MEDIA_INVALID');
    const userId = long(call.server.world.byPhone(phoneNumber)?.id ?? 0);
    return new Api.MessageMediaContact({ phoneNumber, firstName, lastName, vcard, userId });
  }
  if (input instanceof Api.InputMediaDice) {
    const values = DICE.get(input.emoticon) ?? refuse('EMOTICON_INVALID');
    return new Api.MessageMediaDice({ emoticon: input.emoticon, value: randomInt(1, values + 1) });
  }
  if (input instanceof Api.InputMediaWebPage) {
    const webpage = call.server.world.pages.get(input.url);
    if (!webpage && !input.optional) refuse('WEBPAGE_NOT_FOUND');
    return webpage ? new Api.MessageMediaWebPage({ webpage }) : new Api.MessageMediaEmpty();
  }
  // Nothing is fetched from anywhere.
  if (input instanceof Api.InputMediaPhotoExternal || input instanceof Api.InputMediaDocumentExternal)
    return refuse('WEBPAGE_CURL_FAILED');
  return refuse(input instanceof Api.InputMediaEmpty ? 'MEDIA_EMPTY' : 'MEDIA_INVALID');
}

function photo(
  shown: Api.Photo,
  spoiler: boolean | undefined,
  ttl: number | undefined | null,
): Api.MessageMediaPhoto {
  return new Api.MessageMediaPhoto({ photo: shown, spoiler: spoiler === true, ...vanishing(ttl) });
}

/** A document as its attributes say how it is shown. */
function documentMedia(
  document: Api.Document,
  spoiler: boolean | undefined = undefined,
  ttl: number | undefined | null = undefined,
): Api.MessageMediaDocument {
  const video = document.attributes.find((one) => one instanceof Api.DocumentAttributeVideo);
  const audio = document.attributes.find((one) => one instanceof Api.DocumentAttributeAudio);
  return new Api.MessageMediaDocument({
    ...{ document, spoiler: spoiler === true, voice: audio?.voice === true },
    ...{ video: video !== undefined, round: video?.roundMessage === true },
    ...vanishing(ttl),
  });
}

function vanishing(ttl: number | undefined | null): { readonly ttlSeconds?: number } {
  if (typeof ttl !== 'number') return {};
  if (ttl <= 0 || (ttl > MAX_TTL && ttl !== ONCE)) return refuse('TTL_MEDIA_INVALID');
  return { ttlSeconds: ttl };
}

function stored(input: Api.TypeInputPhoto | Api.TypeInputDocument, call: Call): StoredFile {
  if (!(input instanceof Api.InputPhoto || input instanceof Api.InputDocument)) return refuse('MEDIA_EMPTY');
  const file = call.server.world.files.get(BigInt(input.id.toString()));
  if (!file || file.accessHash.toString() !== input.accessHash.toString()) return refuse('MEDIA_EMPTY');
  if (!file.reference.equals(input.fileReference)) refuse('FILE_REFERENCE_EXPIRED');
  return file;
}

function point(input: Api.TypeInputGeoPoint): Api.GeoPoint {
  if (!(input instanceof Api.InputGeoPoint)) return refuse('MEDIA_INVALID');
  const { lat, long: longitude } = input;
  if (Math.abs(lat) > 90 || Math.abs(longitude) > 180) refuse('GEO_POINT_INVALID');
  return new Api.GeoPoint({ lat, long: longitude, accessHash: long(0) });
}
