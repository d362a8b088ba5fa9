import { Api } from 'telegram';
import { channelPeer, long, type Place } from '../world/peers.js';
import { type Posted, post, type Words } from '../world/posting.js';
import { hasRight, isIn, kept, type Limit } from '../world/rights.js';
import type { ChannelPlace, GroupPlace, Person } from '../world/world.js';
import { answer, type Call, caller, refuse } from './call.js';
import { placeOf } from './peers.js';
import { replying } from './replying.js';

/** What requests that say something have in common. */
export interface Saying {
  readonly peer: unknown;
  readonly randomId?: { toString(): string } | undefined;
  readonly replyTo?: unknown;
  readonly sendAs?: unknown;
  readonly silent?: boolean | undefined;
  readonly scheduleDate?: number | undefined | null;
}

/** Says words for a request. */
export function say(request: Saying, call: Call, words: Words): Api.Updates | Api.UpdateShortSentMessage {
  const updates = saying(request, call, words);
  const posted = call.server.said.get(saidName(call, request.randomId));
  return (posted && shortAnswer(posted, call)) ?? answer(call, updates);
}

/** Says words for a request, of which there may be several. Returns the updates for who asked. */
export function saying(request: Saying, call: Call, words: Words): readonly Api.TypeUpdate[] {
  if (request.scheduleDate) refuse('SCHEDULE_DATE_INVALID');
  const person = caller(call);
  const place = placeOf(request.peer, call);
  const name = saidName(call, request.randomId);
  let posted = call.server.said.get(name);
  // The same request again, after a broken connection: nothing is said twice.
  if (posted && !call.server.answersRepeats) refuse('RANDOM_ID_DUPLICATE', 500);
  if (!posted) {
    admit(place, person, words, call);
    const as = speaker(request.sendAs, place, person, call);
    const all = {
      ...{ ...words, ...replying(request.replyTo, person, place, words, call) },
      ...(as && { as, ...titleOf(place, person) }),
      ...(request.silent && { silent: true }),
    };
    posted = post(call.server, person, place, all, call.session);
    call.server.said.set(name, posted);
  }
  const randomId = long(BigInt(String(request.randomId ?? 0)));
  return [new Api.UpdateMessageID({ id: posted.message.id, randomId }), posted.update];
}

function saidName(call: Call, randomId: Saying['randomId']): string {
  return `${caller(call).id} ${randomId}`;
}

/** Words alone, said to somebody or in a basic group, are answered by little more than their number. */
function shortAnswer({ message, update }: Posted, call: Call): Api.UpdateShortSentMessage | undefined {
  if (!call.server.shortUpdates || !(update instanceof Api.UpdateNewMessage)) return undefined;
  const { id, date, entities, media, poll, markup, groupedId, forward } = message;
  if (poll || markup || groupedId !== undefined || forward) return undefined;
  const { pts, ptsCount } = update;
  return new Api.UpdateShortSentMessage({
    ...{ out: true, id, pts, ptsCount, date },
    ...(media && { media }),
    ...(entities.length > 0 && { entities: [...entities] }),
  });
}

/** @throws {RpcFailure} when the caller may not say it there */
export function admit(place: Place, person: Person, words: Words, call: Call): void {
  if (place.kind === 'person') {
    if (place.deleted) refuse('INPUT_USER_DEACTIVATED');
    if (person.blocked.has(place)) refuse('YOU_BLOCKED_USER');
    // People do not learn of it; bots do.
    if (person.bot && place.blocked.has(person)) refuse('USER_IS_BLOCKED', 403);
    if (person.bot && !person.box.knows(`u${place.id}`)) refuse('PEER_ID_INVALID');
    return;
  }
  if (place.kind === 'group' && place.migratedTo) refuse('CHAT_ID_INVALID');
  if (!isIn(place, person)) refuse('CHAT_WRITE_FORBIDDEN', 403);
  if (place.kind === 'channel' && place.broadcast) {
    if (!hasRight(place, person, 'postMessages')) refuse('CHAT_ADMIN_REQUIRED', 403);
    return;
  }
  keep(place, person, words);
  if (place.kind === 'channel') pace(place, person, call);
}

function keep(place: GroupPlace | ChannelPlace, person: Person, words: Words): void {
  const all = kept(place, person, 'sendMessages');
  if (all === 'him') refuse('USER_BANNED_IN_CHANNEL');
  if (all === 'all') refuse('CHAT_WRITE_FORBIDDEN', 403);
  const limit = limitOf(words);
  const media = limit !== 'sendPlain' && kept(place, person, 'sendMedia') !== undefined;
  if (media) refuse('CHAT_SEND_MEDIA_FORBIDDEN', 403);
  if (!kept(place, person, limit)) return;
  const what = limit === 'sendPolls' ? 'POLL' : limit.replace('send', '').toUpperCase();
  refuse(`CHAT_SEND_${what}_FORBIDDEN`, 403);
}

function limitOf({ media, poll }: Words): Limit {
  if (poll) return 'sendPolls';
  if (!media || media instanceof Api.MessageMediaWebPage) return 'sendPlain';
  if (media instanceof Api.MessageMediaPhoto) return 'sendPhotos';
  if (!(media instanceof Api.MessageMediaDocument)) return 'sendPlain';
  if (media.voice) return 'sendVoices';
  if (media.round) return 'sendRoundvideos';
  const { document } = media;
  const attributes = document instanceof Api.Document ? document.attributes : [];
  if (attributes.some((one) => one instanceof Api.DocumentAttributeSticker)) return 'sendStickers';
  if (attributes.some((one) => one instanceof Api.DocumentAttributeAnimated)) return 'sendGifs';
  if (attributes.some((one) => one instanceof Api.DocumentAttributeAudio)) return 'sendAudios';
  return media.video ? 'sendVideos' : 'sendDocs';
}

function pace(place: ChannelPlace, person: Person, { server }: Call): void {
  const now = server.seconds();
  const wait = (place.lastWords.get(person) ?? 0) + place.slowModeSeconds - now;
  const staff = hasRight(place, person, 'other') || hasRight(place, person, 'deleteMessages');
  if (place.slowModeSeconds > 0 && wait > 0 && !staff) refuse(`SLOWMODE_WAIT_${wait}`, 420);
  place.lastWords.set(person, now);
}

/** The word under the name of an administrator who hides. */
function titleOf(place: Place, person: Person): Pick<Words, 'signature'> {
  const title = place.kind === 'person' ? undefined : place.members.get(person)?.title;
  return title === undefined ? {} : { signature: title };
}

/** Whom the words are shown to be of, if not of their author: administrators may hide behind the group. */
function speaker(sendAs: unknown, place: Place, person: Person, call: Call): Api.TypePeer | undefined {
  if (place.kind !== 'channel' || place.broadcast) return undefined;
  if (sendAs && !(sendAs instanceof Api.InputPeerSelf || sendAs instanceof Api.InputPeerUser)) {
    const channel = placeOf(sendAs, call);
    const own = channel.kind === 'channel' && channel.members.get(person)?.role === 'creator';
    if (channel !== place && !own) refuse('SEND_AS_PEER_INVALID');
    return channel.kind === 'channel' ? channelPeer(channel) : undefined;
  }
  return place.members.get(person)?.rights?.anonymous === true ? channelPeer(place) : undefined;
}
