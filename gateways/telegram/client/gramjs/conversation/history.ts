import bigInt from 'big-integer';
import { Api } from 'telegram';
import type { HistoryPage, TgDialog } from '../../client.js';
import type { PeerId, TgMessage } from '../../model.js';
import { type Parts, readMessages } from '../answers.js';
import { toPeerId } from '../peers-to-model.js';
import { isMuted } from '../to-events.js';

/** Most of what one request brings. */
const PAGE = 100;
const ARCHIVE = 1;

/** Where a page of messages lies. */
export interface PageOptions {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
  readonly topic?: number;
}

/** Reading conversations (core.telegram.org/api/offsets). */
export class History {
  constructor(private readonly parts: Parts) {}

  async history(chat: PeerId, { before, after, limit: wanted, topic }: PageOptions): Promise<HistoryPage> {
    const limit = Math.max(1, Math.min(wanted, PAGE));
    const peer = await this.parts.directory.inputPeer(chat);
    // Those right after a message are found by going back from it.
    const forward = after !== undefined && before === undefined;
    const place = {
      ...{ peer, limit, offsetDate: 0, maxId: 0, minId: after ?? 0, hash: bigInt.zero },
      ...{ offsetId: forward ? after + 1 : (before ?? 0), addOffset: forward ? -limit : 0 },
    };
    const answer = await this.parts.requests.invoke(
      topic === undefined
        ? new Api.messages.GetHistory(place)
        : new Api.messages.GetReplies({ ...place, msgId: topic }),
    );
    const full = !(answer instanceof Api.messages.MessagesNotModified) && answer.messages.length >= limit;
    return { messages: readMessages(this.parts, answer), more: full };
  }

  async message(chat: PeerId, number: number): Promise<TgMessage | undefined> {
    const { directory, requests } = this.parts;
    const id = [new Api.InputMessageID({ id: number })];
    const answer = await requests.invoke(
      chat.startsWith('c')
        ? new Api.channels.GetMessages({ channel: await directory.inputChannel(chat), id })
        : new Api.messages.GetMessages({ id }),
    );
    // Numbers are the account's own outside of channels: another chat may have it.
    return readMessages(this.parts, answer).find((one) => one.id === number && one.chat === chat);
  }

  /** The conversations that were used last; those in the archive follow. */
  async dialogs(limit: number): Promise<readonly TgDialog[]> {
    const all: TgDialog[] = [];
    for (const folderId of [0, ARCHIVE]) {
      let place: Partial<Api.messages.GetDialogs['originalArgs']> | undefined = {
        ...{ offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty() },
      };
      while (place && all.length < limit) {
        const answer: Api.messages.TypeDialogs = await this.parts.requests.invoke(
          new Api.messages.GetDialogs({
            ...place,
            ...{ folderId, limit: Math.min(PAGE, limit - all.length), hash: bigInt.zero },
          }),
        );
        if (answer instanceof Api.messages.DialogsNotModified) break;
        this.parts.stream.learn(answer.users, answer.chats);
        const known = new Set(all.map(({ peer }) => peer));
        const fresh: readonly TgDialog[] = answer.dialogs
          .flatMap((dialog) => toDialog(dialog) ?? [])
          .filter(({ peer }) => !known.has(peer));
        all.push(...fresh);
        place =
          answer instanceof Api.messages.DialogsSlice && fresh.length > 0
            ? await this.#after(answer)
            : undefined;
      }
    }
    return all.slice(0, limit);
  }

  /** Where the next page begins: behind the last message of this one. */
  async #after({ dialogs, messages }: Api.messages.DialogsSlice) {
    const last = dialogs.findLast((dialog) => dialog instanceof Api.Dialog);
    if (!(last instanceof Api.Dialog)) return undefined;
    const peer = toPeerId(last.peer);
    const top = messages.find(
      (one) =>
        !(one instanceof Api.MessageEmpty) && one.id === last.topMessage && toPeerId(one.peerId) === peer,
    );
    if (!top || top instanceof Api.MessageEmpty) return undefined;
    return { offsetDate: top.date, offsetId: top.id, offsetPeer: await this.parts.directory.inputPeer(peer) };
  }
}

function toDialog(dialog: Api.TypeDialog): TgDialog | undefined {
  if (!(dialog instanceof Api.Dialog)) return undefined;
  const { peer, topMessage, readInboxMaxId, readOutboxMaxId, unreadCount, notifySettings, pts } = dialog;
  return {
    ...{ peer: toPeerId(peer), top: topMessage, readInbox: readInboxMaxId, readOutbox: readOutboxMaxId },
    ...{ unread: unreadCount, muted: isMuted(notifySettings) },
    archived: dialog.folderId === ARCHIVE,
    ...(typeof pts === 'number' && { channelPts: pts }),
  };
}
