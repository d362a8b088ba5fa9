/** Characters of a subject that is made of the text. */
const FROM_TEXT = 60;
/** Characters of a subject that a user may give. */
const LONGEST = 500;

/** A subject as a user gives it, on one line. */
export function givenSubject(text: string): string {
  return [...oneLine(text).trim()].slice(0, LONGEST).join('');
}

/** A subject made of the first words of a text; empty when it has none. */
export function subjectFromText(text: string): string {
  const line = oneLine(text.split('\n').find((candidate) => /[\p{L}\p{N}]/u.test(candidate)) ?? '').trim();
  const characters = [...line];
  if (characters.length <= FROM_TEXT) return line;
  const cut = characters.slice(0, FROM_TEXT).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > FROM_TEXT / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
