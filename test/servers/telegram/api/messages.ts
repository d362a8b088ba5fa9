import { Api } from 'telegram';
import { edit, pin, remove } from '../world/changes.js';
import type { Place } from '../world/peers.js';
import { post } from '../world/posting.js';
import { hasRight, kept } from '../world/rights.js';
import type { Person } from '../world/world.js';
import { answer, type Call, caller, type Method, method, refuse } from './call.js';
import { checkedText } from './entities.js';
import { asWords, mediaOf } from './media.js';
import { boxOf, channelOf, messageOf, messagesOf, placeOf } from './peers.js';
import { closePoll } from './polls.js';
import { say, saying } from './sending.js';

/** UTF-16 units of one message, and of the words under a file. */
const MAX_TEXT = 4_096;
const MAX_CAPTION = 1_024;
/** Files of one album. */
const MAX_ALBUM = 10;
/** Seconds for which words can be changed; in channels, and with the right to pin, for ever. */
const EDITABLE = 172_800;

/** Saying something, and changing what was said (core.telegram.org/methods#working-with-messages). */
export const messageMethods: readonly Method[] = [
  method(Api.messages.SendMessage, (request, call) => {
    const words = checkedText(request.message, request.entities, call);
    if (words.text === '') refuse('MESSAGE_EMPTY');
    if (words.text.length > MAX_TEXT) refuse('MESSAGE_TOO_LONG');
    const page = request.noWebpage ? undefined : preview(words.text, call);
    return say(request, call, {
      ...words,
      ...(page && { media: page }),
      ...(request.replyMarkup && { markup: request.replyMarkup }),
    });
  }),
  method(Api.messages.SendMedia, async (request, call) => {
    const words = checkedText(request.message, request.entities, call);
    if (words.text.length > MAX_CAPTION) refuse('MEDIA_CAPTION_TOO_LONG');
    const media = await mediaOf(request.media, call);
    return say(request, call, {
      ...{ ...words, ...asWords(media) },
      ...(request.replyMarkup && { markup: request.replyMarkup }),
    });
  }),
  method(Api.messages.SendMultiMedia, async (request, call) => {
    const { multiMedia } = request;
    if (multiMedia.length === 0) refuse('MEDIA_EMPTY');
    if (multiMedia.length > MAX_ALBUM) refuse('MULTI_MEDIA_TOO_LONG');
    const [first] = multiMedia;
    const groupedId = BigInt(String(first?.randomId ?? 0)) & 0x7fffffffffffffffn;
    const updates: Api.TypeUpdate[] = [];
    for (const { media: input, message, entities, randomId } of multiMedia) {
      // Files of albums have to be uploaded as media before.
      if (!(input instanceof Api.InputMediaPhoto || input instanceof Api.InputMediaDocument))
        refuse('MEDIA_INVALID');
      const words = checkedText(message, entities, call);
      if (words.text.length > MAX_CAPTION) refuse('MEDIA_CAPTION_TOO_LONG');
      const media = await mediaOf(input, call);
      const { peer, replyTo, sendAs, silent } = request;
      const one = { peer, replyTo, sendAs, silent, randomId };
      updates.push(...saying(one, call, { ...words, ...asWords(media), groupedId }));
    }
    return answer(call, updates);
  }),
  method(Api.messages.UploadMedia, async ({ peer, media }, call) => {
    placeOf(peer, call);
    return (await mediaOf(media, call)).media;
  }),
  method(Api.messages.EditMessage, async (request, call) => {
    const { peer, id } = request;
    if (request.media instanceof Api.InputMediaPoll && request.media.poll.closed)
      return closePoll(peer, id, call);
    const person = caller(call);
    const place = placeOf(peer, call);
    const message = messageOf(place, id, person);
    const posts = place.kind === 'channel' && place.broadcast && hasRight(place, person, 'editMessages');
    if (message.author !== person && !posts) refuse('MESSAGE_AUTHOR_REQUIRED', 403);
    if (message.action || message.forward) refuse('MESSAGE_ID_INVALID');
    const late = call.server.seconds() - message.date > EDITABLE;
    if (late && place !== person && !posts && !hasRight(place, person, 'pinMessages'))
      refuse('MESSAGE_EDIT_TIME_EXPIRED');
    const media = request.media ? await mediaOf(request.media, call) : undefined;
    const words =
      typeof request.message === 'string'
        ? checkedText(request.message, request.entities, call)
        : { text: message.text, entities: message.entities };
    if (words.text === '' && !message.media && !media) refuse('MESSAGE_EMPTY');
    const same = words.text === message.text && alike(words.entities, message.entities);
    if (same && !media && !request.replyMarkup) refuse('MESSAGE_NOT_MODIFIED');
    const change = {
      ...{ text: words.text, entities: words.entities },
      ...(media && { media: media.media }),
      ...(request.replyMarkup && { markup: request.replyMarkup }),
    };
    const update = edit(call.server, boxOf(place, person), message, change, person, call.session);
    return answer(call, [update]);
  }),
  method(Api.messages.DeleteMessages, ({ id, revoke }, call) => {
    const person = caller(call);
    const messages = id.flatMap((one) => person.box.messages.get(one) ?? []);
    const { server, session } = call;
    return new Api.messages.AffectedMessages(
      remove(server, person.box, messages, revoke === true, person, session),
    );
  }),
  method(Api.channels.DeleteMessages, ({ channel: input, id }, call) => {
    const person = caller(call);
    const channel = channelOf(input, call);
    const messages = id.flatMap((one) => channel.box.messages.get(one) ?? []);
    const own = messages.every(({ author }) => author === person);
    if (!own && !hasRight(channel, person, 'deleteMessages')) refuse('MESSAGE_DELETE_FORBIDDEN', 403);
    const { server, session } = call;
    return new Api.messages.AffectedMessages(remove(server, channel.box, messages, true, person, session));
  }),
  method(Api.messages.DeleteHistory, ({ peer, maxId, revoke, justClear }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    if (place.kind === 'channel') refuse('PEER_ID_INVALID');
    const messages = messagesOf(place, person).filter(({ id }) => maxId === 0 || id <= maxId);
    const { server, session } = call;
    const affected = remove(server, person.box, messages, revoke === true && !justClear, person, session);
    return new Api.messages.AffectedHistory({ ...affected, offset: 0 });
  }),
  method(Api.messages.UpdatePinnedMessage, ({ peer, id, unpin, silent, pmOneside }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    if (!mayPin(place, person)) refuse('CHAT_ADMIN_REQUIRED');
    const message = messageOf(place, id, person);
    if ((message.pinned === true) !== (unpin === true)) refuse('CHAT_NOT_MODIFIED');
    const { server, session } = call;
    const everywhere = !(place.kind === 'person' && pmOneside);
    const updates = [pin(server, boxOf(place, person), message, !unpin, person, session, everywhere)];
    if (!unpin && everywhere) {
      const said = post(
        ...([server, person, place] as const),
        {
          ...{ action: new Api.MessageActionPinMessage(), answers: id, ...(silent && { silent }) },
          replyTo: new Api.MessageReplyHeader({ replyToMsgId: id }),
        },
        session,
      );
      updates.push(said.update);
    }
    return answer(call, updates);
  }),
  method(Api.messages.UnpinAllMessages, ({ peer }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    if (!mayPin(place, person)) refuse('CHAT_ADMIN_REQUIRED');
    const box = boxOf(place, person);
    const pinned = messagesOf(place, person).filter((message) => message.pinned);
    for (const message of pinned) pin(call.server, box, message, false, person, call.session);
    return new Api.messages.AffectedHistory({ pts: box.pts, ptsCount: pinned.length, offset: 0 });
  }),
];

function mayPin(place: Place, person: Person): boolean {
  if (place.kind === 'person') return true;
  if (hasRight(place, person, 'pinMessages')) return true;
  return place.kind === 'channel' && place.broadcast
    ? hasRight(place, person, 'editMessages')
    : kept(place, person, 'pinMessages') === undefined;
}

/** A page that the words link to and that the server has a preview of. */
function preview(text: string, { server }: Call): Api.MessageMediaWebPage | undefined {
  for (const [url, webpage] of server.world.pages)
    if (text.includes(url)) return new Api.MessageMediaWebPage({ webpage });
  return undefined;
}

function alike(one: readonly Api.TypeMessageEntity[], other: readonly Api.TypeMessageEntity[]): boolean {
  const bytes = (entities: readonly Api.TypeMessageEntity[]) =>
    entities.map((entity) => entity.getBytes().toString('hex')).join();
  return bytes(one) === bytes(other);
}
