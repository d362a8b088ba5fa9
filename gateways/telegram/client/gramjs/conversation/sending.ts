import bigInt from 'big-integer';
import { Api } from 'telegram';
import { type TgDraft, TgError, type TgUpload } from '../../client.js';
import type { PeerId, TgMessage } from '../../model.js';
import { type Parts, readMessages } from '../answers.js';
import type { Uploads } from '../files/uploads.js';
import { toMedia } from '../media-to-model.js';
import { toMessage } from '../messages-to-model.js';
import { toInputEntities } from '../to-input.js';
import type { Doubts } from './doubts.js';

/** Files of one album (core.telegram.org/method/messages.sendMultiMedia). */
const MOST_TOGETHER = 10;
/** The topic of a forum that needs no naming. */
const GENERAL_TOPIC = 1;
/** Messages looked through for one that the server says to have already. */
const RECENT = 30;
const MS = 1_000;
/** What the server says to a second try when the first has done it: to the number, or to a file that is used up. */
const DONE = /^(?:RANDOM_ID_DUPLICATE|FILE_PART_\d+_MISSING)$/;

/** Sending messages. What is sent again with the same random id comes once. */
export class Sending {
  constructor(
    private readonly parts: Parts,
    private readonly uploads: Uploads,
    private readonly doubts: Doubts,
    private readonly tell: (message: TgMessage) => void,
  ) {}

  async send(chat: PeerId, draft: TgDraft): Promise<readonly TgMessage[]> {
    const { randomId, text, files = [] } = draft;
    const done = this.doubts.begin(randomId, { chat, text, file: files.length > 0 }, Date.now());
    try {
      const sent = done && files.length < 2 ? [done] : await this.#all(chat, draft);
      const other = this.doubts.end(randomId, sent);
      if (other) this.tell(other);
      return sent;
    } catch (error) {
      if (!(error instanceof TgError && error.maybeDone)) {
        const other = this.doubts.end(randomId, []);
        if (other) this.tell(other);
      }
      throw error;
    }
  }

  async #all(chat: PeerId, draft: TgDraft): Promise<readonly TgMessage[]> {
    const parts = groups(draft.files ?? []);
    if (parts.length === 0) return this.#words(chat, draft);
    const sent: TgMessage[] = [];
    let index = 0;
    for (const files of parts) {
      // The words stand below the first file.
      const words = index === 0 ? draft : { ...draft, text: '', entities: [] };
      sent.push(...(await this.#files(chat, words, files, index)));
      index += files.length;
    }
    return sent;
  }

  async #words(chat: PeerId, draft: TgDraft): Promise<readonly TgMessage[]> {
    const id = nth(draft.randomId, 0);
    const common = await this.#common(chat, draft);
    const entities = await this.#entities(draft);
    const request = new Api.messages.SendMessage({
      ...common,
      ...{ message: draft.text, randomId: bigInt(id) },
      ...(entities.length > 0 && { entities }),
    });
    return this.#once(chat, draft, [id], request);
  }

  async #files(
    chat: PeerId,
    draft: TgDraft,
    files: readonly TgUpload[],
    index: number,
  ): Promise<readonly TgMessage[]> {
    const common = await this.#common(chat, draft);
    const entities = await this.#entities(draft);
    const ids = files.map((_, place) => nth(draft.randomId, index + place));
    const [file] = files;
    if (file && files.length === 1) {
      const request = new Api.messages.SendMedia({
        ...common,
        ...{ media: await this.uploads.media(file), message: draft.text, randomId: bigInt(ids[0] ?? 0n) },
        ...(entities.length > 0 && { entities }),
      });
      return this.#once(chat, draft, ids, request);
    }
    const multiMedia: Api.InputSingleMedia[] = [];
    for (const [place, one] of files.entries())
      multiMedia.push(
        new Api.InputSingleMedia({
          ...{ media: await this.#uploaded(common.peer, one), randomId: bigInt(ids[place] ?? 0n) },
          message: place === 0 ? draft.text : '',
          ...(place === 0 && entities.length > 0 && { entities }),
        }),
      );
    const request = new Api.messages.SendMultiMedia({ ...common, multiMedia });
    return this.#once(chat, draft, ids, request);
  }

  /** Albums name files that the server has already. */
  async #uploaded(peer: Api.TypeInputPeer, file: TgUpload): Promise<Api.TypeInputMedia> {
    const media = await this.uploads.media(file);
    const kept = await this.parts.requests.invoke(new Api.messages.UploadMedia({ peer, media }));
    if (kept instanceof Api.MessageMediaPhoto && kept.photo instanceof Api.Photo) {
      const { id, accessHash, fileReference } = kept.photo;
      return new Api.InputMediaPhoto({ id: new Api.InputPhoto({ id, accessHash, fileReference }) });
    }
    if (kept instanceof Api.MessageMediaDocument && kept.document instanceof Api.Document) {
      const { id, accessHash, fileReference } = kept.document;
      return new Api.InputMediaDocument({ id: new Api.InputDocument({ id, accessHash, fileReference }) });
    }
    throw new TgError('refused', 'MEDIA_INVALID');
  }

  /** Sends it; the server's word that it has the message already is as good as an answer. */
  async #once(
    chat: PeerId,
    draft: TgDraft,
    ids: readonly bigint[],
    request: Api.messages.SendMessage | Api.messages.SendMedia | Api.messages.SendMultiMedia,
  ): Promise<readonly TgMessage[]> {
    try {
      return this.#sent(chat, draft, await this.parts.requests.invoke(request), ids);
    } catch (error) {
      if (!(error instanceof TgError && DONE.test(error.reason))) throw error;
      const found = this.doubts.among(draft.randomId, await this.#recent(chat));
      if (found) return [found];
      if (error.reason === 'RANDOM_ID_DUPLICATE') return [];
      // The server has lost the file: it has to be brought again.
      throw new TgError('unreachable', error.reason);
    }
  }

  async #recent(chat: PeerId): Promise<readonly TgMessage[]> {
    const { requests, directory } = this.parts;
    const page = await requests.invoke(
      new Api.messages.GetHistory({
        ...{ peer: await directory.inputPeer(chat), limit: RECENT, offsetId: 0, offsetDate: 0 },
        ...{ addOffset: 0, maxId: 0, minId: 0, hash: bigInt.zero },
      }),
    );
    return readMessages(this.parts, page);
  }

  async #common(chat: PeerId, { replyTo, replyChat, quote, topic, silent }: TgDraft) {
    const { directory } = this.parts;
    const inTopic = topic !== undefined && topic !== GENERAL_TOPIC;
    const answered = replyTo ?? (inTopic ? topic : undefined);
    const elsewhere = replyChat !== undefined && replyTo !== undefined;
    return {
      peer: await directory.inputPeer(chat),
      ...(silent && { silent }),
      ...(answered !== undefined && {
        replyTo: new Api.InputReplyToMessage({
          replyToMsgId: answered,
          ...(inTopic && replyTo !== undefined && { topMsgId: topic }),
          ...(elsewhere && { replyToPeerId: await directory.inputPeer(replyChat) }),
          ...(quote !== undefined && { quoteText: quote }),
        }),
      }),
    };
  }

  #entities({ entities }: TgDraft): Promise<Api.TypeMessageEntity[]> {
    return toInputEntities(entities, (person) => this.parts.directory.inputUser(person));
  }

  #read(message: Api.TypeMessage): TgMessage | undefined {
    const { directory, me } = this.parts;
    return toMessage(message, me(), (chat) => directory.chat(chat)?.forum === true);
  }

  /** The messages that an answer tells of, in the order of their random ids. */
  #sent(
    chat: PeerId,
    { text, entities }: TgDraft,
    answer: Api.TypeUpdates,
    randomIds: readonly bigint[],
  ): readonly TgMessage[] {
    const media = 'media' in answer && answer.media ? toMedia(answer.media) : undefined;
    if (answer instanceof Api.UpdateShortSentMessage)
      return [
        {
          ...{ id: answer.id, chat, from: this.parts.me(), own: true, date: answer.date * MS },
          ...{ text, entities, mentionsMe: false, silent: false },
          ...(media && { media }),
        },
      ];
    if (!(answer instanceof Api.Updates || answer instanceof Api.UpdatesCombined)) return [];
    const ids = new Map<string, number>();
    const messages = new Map<number, TgMessage>();
    for (const update of answer.updates) {
      if (update instanceof Api.UpdateMessageID) ids.set(String(update.randomId), update.id);
      if (!(update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage))
        continue;
      const message = this.#read(update.message);
      if (message) messages.set(message.id, message);
    }
    return randomIds.flatMap((randomId) => {
      const id = ids.get(String(randomId));
      return (id !== undefined && messages.get(id)) || [];
    });
  }
}

/** Files that go together as an album, the others each for itself. */
function groups(files: readonly TgUpload[]): readonly (readonly TgUpload[])[] {
  const parts: TgUpload[][] = [];
  for (const file of files) {
    const last = parts.at(-1);
    const together = last?.every((one) => family(one) !== 'alone' && family(one) === family(file));
    if (last && together && last.length < MOST_TOGETHER) last.push(file);
    else parts.push([file]);
  }
  return parts;
}

function family({ as }: TgUpload): string {
  if (as === 'photo' || as === 'video') return 'seen';
  return as === 'voice' ? 'alone' : as;
}

/** The random id of one of several messages that one draft becomes; the same at every try. */
function nth(randomId: bigint, index: number): bigint {
  // For zero, the library would take another one at every try.
  return BigInt.asIntN(64, randomId + BigInt(index)) || 1n;
}
