/** Answers and forwardings in languages that mail programs use, repeated and numbered: `Re[2]: AW: Fwd:`. */
const ANSWER =
  /^\s*(?:(?:re|r|aw|antw|antwort|sv|vs|vá|odp|ynt|ref|rif|res|rv|fwd?|fw|wg|tr|vl|vb|enc|пер|отв|ответ|回复|回覆|答复|转发|轉寄|返信|转)(?:\s*[[(^]\d{1,3}[\])]?)?\s*[:：]\s*)+/iu;
/** What a list puts before subjects: `[dev] `. */
const TAG = /^\s*\[[^\]\r\n]{1,60}\]\s*/;
/** A first line that sets the subject. */
const SUBJECT_LINE = /^(?:subject|тема)\s*[:：][ \t]*(.*)$/iu;
/** Characters of a subject that is made of the text. */
const FROM_TEXT = 60;
/** Characters of a subject that a user may give (RFC 5322 §2.1.1: a line). */
const LONGEST = 900;

/** The subject without marks of answers and, with `tagged`, without the tag of a list. */
export function baseSubject(subject: string, tagged = false): string {
  let base = oneLine(subject);
  for (let before = ''; before !== base; ) {
    before = base;
    base = base.replace(ANSWER, '');
    if (tagged) base = base.replace(TAG, '');
  }
  // A subject that is nothing but such a mark is better than none.
  return base.trim() === '' ? oneLine(subject).trim() : base.trim();
}

/** Whether two subjects are those of one talk. */
export function sameSubject(one: string, other: string): boolean {
  return baseSubject(one, true).toLowerCase() === baseSubject(other, true).toLowerCase();
}

/** What an answer is called. */
export function answerSubject(subject: string): string {
  const base = baseSubject(subject);
  return base === '' ? '' : `Re: ${base}`;
}

/** Takes a first line `Subject: …` off a text; the rest may be empty. */
export function takeSubjectLine(text: string): { readonly subject?: string; readonly text: string } {
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  const subject = SUBJECT_LINE.exec(first.trim())?.[1];
  if (subject === undefined) return { text };
  return { subject: givenSubject(subject), text: end < 0 ? '' : text.slice(end + 1).replace(/^\n+/, '') };
}

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
