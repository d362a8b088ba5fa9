import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import type { Box, BoxMessage } from './box.js';
import { messageView, reactionsView } from './message-view.js';
import { channelPeer } from './peers.js';
import { tell } from './posting.js';
import type { ChannelPlace, Person } from './world.js';

/** One copy of a message, and whose box it lies in. */
export interface Copy {
  readonly owner: Person;
  readonly message: BoxMessage;
}

/** A message in a person's box, and its copies in the boxes of others. */
export function copiesOf(owner: Person, message: BoxMessage): readonly Copy[] {
  const others = [...message.copies].flatMap(([other, id]) => {
    const copy = other.box.messages.get(id);
    return copy ? [{ owner: other, message: copy }] : [];
  });
  return [{ owner, message }, ...others];
}

/** What may be different about a message. */
type Change = Partial<Pick<BoxMessage, 'text' | 'entities' | 'media' | 'poll' | 'markup'>>;

/** A message has other words, for all who have it. Returns the update for who changed it. */
export function edit(
  server: TelegramServer,
  box: Box,
  message: BoxMessage,
  change: Change,
  by: Person,
  session?: MtprotoSession,
): Api.TypeUpdate {
  const update = editCopies(server, box, message, change, by, session);
  if (session) server.doings.emit('edited', by, message);
  return update;
}

function editCopies(
  server: TelegramServer,
  box: Box,
  message: BoxMessage,
  change: Change,
  by: Person,
  session?: MtprotoSession,
): Api.TypeUpdate {
  const { owner } = box;
  const apply = (one: BoxMessage) => Object.assign(one, change, { editDate: server.seconds() });
  if (owner.kind === 'channel') {
    apply(message);
    return inChannel(server, owner, by, session, (viewer, pts, ptsCount) => {
      return new Api.UpdateEditChannelMessage({ message: messageView(message, viewer), pts, ptsCount });
    });
  }
  return inBoxes(server, copiesOf(owner, message), by, session, (copy, pts, ptsCount) => {
    apply(copy.message);
    return new Api.UpdateEditMessage({ message: messageView(copy.message, copy.owner), pts, ptsCount });
  });
}

/** Messages are gone: for all, or for the owner of the box alone. */
export function remove(
  server: TelegramServer,
  box: Box,
  messages: readonly BoxMessage[],
  everywhere: boolean,
  by: Person,
  session?: MtprotoSession,
): { readonly pts: number; readonly ptsCount: number } {
  const { owner } = box;
  const count = messages.length;
  if (session) server.doings.emit('removed', by, box, messages);
  if (owner.kind === 'channel') {
    for (const message of messages) box.delete(message);
    const ids = messages.map(({ id }) => id);
    inChannel(
      server,
      owner,
      by,
      session,
      (_viewer, pts, ptsCount) => {
        const { channelId } = channelPeer(owner);
        return new Api.UpdateDeleteChannelMessages({ channelId, messages: ids, pts, ptsCount });
      },
      count,
    );
    return { pts: box.pts, ptsCount: count };
  }
  const gone = new Map<Person, number[]>();
  for (const message of messages) {
    const copies = everywhere ? copiesOf(owner, message) : [{ owner, message }];
    for (const copy of copies) {
      copy.owner.box.delete(copy.message);
      gone.set(copy.owner, [...(gone.get(copy.owner) ?? []), copy.message.id]);
    }
  }
  for (const [person, ids] of gone) {
    const update = person.box.record(
      ids.length,
      (pts, ptsCount) => new Api.UpdateDeleteMessages({ messages: ids, pts, ptsCount }),
    );
    tell(server, person, [update], person === by ? session : undefined);
  }
  return { pts: box.pts, ptsCount: count };
}

/**
 * Somebody's reactions to a message, all of them. Private chats and basic groups are told by an edit that is not to be
 * shown as one; so are channels by the first reaction, and their members by an update without a number, in large ones
 * the author alone (`server.reactionsToAll`). Returns the update for who reacted.
 */
export function react(
  server: TelegramServer,
  box: Box,
  message: BoxMessage,
  by: Person,
  reactions: readonly Api.TypeReaction[],
  session?: MtprotoSession,
): Api.TypeUpdate {
  const { owner } = box;
  if (session) server.doings.emit('reacted', by, message, reactions);
  const apply = (one: BoxMessage): void => {
    if (reactions.length > 0) one.reactions.set(by.id, reactions);
    else one.reactions.delete(by.id);
    one.reacted = server.seconds();
  };
  if (owner.kind !== 'channel')
    return inBoxes(server, copiesOf(owner, message), by, session, (copy, pts, ptsCount) => {
      apply(copy.message);
      return new Api.UpdateEditMessage({ message: messageView(copy.message, copy.owner), pts, ptsCount });
    });
  const first = message.reactions.size === 0;
  apply(message);
  if (first)
    inChannel(server, owner, by, undefined, (viewer, pts, ptsCount) => {
      return new Api.UpdateEditChannelMessage({ message: messageView(message, viewer), pts, ptsCount });
    });
  const seen = (viewer: Person) =>
    new Api.UpdateMessageReactions({
      ...{ peer: message.peer, msgId: message.id },
      reactions: reactionsView(message, viewer) ?? new Api.MessageReactions({ results: [] }),
    });
  for (const person of server.listeners(owner))
    if (server.reactionsToAll || person === message.author || person === by)
      tell(server, person, [seen(person)], person === by ? session : undefined);
  return seen(by);
}

/** A message is pinned, or no more, for all who have it. Returns the update for who did it. */
export function pin(
  server: TelegramServer,
  box: Box,
  message: BoxMessage,
  pinned: boolean,
  by: Person,
  session?: MtprotoSession,
  everywhere = true,
): Api.TypeUpdate {
  const { owner } = box;
  if (owner.kind === 'channel') {
    message.pinned = pinned;
    const { channelId } = channelPeer(owner);
    return inChannel(
      server,
      owner,
      by,
      session,
      (_viewer, pts, ptsCount) =>
        new Api.UpdatePinnedChannelMessages({ pinned, channelId, messages: [message.id], pts, ptsCount }),
    );
  }
  const copies = everywhere ? copiesOf(owner, message) : [{ owner, message }];
  return inBoxes(server, copies, by, session, (copy, pts, ptsCount) => {
    copy.message.pinned = pinned;
    const { peer, id } = copy.message;
    return new Api.UpdatePinnedMessages({ pinned, peer, messages: [id], pts, ptsCount });
  });
}

/** One event of the boxes of all who have a message. Returns the update for who caused it. */
function inBoxes(
  server: TelegramServer,
  copies: readonly Copy[],
  by: Person,
  session: MtprotoSession | undefined,
  make: (copy: Copy, pts: number, count: number) => Api.TypeUpdate,
): Api.TypeUpdate {
  let own: Api.TypeUpdate | undefined;
  for (const copy of copies) {
    const update = copy.owner.box.record(1, (pts, count) => make(copy, pts, count));
    if (copy.owner === by) own = update;
    tell(server, copy.owner, [update], copy.owner === by ? session : undefined);
  }
  if (!own) throw new Error('who changes a message has it');
  return own;
}

/** One event of a channel, told to all in it. Returns the update for who caused it. */
function inChannel(
  server: TelegramServer,
  channel: ChannelPlace,
  by: Person,
  session: MtprotoSession | undefined,
  make: (viewer: Person, pts: number, count: number) => Api.TypeUpdate,
  count = 1,
): Api.TypeUpdate {
  const update = channel.box.record(count, (pts, ptsCount) => make(by, pts, ptsCount));
  for (const person of server.listeners(channel))
    tell(server, person, [make(person, channel.box.pts, count)], person === by ? session : undefined);
  return update;
}
