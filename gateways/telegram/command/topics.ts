import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { TgTopic } from '../client/client.js';
import type { TgChat } from '../client/model.js';
import { chatName, cleanLine } from '../content/names.js';
import { inWords } from '../failure.js';
import type { TelegramSession } from '../session.js';
import { chatsOf, chooseChat, done } from './choose-chat.js';

/** Topics that one list shows: those with the newest messages. */
const MOST_SHOWN = 100;
/** Characters of a topic's title. */
const MOST_TITLE = 128;
const NEW = { value: 'new', label: { key: 'telegram-topic-new' } };
const STATES = [
  { value: 'keep', label: { key: 'telegram-topic-keep' } },
  { value: 'close', label: { key: 'telegram-topic-close' } },
  { value: 'open', label: { key: 'telegram-topic-open' } },
];

/** Lists the topics of a forum; makes, renames, closes and opens them. */
export async function askTopics(session: TelegramSession): Promise<Step<AccountChange>> {
  const forums = await chatsOf(session, ({ forum }) => forum);
  if (forums.length === 0) return done({ key: 'telegram-forums-none' });
  const [only] = forums;
  if (only && forums.length === 1) return askTopic(session, only);
  return chooseChat({ key: 'telegram-command-topics' }, forums, (forum) => askTopic(session, forum));
}

async function askTopic(
  session: TelegramSession,
  forum: TgChat,
  problem?: Text,
): Promise<Step<AccountChange>> {
  const { client } = session;
  const topics = await inWords(client.topics(forum.id, MOST_SHOWN));
  return {
    kind: 'form',
    form: {
      title: { key: 'telegram-topics-of', args: { name: chatName(forum) } },
      instructions: { key: 'telegram-topics-instructions' },
      fields: [
        {
          ...{ name: 'topic', type: 'choice', label: { key: 'telegram-field-topic' } },
          ...{ value: NEW.value, required: true },
          options: [NEW, ...topics.map((topic) => ({ value: String(topic.id), label: labelOf(topic) }))],
        },
        { name: 'title', type: 'text', label: { key: 'telegram-field-topic-title' } },
        {
          ...{ name: 'state', type: 'choice', label: { key: 'telegram-field-topic-state' } },
          ...{ value: 'keep', options: STATES },
        },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ topic: chosen = NEW.value, title: typed = '', state = 'keep' }) => {
      const title = cleanLine(typed, MOST_TITLE);
      const topic = topics.find(({ id }) => String(id) === chosen);
      if (!topic) {
        if (title === '') return askTopic(session, forum, { key: 'telegram-topic-title-missing' });
        await inWords(client.createTopic(forum.id, title));
        return done({ key: 'telegram-topic-made', args: { title } });
      }
      const change = {
        ...(title !== '' && title !== topic.title && { title }),
        ...(state !== 'keep' && { closed: state === 'close' }),
      };
      if (Object.keys(change).length > 0) await inWords(client.changeTopic(forum.id, topic.id, change));
      return done({ key: 'telegram-topic-changed', args: { title: title || cleanLine(topic.title) } });
    },
  };
}

function labelOf({ title, closed }: TgTopic): Text {
  const args = { title: cleanLine(title) };
  return closed ? { key: 'telegram-topic-closed-label', args } : { key: 'telegram-topic-label', args };
}
