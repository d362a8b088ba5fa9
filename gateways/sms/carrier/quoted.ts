/** Answers of a peer are shown to people: one line, printable, short. */
const SHOWN_CHARACTERS = 120;

/** What a peer says, as a sentence can quote it. */
export function quoted(answer: string): string {
  const line = answer.replace(/[\p{C}\s]+/gu, ' ').trim();
  return [...line].slice(0, SHOWN_CHARACTERS).join('');
}
