import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import type { Box, BoxMessage } from './box.js';
import { everybody } from './everybody.js';
import { messageView, peerOf, personPeer } from './views.js';
import type { ChannelPlace, GroupPlace, Person } from './world.js';

/** Where something can be said. */
export type Place = Person | GroupPlace | ChannelPlace;

/** What is said, besides by whom and where. */
export type Words = Partial<
  Pick<
    BoxMessage,
    | 'text'
    | 'entities'
    | 'media'
    | 'replyTo'
    | 'forward'
    | 'markup'
    | 'groupedId'
    | 'silent'
    | 'viaBot'
    | 'ttl'
    | 'action'
    | 'date'
  >
> & {
  /** Whom the words mention by name or reply. */
  readonly mentions?: readonly Person[];
  /** For `replyTo` in boxes of others: the message that is answered, as the author has it. */
  readonly answers?: number;
};

/** What came of saying something. */
export interface Posted {
  /** As its author has it. */
  readonly message: BoxMessage;
  /** For the author's own clients. */
  readonly update: Api.TypeUpdate;
}

/**
 * Somebody says something: into the boxes of all who see it, and to their clients. `session` has it by the answer to
 * its request.
 */
export function post(
  server: TelegramServer,
  from: Person,
  to: Place,
  words: Words,
  session?: MtprotoSession,
): Posted {
  if (to.kind === 'channel') return postInChannel(server, from, to, words, session);
  const owners = to.kind === 'person' ? [...new Set([from, to])] : presentMembers(to);
  const messages = new Map<Person, BoxMessage>();
  for (const owner of owners) {
    const peer = to.kind === 'group' ? to : owner === from ? to : from;
    messages.set(owner, put(server, owner.box, peer, from, owner === from, words, owner, from));
  }
  // Everybody's copy knows all the others.
  for (const [owner, message] of messages)
    for (const [other, copy] of messages) if (other !== owner) message.copies.set(other, copy.id);
  let own: Posted | undefined;
  for (const [owner, message] of messages) {
    const update = owner.box.record(
      1,
      (pts, ptsCount) => new Api.UpdateNewMessage({ message: messageView(message, owner), pts, ptsCount }),
    );
    if (owner === from) own = { message, update };
    tell(server, owner, [update], owner === from ? session : undefined);
  }
  if (!own) throw new Error('the author is not there');
  return own;
}

function postInChannel(
  server: TelegramServer,
  from: Person,
  to: ChannelPlace,
  words: Words,
  session?: MtprotoSession,
): Posted {
  const message = put(server, to.box, to, from, false, words, undefined, from);
  if (to.broadcast) Object.assign(message, { from: undefined, post: true, views: 1 });
  const record = to.box.record(
    1,
    (pts, ptsCount) =>
      new Api.UpdateNewChannelMessage({ message: messageView(message, from), pts, ptsCount }),
  );
  for (const person of presentMembers(to)) {
    const { pts, ptsCount } = record as Api.UpdateNewChannelMessage;
    const seen = new Api.UpdateNewChannelMessage({ message: messageView(message, person), pts, ptsCount });
    tell(server, person, [seen], person === from ? session : undefined);
  }
  return { message, update: record };
}

function put(
  server: TelegramServer,
  box: Box,
  peer: Place,
  from: Person,
  out: boolean,
  words: Words,
  owner: Person | undefined,
  author: Person,
): BoxMessage {
  const { text = '', entities = [], mentions = [], answers, date = server.seconds(), ...more } = words;
  const message: BoxMessage = {
    ...{ id: box.nextId(), peer: peerOf(peer), from: personPeer(from), out, date, text, entities },
    ...{ reactions: new Map(), copies: new Map() },
    ...more,
    ...(owner && mentions.includes(owner) && { mentioned: true }),
  };
  if (answers !== undefined && owner !== undefined && owner !== author) {
    // The same message has another number in another's box.
    const id = author.box.messages.get(answers)?.copies.get(owner);
    if (id === undefined) delete message.replyTo;
    else if (message.replyTo instanceof Api.MessageReplyHeader)
      message.replyTo = new Api.MessageReplyHeader({ ...message.replyTo, replyToMsgId: id });
  }
  box.messages.set(message.id, message);
  return message;
}

/** Who hears what is said there. */
export function presentMembers({ members }: GroupPlace | ChannelPlace): readonly Person[] {
  return [...members.values()]
    .filter(({ role }) => role !== 'left' && role !== 'banned')
    .map(({ person }) => person);
}

/** Tells somebody's clients, with everybody whom they may have to know for it. */
export function tell(
  server: TelegramServer,
  person: Person,
  updates: readonly Api.TypeUpdate[],
  except?: MtprotoSession,
): void {
  if (server.sessionsOf(person).length === 0) return;
  const date = server.seconds();
  server.tell(
    person,
    new Api.Updates({ updates: [...updates], ...everybody(person, server.world), date, seq: 0 }),
    except,
  );
}
