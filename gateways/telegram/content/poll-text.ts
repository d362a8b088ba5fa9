import type { Text } from '../../../src/gateway/text.js';
import type { TgPoll } from '../client/model.js';
import { cleanLine } from './names.js';

/** Telegram allows fewer. */
const MAX_ANSWERS = 50;
const MAX_WORDS = 500;
const CHOSEN = '✓';
const CORRECT = '✅';

/**
 * A poll in lines without a language, so that its changing results can be shown as an edit of the message: the
 * question, and the answers with their numbers, votes, and what the user has chosen himself.
 */
export function pollLines({ question, answers, voters }: TgPoll): readonly string[] {
  const shown = answers.slice(0, MAX_ANSWERS);
  const known = shown.some((answer) => answer.voters !== undefined);
  const all = voters ?? shown.reduce((sum, answer) => sum + (answer.voters ?? 0), 0);
  return [
    `📊 ${cleanLine(question, MAX_WORDS)}`,
    ...shown.map(({ text, voters: votes = 0, chosen, correct }, index) => {
      const result = known ? `: ${votes} (${all > 0 ? Math.round((votes / all) * 100) : 0} %)` : '';
      const signs = `${chosen ? ` ${CHOSEN}` : ''}${correct === true ? ` ${CORRECT}` : ''}`;
      return `${index + 1}. ${cleanLine(text, MAX_WORDS)}${result}${signs}`;
    }),
  ];
}

/** How to vote, and how many have. */
export function pollRemarks({ closed, quiz, multiple, voters }: TgPoll): readonly Text[] {
  const remarks: Text[] = [];
  if (closed) remarks.push({ key: 'telegram-poll-closed' });
  else if (quiz) remarks.push({ key: 'telegram-poll-quiz' });
  else if (multiple) remarks.push({ key: 'telegram-poll-several' });
  else remarks.push({ key: 'telegram-poll-one' });
  if (voters !== undefined) remarks.push({ key: 'telegram-poll-voters', args: { count: voters } });
  return remarks;
}
