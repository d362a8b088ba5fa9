import { Api } from 'telegram';
import { topOf } from '../world/message-view.js';
import { type Place, peerOf } from '../world/peers.js';
import type { Words } from '../world/posting.js';
import { hasRight } from '../world/rights.js';
import type { Person } from '../world/world.js';
import { type Call, refuse } from './call.js';
import { boxOf, messageOf, placeOf } from './peers.js';

/** The topic of a forum to which everything belongs that names no other. */
const GENERAL = 1;

/** What words answer, and the topic that they stand in. @throws {RpcFailure} */
export function replying(
  input: unknown,
  person: Person,
  place: Place,
  { mentions = [] }: Words,
  call: Call,
): Pick<Words, 'replyTo' | 'answers' | 'topic' | 'mentions'> {
  if (!(input instanceof Api.InputReplyToMessage)) {
    openTopic(place, GENERAL, person);
    return {};
  }
  if (input.replyToPeerId) {
    const topic = input.topMsgId ?? GENERAL;
    openTopic(place, topic, person);
    return fromElsewhere(
      input,
      input.replyToPeerId,
      place,
      person,
      call,
      topic === GENERAL ? undefined : topic,
    );
  }
  const { replyToMsgId, topMsgId, quoteText, quoteEntities, quoteOffset } = input;
  const target = boxOf(place, person).messages.get(replyToMsgId);
  if (!target) return refuse('REPLY_MESSAGE_ID_INVALID');
  if (quoteText && !target.text.includes(quoteText)) refuse('QUOTE_TEXT_INVALID');
  const topic =
    place.kind === 'channel' && place.forum
      ? topicOf(target.topic, topMsgId, replyToMsgId, place.topics)
      : undefined;
  openTopic(place, topic ?? GENERAL, person);
  const top = topic ?? (place.kind === 'channel' ? threadOf(target.replyTo, replyToMsgId) : undefined);
  const replyTo = new Api.MessageReplyHeader({
    ...{ replyToMsgId, forumTopic: topic !== undefined },
    ...(top !== undefined && top !== replyToMsgId && { replyToTopId: top }),
    ...(quoteText && { quote: true, quoteText, quoteOffset: quoteOffset ?? target.text.indexOf(quoteText) }),
    ...(quoteText && quoteEntities && { quoteEntities }),
  });
  const answered = place.kind === 'person' || target.author === person ? [] : [target.author];
  return {
    ...{ replyTo, answers: replyToMsgId, mentions: [...mentions, ...answered] },
    ...(topic !== undefined && { topic }),
  };
}

function topicOf(
  known: number | undefined,
  asked: number | undefined | null,
  id: number,
  topics: ReadonlyMap<number, unknown>,
): number | undefined {
  const topic = known ?? (topics.has(id) ? id : undefined) ?? asked ?? undefined;
  return topic === GENERAL ? undefined : topic;
}

function threadOf(replyTo: Api.TypeMessageReplyHeader | undefined, id: number): number {
  return (replyTo instanceof Api.MessageReplyHeader && topOf(replyTo)) || id;
}

/** A quote of what was said in another chat. */
function fromElsewhere(
  { replyToMsgId, quoteText }: Api.InputReplyToMessage,
  input: Api.TypeInputPeer,
  place: Place,
  person: Person,
  call: Call,
  topic: number | undefined,
): Pick<Words, 'replyTo' | 'topic'> {
  const other = placeOf(input, call);
  const { from, date, media } = messageOf(other, replyToMsgId, person);
  if (other !== place && other.kind !== 'person' && other.closedToForwards)
    refuse('CHAT_FORWARDS_RESTRICTED');
  const peer = other.kind === 'channel' ? { replyToPeerId: peerOf(other), replyToMsgId } : {};
  return {
    ...(topic !== undefined && { topic }),
    replyTo: new Api.MessageReplyHeader({
      ...peer,
      ...(topic !== undefined && { forumTopic: true, replyToTopId: topic }),
      replyFrom: new Api.MessageFwdHeader({ ...(from && { fromId: from }), date }),
      ...(media && { replyMedia: media }),
      ...(quoteText && { quote: true, quoteText }),
    }),
  };
}

function openTopic(place: Place, id: number, person: Person): void {
  if (place.kind !== 'channel' || !place.forum) return;
  const topic = place.topics.get(id);
  if (!topic && id !== GENERAL) refuse('TOPIC_DELETED');
  if (topic?.closed && !hasRight(place, person, 'manageTopics') && topic.by !== person)
    refuse('TOPIC_CLOSED');
}
