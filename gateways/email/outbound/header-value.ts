import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { MimeNodePreparedHeaderValue } from 'nodemailer/lib/mime-node';

/** Of a subject, in UTF-16 units; encoded it stays well below what servers take for a header. */
export const MAX_SUBJECT = 500;
/** Of a display name or a file name, in UTF-16 units. */
const MAX_NAME = 150;
/** Of another header: pictures of chat mail are as long as that. */
const MAX_VALUE = 65_536;
/** Of a Message-ID, in octets: a line of a header has at most 998 (RFC 5322 §2.1.1). */
const MAX_ID = 500;
/** Of all ids in References together: some servers unfold it to one line and refuse what is longer. */
const MAX_REFERENCES = 900;
/** A word longer than this cannot be left to folding, which happens at spaces only. */
const MAX_WORD = 900;
/** Piece of such a word, and of an encoded word with its frame (RFC 2047 §2: 75). */
const PIECE = 70;
const ENCODED_WORD = 52;

/** Line ends of any kind, NUL and all other controls (F26). */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
/** Printable ASCII without angle brackets and spaces (RFC 5322 §3.6.4, as lenient as real ids need). */
const MESSAGE_ID = /^[!-;=?-~]+$/;
const PRINTABLE = /^[ -~]*$/;
/** RFC 5322 §3.6.8, narrower: what nobody uses is not needed. */
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9-]{0,75}$/;
/** Written by the composer alone, or of others' making (RFC 5321 §4.4, RFC 6376). */
const RESERVED =
  /^(from|sender|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|received|return-path|dkim-signature|authentication-results|auto-submitted|content-.*|resent-.*|arc-.*)$/i;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;
const UNKNOWN_TYPE = 'application/octet-stream';

/** Text as one line without controls or halves of characters, at most `max` UTF-16 units. */
export function oneLine(text: string, max: number): string {
  return text
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(LONE_SURROGATES, '\uFFFD')
    .replace(CONTROLS, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** A display name; what only looks like an encoded word (RFC 2047) does not become one. */
export function displayName(name: string | undefined): string {
  return oneLine(name ?? '', MAX_NAME).replaceAll('=?', '= ?');
}

/** A file name without a path. */
export function fileName(name: string): string {
  const clean = oneLine(name, MAX_NAME).replaceAll('=?', '=_').replace(/[/\\]/g, '_');
  return clean === '' || /^\.+$/.test(clean) ? 'file' : clean;
}

/**
 * A media type that may stand in a header. Messages and multiparts become plain bytes: they could not be encoded
 * (RFC 2046 §5.2.1), so that what is in them would stand in the mail as it is.
 */
export function mediaType(type: string): string {
  const lower = type.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  return MEDIA_TYPE.test(lower) && !/^(message|multipart)\//.test(lower) ? lower : UNKNOWN_TYPE;
}

/** Unstructured text, encoded where it is not plain ASCII or looks like an encoded word by itself. */
export function unstructured(text: string): MimeNodePreparedHeaderValue {
  return { prepared: true, foldLines: true, value: encoded(text) };
}

function encoded(text: string): string {
  if (PRINTABLE.test(text) && !text.includes('=?')) return text;
  const ascii = text.replace(/[^ -~]/g, '').length;
  return encodeWord(text, ascii > text.length / 2 ? 'Q' : 'B', ENCODED_WORD);
}

/** Whether a header of that name may be given besides those that every mail has. */
export function isExtraHeader(name: string): boolean {
  return FIELD_NAME.test(name) && !RESERVED.test(name);
}

/** The value of such a header. Words longer than a line are broken by spaces, as base64 may be. */
export function extraValue(value: string): MimeNodePreparedHeaderValue {
  const line = oneLine(value, MAX_VALUE);
  return unstructured(
    line
      .split(' ')
      .map((word) =>
        word.length > MAX_WORD && PRINTABLE.test(word)
          ? (word.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? []).join(' ')
          : word,
      )
      .join(' '),
  );
}

/** Whether it can be a Message-ID, without angle brackets. */
export function isMessageId(id: string): boolean {
  return MESSAGE_ID.test(id) && id.length <= MAX_ID;
}

/** Ids for References: the first, which names the conversation, and as many of the last ones as fit (RFC 5322 §3.6.4). */
export function boundedReferences(ids: readonly string[]): readonly string[] {
  const [first, ...rest] = [...new Set(ids.filter(isMessageId))];
  if (first === undefined) return [];
  const last: string[] = [];
  let length = first.length;
  for (const id of rest.reverse()) {
    length += id.length + '<> '.length;
    if (length > MAX_REFERENCES) break;
    last.unshift(id);
  }
  return [first, ...last];
}
