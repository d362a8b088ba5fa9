/** Words of a mail that changes an earlier one: its reader's language is not known, so it is the user's. */
const WORDS = {
  en: {
    correction: 'Correction to my last message:',
    withdrawal: 'Please disregard the message that this one answers: I take it back.',
  },
  ru: {
    correction: 'Исправление к моему сообщению:',
    withdrawal: 'Пожалуйста, не учитывайте сообщение, на которое отвечает это письмо: я его отзываю.',
  },
} as const;

function wordsIn(language: string): (typeof WORDS)[keyof typeof WORDS] {
  return language.startsWith('ru') ? WORDS.ru : WORDS.en;
}

/** The text that stands for that of an earlier mail. */
export function correctionText(text: string, language: string): string {
  return `${wordsIn(language).correction}\n\n${text}`;
}

/** Takes an earlier mail back, as far as that is possible. */
export function withdrawalText(language: string): string {
  return wordsIn(language).withdrawal;
}
