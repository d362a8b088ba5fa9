import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError } from '../../client.js';
import type { PeerId, TgEntity, TgReaction } from '../../model.js';
import type { Parts } from '../answers.js';
import { toInputEntities, toInputReaction } from '../to-input.js';

/** Messages of one request. */
const MOST_IDS = 100;

/** What can be done with messages that are there. */
export class MessageActions {
  constructor(private readonly parts: Parts) {}

  async edit(chat: PeerId, id: number, text: string, styled: readonly TgEntity[]): Promise<void> {
    const { directory, requests } = this.parts;
    const peer = await directory.inputPeer(chat);
    const entities = await toInputEntities(styled, (person) => directory.inputUser(person));
    const request = new Api.messages.EditMessage({ peer, id, message: text, entities });
    await unless('MESSAGE_NOT_MODIFIED', requests.invoke(request));
  }

  async delete(chat: PeerId, ids: readonly number[], everywhere: boolean): Promise<void> {
    const { directory, requests } = this.parts;
    for (let at = 0; at < ids.length; at += MOST_IDS) {
      const id = ids.slice(at, at + MOST_IDS);
      await requests.invoke(
        chat.startsWith('c')
          ? new Api.channels.DeleteMessages({ channel: await directory.inputChannel(chat), id })
          : new Api.messages.DeleteMessages({ id, ...(everywhere && { revoke: true }) }),
      );
    }
  }

  async react(chat: PeerId, msgId: number, reactions: readonly TgReaction[]): Promise<void> {
    const peer = await this.parts.directory.inputPeer(chat);
    const reaction = reactions.map(toInputReaction);
    const request = new Api.messages.SendReaction({ peer, msgId, reaction });
    await unless('MESSAGE_NOT_MODIFIED', this.parts.requests.invoke(request));
  }

  async forward(from: PeerId, ids: readonly number[], to: PeerId): Promise<void> {
    const { directory, requests } = this.parts;
    for (let at = 0; at < ids.length; at += MOST_IDS)
      await requests.invoke(
        new Api.messages.ForwardMessages({
          ...{ fromPeer: await directory.inputPeer(from), toPeer: await directory.inputPeer(to) },
          id: ids.slice(at, at + MOST_IDS),
        }),
      );
  }

  async vote(chat: PeerId, msgId: number, options: readonly string[]): Promise<void> {
    const peer = await this.parts.directory.inputPeer(chat);
    const chosen = options.map((option) => Buffer.from(option, 'base64'));
    await this.parts.requests.invoke(new Api.messages.SendVote({ peer, msgId, options: chosen }));
  }

  async press(chat: PeerId, msgId: number, data: string) {
    const peer = await this.parts.directory.inputPeer(chat);
    const request = new Api.messages.GetBotCallbackAnswer({ peer, msgId, data: Buffer.from(data, 'base64') });
    const { message, url, alert } = await this.parts.requests.invoke(request, { repeat: false });
    return { ...(message && { text: message }), ...(url && { url }), alert: alert === true };
  }

  async read(chat: PeerId, maxId: number, topic?: number): Promise<void> {
    const { directory, requests } = this.parts;
    const peer = await directory.inputPeer(chat);
    if (topic !== undefined)
      await requests.invoke(new Api.messages.ReadDiscussion({ peer, msgId: topic, readMaxId: maxId }));
    else if (chat.startsWith('c'))
      await requests.invoke(
        new Api.channels.ReadHistory({ channel: await directory.inputChannel(chat), maxId }),
      );
    else await requests.invoke(new Api.messages.ReadHistory({ peer, maxId }));
  }

  async setTyping(chat: PeerId, typing: boolean, topic?: number): Promise<void> {
    const peer = await this.parts.directory.inputPeer(chat);
    const action = typing ? new Api.SendMessageTypingAction() : new Api.SendMessageCancelAction();
    await this.parts.requests.invoke(
      new Api.messages.SetTyping({ peer, action, ...(topic !== undefined && { topMsgId: topic }) }),
      { repeat: false },
    );
  }

  async pin(chat: PeerId, id: number, pinned: boolean): Promise<void> {
    const peer = await this.parts.directory.inputPeer(chat);
    await this.parts.requests.invoke(
      new Api.messages.UpdatePinnedMessage({ peer, id, silent: true, ...(!pinned && { unpin: true }) }),
    );
  }

  /** Emojis that everybody may react with where nothing else is said. */
  async availableReactions(): Promise<readonly string[] | 'all'> {
    const answer = await this.parts.requests.invoke(new Api.messages.GetAvailableReactions({ hash: 0 }));
    if (!(answer instanceof Api.messages.AvailableReactions)) return 'all';
    return answer.reactions.flatMap(({ reaction, inactive }) => (inactive ? [] : reaction));
  }

  /** Pictures of custom emojis. */
  async emojiDocuments(ids: readonly string[]): Promise<readonly Api.Document[]> {
    const found: Api.Document[] = [];
    for (let at = 0; at < ids.length; at += MOST_IDS) {
      const documentId = ids.slice(at, at + MOST_IDS).map((id) => bigInt(id));
      const page = await this.parts.requests.invoke(new Api.messages.GetCustomEmojiDocuments({ documentId }));
      found.push(...page.filter((one) => one instanceof Api.Document));
    }
    return found;
  }
}

/** That refusal says that all is as it should be already. */
async function unless(reason: string, done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => {
    if (!(error instanceof TgError && error.reason === reason)) throw error;
  });
}

/** The emoji that a custom one is an image of, by the number of that. */
export function emojiWord({ id, attributes }: Api.Document): readonly (readonly [string, string])[] {
  const custom = attributes.find((one) => one instanceof Api.DocumentAttributeCustomEmoji);
  return custom ? [[String(id), custom.alt]] : [];
}
