import type { Text } from '../../../gateway/text.js';
import type { Translator } from '../../translator.js';
import { presenceText } from '../presence-text.js';
import type { Sentences } from './render-crossing.js';

/** What the relay itself says in a room where it has no better way, in that language. */
export function sentences(translator: Translator, language: string): Sentences {
  const say = (text: Text): string => translator.say(text, language);
  return {
    retracted: () => say({ key: 'relay-retracted' }),
    edited: (nick, words) => say({ key: 'relay-edited', args: { nick, words } }),
    reacted: (nick, emojis) => say({ key: 'relay-reacted', args: { nick, emojis } }),
    subject: (nick, text) => say({ key: 'relay-subject', args: { nick, text } }),
    presence: (nick, change, before) => say(presenceText(change, nick, before)),
    remarks: ({ remarks = [] }) => remarks.map((remark) => `[${say(remark)}]`),
  };
}
