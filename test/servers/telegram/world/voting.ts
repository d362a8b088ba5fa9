import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import { type Poll, pollResults } from './polls.js';
import { tell } from './posting.js';
import { isIn } from './rights.js';
import type { Person } from './world.js';

/** Somebody votes, or with no options takes his vote back. */
export function vote(server: TelegramServer, person: Person, poll: Poll, options: readonly Buffer[]): void {
  if (options.length > 0) poll.votes.set(person, options);
  else poll.votes.delete(person);
  tellPoll(server, poll);
}

/** Tells everybody who has the poll in a chat how it stands. */
export function tellPoll(server: TelegramServer, poll: Poll, session?: MtprotoSession): void {
  const channels = [...server.world.channels.values()].filter(({ box }) => has(box.newest(), poll));
  for (const person of server.online()) {
    const knows = channels.some((channel) => isIn(channel, person)) || has(person.box.newest(), poll);
    if (!knows) continue;
    const results = pollResults(poll, person);
    const update = new Api.UpdateMessagePoll({ pollId: poll.poll.id, poll: poll.poll, results });
    tell(server, person, [update], session);
  }
}

function has(messages: readonly { readonly poll?: Poll }[], poll: Poll): boolean {
  return messages.some((message) => message.poll === poll);
}
