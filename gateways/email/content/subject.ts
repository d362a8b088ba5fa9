import type { ParsedMail } from '../mail/parsed-mail.js';

/** Prefixes of answers (RFC 5322 §3.6.5) as clients of several languages write them; lower case. */
const ANSWER = new Set(
  're r aw antw antwort sv vs ref rif res odp ynt отв ответ на 答复 回复 回覆 答覆 返信 회신'.split(' '),
);
/** Prefixes of forwarded mail; lower case. */
const FORWARD = new Set(
  'fw fwd wg tr rv enc i pd ilt vb doorst пер переслано 转发 轉寄 转寄 転送 전달'.split(' '),
);
/** Longer subjects are compared by their beginning. */
const MAX_COMPARED = 1_000;
/** `Re:`, `AW[2]:`, `Re^2:`, `Fwd(3):`; the colon of East Asian keyboards too. */
const PREFIX = /^\s*([\p{L}]{1,10})\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?[:：]/u;
const TAG = /^\s*\[[^\]]{1,64}\]/;
const WAS = /\((?:was|war|était|было|раньше):? .{1,500}\)$/iu;
const FORWARDED_TAIL = /\(fwd\)$/i;
const FIRST_LINE = /^(?:subject|тема|betreff|objet|asunto|oggetto|主题|主旨) ?[:：][ \t]*(.*)$/iu;

interface Prefix {
  readonly kind: 'answer' | 'forward';
  readonly length: number;
}

function prefixOf(subject: string): Prefix | undefined {
  const match = PREFIX.exec(subject);
  const word = match?.[1]?.toLowerCase() ?? '';
  const kind = ANSWER.has(word) ? 'answer' : FORWARD.has(word) ? 'forward' : undefined;
  return match && kind ? { kind, length: match[0].length } : undefined;
}

/** Whether the subject says that the mail is somebody else's, passed on. */
export function isForward(subject: string): boolean {
  return prefixOf(subject.replace(TAG, ''))?.kind === 'forward';
}

/**
 * What a subject is about: without `Re:` and `Fwd:` of any language, tags of lists and `(was: …)` (after RFC 5256
 * §2.1). The empty text where nothing is left.
 */
export function baseSubject(subject: string): string {
  let rest = subject.slice(0, MAX_COMPARED).replace(/\s+/g, ' ').trim();
  for (;;) {
    const cut = prefixOf(rest)?.length ?? tagLength(rest);
    if (cut !== undefined) {
      rest = rest.slice(cut).trim();
      continue;
    }
    const shorter = rest.replace(FORWARDED_TAIL, '').replace(WAS, '').trim();
    if (shorter === rest || shorter === '') return rest;
    rest = shorter;
  }
}

/** A tag that is all of the subject is the subject. */
function tagLength(subject: string): number | undefined {
  const length = TAG.exec(subject)?.[0].length;
  return length !== undefined && subject.slice(length).trim() !== '' ? length : undefined;
}

/** Whether two subjects are about the same. */
export function sameSubject(one: string, other: string): boolean {
  return baseSubject(one).toLowerCase() === baseSubject(other).toLowerCase();
}

/** The subject of an answer: one `Re: `, whatever stood there. */
export function answerSubject(subject: string): string {
  let rest = subject.trim();
  for (let prefix = prefixOf(rest); prefix?.kind === 'answer'; prefix = prefixOf(rest))
    rest = rest.slice(prefix.length).trim();
  return `Re: ${rest}`.trim();
}

/** A message whose first line sets the subject (`Subject: …`, in several languages), and what is left of it. */
export function splitSubject(text: string): { readonly subject?: string; readonly text: string } {
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  const subject = FIRST_LINE.exec(first.slice(0, MAX_COMPARED))?.[1]?.trim();
  if (subject === undefined || subject === '') return { text };
  return { subject, text: end < 0 ? '' : text.slice(end + 1).replace(/^\n+/, '') };
}

/** The subject as shown: that of chat mail is filled in by the client and says nothing. */
export function shownSubject(mail: ParsedMail): string {
  return mail.headers.first('chat-version') === undefined ? mail.subject.trim() : '';
}
