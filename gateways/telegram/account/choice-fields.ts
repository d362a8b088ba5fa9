import type { Field } from '../../../src/gateway/form.js';
import type { Text } from '../../../src/gateway/text.js';
import type { BridgedChats, ChatSettings, TopicsAs } from './chat-settings.js';

const CHATS: Readonly<Record<BridgedChats, Text>> = {
  all: { key: 'telegram-chats-all' },
  contacts: { key: 'telegram-chats-contacts' },
  unmuted: { key: 'telegram-chats-unmuted' },
};
const TOPICS: Readonly<Record<TopicsAs, Text>> = {
  threads: { key: 'telegram-topics-threads' },
  rooms: { key: 'telegram-topics-rooms' },
};
/** Which chats the user wants to have here, and as what their topics come: what is asked at the login as well. */
export function choiceFields({ chats, topics }: Pick<ChatSettings, 'chats' | 'topics'>): readonly Field[] {
  return [
    choice('chats', { key: 'telegram-field-chats' }, chats, CHATS),
    choice('topics', { key: 'telegram-field-topics' }, topics, TOPICS),
  ];
}

/** What was chosen in these fields; what is left out stays as it is. */
export function readChoice(
  { chats, topics }: Readonly<Record<string, string>>,
  before: ChatSettings,
): Pick<ChatSettings, 'chats' | 'topics'> {
  return { chats: oneOf(CHATS, chats) ?? before.chats, topics: oneOf(TOPICS, topics) ?? before.topics };
}

/** A choice between values that are known by name. */
export function choice<Value extends string>(
  name: string,
  label: Text,
  value: Value,
  labels: Readonly<Record<Value, Text>>,
): Field {
  const options = (Object.entries(labels) as [Value, Text][]).map(([option, text]) => ({
    value: option,
    label: text,
  }));
  return { name, type: 'choice', label, value, options };
}

/** The value that was typed, if it is one of them. */
export function oneOf<Value extends string>(
  labels: Readonly<Record<Value, unknown>>,
  typed: string | undefined,
): Value | undefined {
  return (Object.keys(labels) as Value[]).find((value) => value === typed);
}
