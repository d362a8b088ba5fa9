import { Api } from 'telegram';
import { personPeer } from './peers.js';
import type { Person } from './world.js';

/** A poll, of which copies may stand in several chats. */
export interface Poll {
  poll: Api.Poll;
  /** Of a quiz: the right answers. */
  readonly correct: readonly Buffer[];
  readonly solution: string | undefined;
  readonly votes: Map<Person, readonly Buffer[]>;
}

/** A poll as somebody sees it: results are for those who have voted, and for all once it is closed. */
export function pollView(poll: Poll, viewer: Person): Api.MessageMediaPoll {
  return new Api.MessageMediaPoll({ poll: poll.poll, results: pollResults(poll, viewer) });
}

export function pollResults({ poll, correct, solution, votes }: Poll, viewer: Person): Api.PollResults {
  const own = votes.get(viewer);
  const common = { totalVoters: votes.size };
  if (!own && !poll.closed) return new Api.PollResults(common);
  const chosen = (option: Buffer, one: readonly Buffer[] = []) => one.some((other) => other.equals(option));
  return new Api.PollResults({
    ...common,
    results: poll.answers.map(
      ({ option }) =>
        new Api.PollAnswerVoters({
          option,
          chosen: chosen(option, own),
          correct: chosen(option, correct),
          voters: [...votes.values()].filter((one) => chosen(option, one)).length,
        }),
    ),
    ...(poll.publicVoters && { recentVoters: [...votes.keys()].slice(-MAX_RECENT).map(personPeer) }),
    ...(solution !== undefined && { solution, solutionEntities: [] }),
  });
}

/** Voters told by name in the results. */
const MAX_RECENT = 3;
