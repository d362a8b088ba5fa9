import { Api } from 'telegram';
import { edit } from '../world/changes.js';
import { long, personPeer } from '../world/peers.js';
import { type Poll, pollResults } from '../world/polls.js';
import { tellPoll } from '../world/voting.js';
import { randomLong } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { boxOf, messageOf, placeOf } from './peers.js';

const MAX_QUESTION = 255;
const MAX_ANSWER = 100;
const MAX_ANSWERS = 10;

/** Polls (core.telegram.org/api/poll). */
export const pollMethods: readonly Method[] = [
  method(Api.messages.SendVote, ({ peer, msgId, options }, call) => {
    const person = caller(call);
    const poll = pollAt(peer, msgId, call);
    if (poll.poll.closed) refuse('MESSAGE_POLL_CLOSED');
    if (poll.poll.quiz && poll.votes.has(person)) refuse('REVOTE_NOT_ALLOWED');
    const chosen = options.map((option) => Buffer.from(option));
    if (chosen.length > 1 && !poll.poll.multipleChoice) refuse('OPTIONS_TOO_MUCH');
    const known = (option: Buffer) => poll.poll.answers.some((one) => option.equals(one.option));
    if (!chosen.every(known)) refuse('OPTION_INVALID');
    if (chosen.length > 0) poll.votes.set(person, chosen);
    else poll.votes.delete(person);
    tellPoll(call.server, poll, call.session);
    return answer(call, [updateOf(poll, call)]);
  }),
  method(Api.messages.GetPollResults, ({ peer, msgId }, call) =>
    answer(call, [updateOf(pollAt(peer, msgId, call), call)]),
  ),
  method(Api.messages.GetPollVotes, ({ peer, id, option, limit }, call) => {
    const poll = pollAt(peer, id, call);
    if (!poll.poll.publicVoters || !poll.votes.has(caller(call))) refuse('POLL_VOTE_REQUIRED', 403);
    const all = [...poll.votes].filter(
      ([, votes]) => !option || votes.some((vote) => vote.equals(Buffer.from(option))),
    );
    const votes = all.slice(0, limit).map(
      ([person, [first = Buffer.alloc(0)]]) =>
        new Api.MessagePeerVote({
          ...{ peer: personPeer(person), option: first },
          date: call.server.seconds(),
        }),
    );
    return new Api.messages.VotesList({ count: all.length, votes, ...namedFor(call, votes) });
  }),
];

/** A poll that a client sends. @throws {RpcFailure} */
export function newPoll({ poll, correctAnswers, solution }: Api.InputMediaPoll, call: Call): Poll {
  const { question, answers, quiz, multipleChoice } = poll;
  if (question.text === '' || question.text.length > MAX_QUESTION) refuse('POLL_QUESTION_INVALID');
  if (answers.length < 2 || answers.length > MAX_ANSWERS) refuse('POLL_ANSWERS_INVALID');
  if (answers.some(({ text }) => text.text === '' || text.text.length > MAX_ANSWER))
    refuse('POLL_ANSWER_INVALID');
  const names = new Set(answers.map(({ option }) => Buffer.from(option).toString('hex')));
  if (names.size < answers.length) refuse('POLL_OPTION_DUPLICATE');
  if (quiz && multipleChoice) refuse('QUIZ_MULTIPLE_INVALID');
  if (quiz && correctAnswers?.length !== 1) refuse('QUIZ_CORRECT_ANSWERS_EMPTY');
  const id = randomLong();
  const made: Poll = {
    poll: new Api.Poll({
      ...{ id: long(id), question, answers, quiz: quiz === true, closed: poll.closed === true },
      ...{ multipleChoice: multipleChoice === true, publicVoters: poll.publicVoters === true },
    }),
    correct: (correctAnswers ?? []).map((option) => Buffer.from(option)),
    solution: solution ?? undefined,
    votes: new Map(),
  };
  call.server.world.polls.set(id, made);
  return made;
}

/** A poll ends for good when it is edited to be closed. */
export function closePoll(peer: unknown, id: number, call: Call): Api.Updates {
  const person = caller(call);
  const place = placeOf(peer, call);
  const message = messageOf(place, id, person);
  const { poll } = message;
  if (!poll) return refuse('MEDIA_PREV_INVALID');
  poll.poll.closed = true;
  return answer(call, [edit(call.server, boxOf(place, person), message, {}, person, call.session)]);
}

function pollAt(peer: unknown, id: number, call: Call): Poll {
  return messageOf(placeOf(peer, call), id, caller(call)).poll ?? refuse('MESSAGE_ID_INVALID');
}

function updateOf(poll: Poll, call: Call): Api.UpdateMessagePoll {
  const { id } = poll.poll;
  return new Api.UpdateMessagePoll({ pollId: id, poll: poll.poll, results: pollResults(poll, caller(call)) });
}
