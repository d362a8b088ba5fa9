import { Api } from 'telegram';
import { TgError, type TgTopic } from '../../client.js';
import type { PeerId } from '../../model.js';
import type { Parts } from '../answers.js';

/** Topics of one page. */
const PAGE = 100;

/** Topics of forums (core.telegram.org/api/forum). */
export class Topics {
  constructor(private readonly parts: Parts) {}

  async list(chat: PeerId, limit: number): Promise<readonly TgTopic[]> {
    const { directory, requests, stream } = this.parts;
    const channel = await directory.inputChannel(chat);
    const found = new Map<number, TgTopic>();
    let place = { offsetDate: 0, offsetId: 0, offsetTopic: 0 };
    while (found.size < limit) {
      const wanted = Math.min(limit - found.size, PAGE);
      const answer = await requests.invoke(
        new Api.channels.GetForumTopics({ channel, limit: wanted, ...place }),
      );
      stream.learn(answer.users, answer.chats);
      const topics = answer.topics.filter((topic) => topic instanceof Api.ForumTopic);
      const before = found.size;
      for (const { id, title, closed } of topics) found.set(id, { id, title, closed: closed === true });
      const last = topics.at(-1);
      if (!last || found.size === before || found.size >= answer.count) break;
      place = { offsetDate: last.date, offsetId: last.topMessage, offsetTopic: last.id };
    }
    return [...found.values()];
  }

  async create(chat: PeerId, title: string): Promise<number> {
    const { directory, requests } = this.parts;
    const channel = await directory.inputChannel(chat);
    const answer = await requests.invoke(new Api.channels.CreateForumTopic({ channel, title }), {
      repeat: false,
    });
    const updates =
      answer instanceof Api.Updates || answer instanceof Api.UpdatesCombined ? answer.updates : [];
    const made = updates.find((update) => update instanceof Api.UpdateMessageID);
    if (!made) throw new TgError('refused', 'TOPIC_NOT_TOLD');
    return made.id;
  }

  async change(
    chat: PeerId,
    topicId: number,
    { title, closed }: { readonly title?: string; readonly closed?: boolean },
  ): Promise<void> {
    const { directory, requests } = this.parts;
    const channel = await directory.inputChannel(chat);
    const change = { ...(title !== undefined && { title }), ...(closed !== undefined && { closed }) };
    try {
      await requests.invoke(new Api.channels.EditForumTopic({ channel, topicId, ...change }));
    } catch (error) {
      // All is as it should be already.
      if (!(error instanceof TgError && error.reason === 'TOPIC_NOT_MODIFIED')) throw error;
    }
  }
}
