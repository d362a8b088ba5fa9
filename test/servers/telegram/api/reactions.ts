import { Api } from 'telegram';
import { react } from '../world/changes.js';
import { addDocument } from '../world/files.js';
import { reactionName, reactionsView } from '../world/message-view.js';
import type { Place } from '../world/peers.js';
import { personPeer } from '../world/peers.js';
import { hasRight, isIn } from '../world/rights.js';
import type { Person } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { hashOf } from './hash.js';
import { boxOf, groupOrChannelOf, messageOf, placeOf } from './peers.js';

/** Different reactions of one message, and those of one person. */
export const REACTIONS = { perMessage: 11, perUser: 1, perPremiumUser: 3 } as const;

/** Reactions (core.telegram.org/api/reactions). */
export const reactionMethods: readonly Method[] = [
  method(Api.messages.SendReaction, ({ peer, msgId, reaction }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    const message = messageOf(place, msgId, person);
    if (place.kind !== 'person' && !isIn(place, person)) refuse('CHANNEL_PRIVATE');
    const chosen = (reaction ?? []).filter((one) => !(one instanceof Api.ReactionEmpty));
    if (chosen.length > (person.premium ? REACTIONS.perPremiumUser : REACTIONS.perUser))
      refuse('REACTIONS_TOO_MANY');
    for (const one of chosen) admitReaction(one, place, person, call);
    const others = new Set(
      [...message.reactions].flatMap(([id, all]) => (id === person.id ? [] : all.map(reactionName))),
    );
    for (const one of chosen) others.add(reactionName(one));
    const limit = place.kind === 'person' ? undefined : place.reactionsLimit;
    if (others.size > (limit ?? REACTIONS.perMessage)) refuse('REACTIONS_TOO_MANY');
    const { server, session } = call;
    return answer(call, [react(server, boxOf(place, person), message, person, chosen, session)]);
  }),
  method(Api.messages.GetMessagesReactions, ({ peer, id }, call) => {
    const person = caller(call);
    const place = placeOf(peer, call);
    const messages = id.flatMap((one) => boxOf(place, person).messages.get(one) ?? []);
    return answer(
      call,
      messages.map(
        (message) =>
          new Api.UpdateMessageReactions({
            ...{ peer: message.peer, msgId: message.id },
            reactions: reactionsView(message, person) ?? new Api.MessageReactions({ results: [] }),
          }),
      ),
    );
  }),
  method(Api.messages.GetMessageReactionsList, ({ peer, id, reaction, offset, limit }, call) => {
    const message = messageOf(placeOf(peer, call), id, caller(call));
    const all = [...message.reactions].flatMap(([by, chosen]) =>
      chosen
        .filter((one) => !reaction || reactionName(one) === reactionName(reaction))
        .map(
          (one) =>
            new Api.MessagePeerReaction({
              peerId: personPeer({ id: by }),
              date: message.date,
              reaction: one,
            }),
        ),
    );
    const start = Number(offset ?? 0);
    const reactions = all.slice(start, start + limit);
    return new Api.messages.MessageReactionsList({
      ...{ count: all.length, reactions, ...namedFor(call, reactions) },
      ...(all.length > start + limit && { nextOffset: String(start + limit) }),
    });
  }),
  method(Api.messages.SetChatAvailableReactions, ({ peer, availableReactions, reactionsLimit }, call) => {
    const place = groupOrChannelOf(peer, call);
    if (!hasRight(place, caller(call), 'changeInfo')) refuse('CHAT_ADMIN_REQUIRED');
    place.reactions =
      availableReactions instanceof Api.ChatReactionsSome
        ? availableReactions.reactions.map(reactionName)
        : availableReactions instanceof Api.ChatReactionsNone
          ? []
          : undefined;
    if (reactionsLimit) place.reactionsLimit = reactionsLimit;
    return answer(call, []);
  }),
  method(Api.messages.GetAvailableReactions, ({ hash }, call) => {
    caller(call);
    const { world } = call.server;
    const now = Number(BigInt.asIntN(32, hashOf(world.reactions.map((emoji) => emoji.codePointAt(0) ?? 0))));
    if (hash === now) return new Api.messages.AvailableReactionsNotModified();
    const picture = addDocument(world, { source: Buffer.from('picture'), mediaType: 'image/webp' });
    return new Api.messages.AvailableReactions({
      hash: now,
      reactions: world.reactions.map(
        (reaction) =>
          new Api.AvailableReaction({
            ...{ reaction, title: reaction, staticIcon: picture, appearAnimation: picture },
            ...{ selectAnimation: picture, activateAnimation: picture, effectAnimation: picture },
          }),
      ),
    });
  }),
  method(Api.messages.GetCustomEmojiDocuments, ({ documentId }, call) => {
    caller(call);
    return documentId.flatMap((id) => {
      const shown = call.server.world.files.get(BigInt(id.toString()))?.shown;
      return shown instanceof Api.Document ? [shown] : [];
    });
  }),
];

function admitReaction(reaction: Api.TypeReaction, place: Place, person: Person, { server }: Call): void {
  const allowed = place.kind === 'person' ? undefined : place.reactions;
  const name = reactionName(reaction);
  if (reaction instanceof Api.ReactionEmoji && !server.world.reactions.includes(name))
    refuse('REACTION_INVALID');
  if (allowed) {
    if (!allowed.includes(name)) refuse('REACTION_INVALID');
    return;
  }
  if (!(reaction instanceof Api.ReactionCustomEmoji)) return;
  if (!server.world.files.has(BigInt(reaction.documentId.toString()))) refuse('DOCUMENT_INVALID');
  if (!person.premium) refuse('PREMIUM_ACCOUNT_REQUIRED');
}
