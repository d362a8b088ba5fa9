import { Api } from 'telegram';
import type { PeerId, TgMessage } from '../model.js';
import type { Directory } from './directory.js';
import { toMessage } from './messages-to-model.js';
import { toPeerId } from './peers-to-model.js';
import type { Requests } from './requests.js';
import type { UpdateStream } from './updates/update-stream.js';

/** What every part of the client works with. */
export interface Parts {
  readonly requests: Requests;
  readonly directory: Directory;
  readonly stream: UpdateStream;
  me(): PeerId;
}

/** Takes the people of an answer and turns its messages into plain values, in their order. */
export function readMessages(
  { directory, stream, me }: Parts,
  answer: Api.messages.TypeMessages,
): readonly TgMessage[] {
  if (answer instanceof Api.messages.MessagesNotModified) return [];
  stream.learn(answer.users, answer.chats);
  return answer.messages.flatMap((message) => {
    return toMessage(message, me(), (chat) => directory.chat(chat)?.forum === true) ?? [];
  });
}

/** Ids of what a search or a list has found. */
export function readPeers(peers: readonly Api.TypePeer[]): readonly PeerId[] {
  return [...new Set(peers.map(toPeerId))];
}

const QUIET: readonly string[] = [
  ...['messages.SendMessage', 'messages.SendMedia', 'messages.SendMultiMedia', 'messages.ForwardMessages'],
  ...['messages.EditMessage', 'messages.SendReaction'],
];

/** Sees to it that what an answer changes in the numbered events is counted. */
export function countAnswer(stream: UpdateStream, request: Api.AnyRequest, answer: unknown): void {
  if (answer instanceof Api.messages.AffectedMessages || answer instanceof Api.messages.AffectedHistory) {
    const channel = request instanceof Api.channels.DeleteMessages ? request.channel : undefined;
    const id = channel instanceof Api.InputChannel ? (`c${channel.channelId}` as const) : undefined;
    stream.affected(answer.pts, answer.ptsCount, id);
  } else if (answer instanceof Api.UpdateShortSentMessage) stream.affected(answer.pts, answer.ptsCount);
  else if (answer instanceof Api.messages.InvitedUsers) stream.handle(answer.updates);
  else if (isUpdates(answer)) stream.handle(answer, QUIET.includes(request.className));
}

const UPDATES = 0x8af52aac;

function isUpdates(answer: unknown): answer is Api.TypeUpdates {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'SUBCLASS_OF_ID' in answer &&
    answer.SUBCLASS_OF_ID === UPDATES
  );
}
