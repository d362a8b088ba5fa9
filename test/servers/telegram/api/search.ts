import { Api } from 'telegram';
import type { BoxMessage } from '../world/box.js';
import { nameOf, peerOf } from '../world/peers.js';
import { isIn } from '../world/rights.js';
import { caller, type Method, method } from './call.js';
import { found, page } from './pages.js';
import { messagesOf, placeOf } from './peers.js';

/** Finding what was said (core.telegram.org/api/search). */
export const searchMethods: readonly Method[] = [
  method(Api.messages.Search, (request, call) => {
    const viewer = caller(call);
    const { peer, q, fromId, filter, minDate, maxDate, topMsgId } = request;
    const place = peer instanceof Api.InputPeerEmpty ? undefined : placeOf(peer, call);
    const author = fromId ? nameOf(peerOf(placeOf(fromId, call))) : undefined;
    const all = (place ? messagesOf(place, viewer) : viewer.box.newest()).filter(
      (message) =>
        contains(message, q) &&
        matches(message, filter) &&
        (author === undefined || nameOf(message.from ?? message.peer) === author) &&
        (minDate === 0 || message.date >= minDate) &&
        (maxDate === 0 || message.date <= maxDate) &&
        (!topMsgId || message.topic === topMsgId),
    );
    return found(page(all, request), all.length, place, call);
  }),
  method(Api.messages.SearchGlobal, ({ q, filter, minDate, maxDate, limit }, call) => {
    const viewer = caller(call);
    const channels = [...call.server.world.channels.values()].filter((place) => isIn(place, viewer));
    const all = [viewer.box, ...channels.map(({ box }) => box)]
      .flatMap((box) => box.newest())
      .filter(
        (message) =>
          contains(message, q) &&
          matches(message, filter) &&
          (minDate === 0 || message.date >= minDate) &&
          (maxDate === 0 || message.date <= maxDate),
      )
      .sort((one, other) => other.date - one.date);
    return found(all.slice(0, limit), all.length, undefined, call);
  }),
];

function contains({ text }: BoxMessage, words: string): boolean {
  return words === '' || text.toLowerCase().includes(words.toLowerCase());
}

function matches({ media, pinned, entities, action }: BoxMessage, filter: Api.TypeMessagesFilter): boolean {
  const document = media instanceof Api.MessageMediaDocument ? media : undefined;
  const attributes = document?.document instanceof Api.Document ? document.document.attributes : [];
  const animated = attributes.some((one) => one instanceof Api.DocumentAttributeAnimated);
  const audio = attributes.some((one) => one instanceof Api.DocumentAttributeAudio);
  const photo = media instanceof Api.MessageMediaPhoto;
  const video = document?.video === true && !animated && document.round !== true;
  if (filter instanceof Api.InputMessagesFilterEmpty) return true;
  if (filter instanceof Api.InputMessagesFilterPinned) return pinned === true;
  if (filter instanceof Api.InputMessagesFilterPhotos) return photo;
  if (filter instanceof Api.InputMessagesFilterVideo) return video;
  if (filter instanceof Api.InputMessagesFilterPhotoVideo) return photo || video;
  if (filter instanceof Api.InputMessagesFilterDocument)
    return document !== undefined && !document.video && !audio && !animated;
  if (filter instanceof Api.InputMessagesFilterUrl)
    return entities.some(
      (one) => one instanceof Api.MessageEntityUrl || one instanceof Api.MessageEntityTextUrl,
    );
  if (filter instanceof Api.InputMessagesFilterGif) return animated;
  if (filter instanceof Api.InputMessagesFilterVoice) return document?.voice === true;
  if (filter instanceof Api.InputMessagesFilterMusic) return audio && document?.voice !== true;
  if (filter instanceof Api.InputMessagesFilterRoundVideo) return document?.round === true;
  if (filter instanceof Api.InputMessagesFilterRoundVoice)
    return document?.round === true || document?.voice === true;
  if (filter instanceof Api.InputMessagesFilterPhoneCalls)
    return action instanceof Api.MessageActionPhoneCall;
  if (filter instanceof Api.InputMessagesFilterGeo)
    return media instanceof Api.MessageMediaGeo || media instanceof Api.MessageMediaVenue;
  if (filter instanceof Api.InputMessagesFilterContacts) return media instanceof Api.MessageMediaContact;
  return false;
}
