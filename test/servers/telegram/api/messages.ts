import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { RpcFailure } from '../wire/schema.js';
import type { Box, BoxMessage } from '../world/box.js';
import { messageView, personPeer } from '../world/views.js';
import type { Person } from '../world/world.js';
import { caller, type Method, method } from './call.js';
import { everybody } from './updates.js';
import { personOf } from './users.js';

/** Saying something (core.telegram.org/api/messages). */
export const messageMethods: readonly Method[] = [
  method(Api.messages.SendMessage, (request, call) => {
    const person = caller(call);
    const to = personOf(request.peer, call);
    if (request.message === '') throw new RpcFailure(400, 'MESSAGE_EMPTY');
    const { mine, update } = tellPerson(call.server, person, to, {
      text: request.message,
      entities: request.entities ?? [],
    });
    return new Api.Updates({
      updates: [
        new Api.UpdateMessageID({ id: mine.id, ...(request.randomId && { randomId: request.randomId }) }),
        update,
      ],
      ...everybody(person, call),
      date: call.server.seconds(),
      seq: 0,
    });
  }),
];

/** Words from one person to another: a message in the box of each, and an update to the other's clients. */
export function tellPerson(
  server: TelegramServer,
  from: Person,
  to: Person,
  words: { readonly text: string; readonly entities?: readonly Api.TypeMessageEntity[] },
): { readonly mine: BoxMessage; readonly update: Api.TypeUpdate } {
  const date = server.seconds();
  const put = (box: Box, owner: Person, peer: Person): BoxMessage => {
    const message: BoxMessage = {
      ...{ id: box.nextId(), peer: personPeer(peer), from: personPeer(from), out: owner === from, date },
      ...{ text: words.text, entities: words.entities ?? [], reactions: new Map(), copies: new Map() },
    };
    box.messages.set(message.id, message);
    return message;
  };
  const tell = (owner: Person, message: BoxMessage): Api.TypeUpdate =>
    owner.box.record(
      1,
      (pts, ptsCount) => new Api.UpdateNewMessage({ message: messageView(message, owner), pts, ptsCount }),
    );
  const mine = put(from.box, from, to);
  const update = tell(from, mine);
  if (to === from) return { mine, update };
  const theirs = put(to.box, to, from);
  mine.copies.set(to, theirs.id);
  theirs.copies.set(from, mine.id);
  const told = tell(to, theirs);
  server.tell(to, new Api.Updates({ updates: [told], ...everybody(to, { server }), date, seq: 0 }));
  return { mine, update };
}
