import { mailAddress } from '../mail/mail-address.js';
import type { MailPart, ParsedMail } from '../mail/parsed-mail.js';
import { type MailPicture, pictureOf } from './picture.js';
import { idsIn } from './report-fields.js';

/** A group as chat mail has it (Chatmail Specification, Groups). */
export interface ChatGroup {
  /** Letters, digits, `_` and `-`. */
  readonly id: string;
  /** Unchecked text. */
  readonly name?: string;
  /** Who has been added or removed by this mail, in the one form. */
  readonly added?: string;
  readonly removed?: string;
  /** What it was called before this mail. */
  readonly nameBefore?: string;
  /** Its new picture, a file of this mail; `none`: it has none any more. */
  readonly avatar?: MailPart | 'none';
}

/** What chat mail such as Delta Chat's says besides its text. */
export interface ChatMail {
  /** It says so itself (Chat-Version); other programs only carry the id of a group along. */
  readonly compatible: boolean;
  readonly group?: ChatGroup;
  /** The sender's new picture; `none`: he has none any more. */
  readonly picture?: MailPicture | 'none';
  /** Who wants to know that it was read: the sender himself, in the one form. */
  readonly receiptTo?: string;
  readonly content?: 'voice' | 'sticker' | 'other';
  /** Of a sound or a film, in milliseconds. */
  readonly duration?: number;
  /** The text replaces that of this message of the sender. */
  readonly edits?: string;
  /** The sender takes these messages back; the text means nothing. */
  readonly deletes?: readonly string[];
  /** It wants keys exchanged, which this gateway has not: to be answered in words. */
  readonly wantsKeys: boolean;
  /** It would rather be answered with encryption (Autocrypt Level 1, `prefer-encrypt=mutual`). */
  readonly prefersEncryption: boolean;
}

/** Reactions to a message (RFC 9078; XEP-0444 with chat mail: the new ones replace all before). */
export interface MailReaction {
  readonly to: string;
  /** Empty: taken back. */
  readonly emojis: readonly string[];
}

const VERSION = '1.0';
/** Old Message-IDs carry the group too. */
const GROUP_ID = /^[A-Za-z0-9_-]{11,32}$/;
const GROUP_IN_ID = /^Gr\.([A-Za-z0-9_-]{11,32})\./;
const MAX_NAME = 200;
/** A longer film is a mistake. */
const MAX_DURATION = 86_400_000;
const MAX_DELETED = 100;
const MAX_EMOJIS = 20;

/** Reads the headers of chat mail; undefined for other mail, unless it belongs to a group of chat mail. */
export function readChatMail(mail: ParsedMail): ChatMail | undefined {
  const { headers } = mail;
  const group = readGroup(mail);
  const prefersEncryption = /;\s*prefer-encrypt\s*=\s*mutual\b/i.test(
    headers.first('autocrypt')?.slice(0, 1_000) ?? '',
  );
  if (headers.first('chat-version') === undefined)
    return group && { compatible: false, group, wantsKeys: false, prefersEncryption };
  const picture = readPicture(mail);
  const receiptTo = receiptOf(mail);
  const duration = Number(headers.first('chat-duration') ?? Number.NaN);
  const [edits] = idsOf(headers.first('chat-edit'));
  const deletes = idsOf(headers.first('chat-delete'));
  const content = contentOf(mail);
  return {
    compatible: true,
    ...(group && { group }),
    ...(picture && { picture }),
    ...(receiptTo !== undefined && { receiptTo }),
    ...(content && { content }),
    ...(duration > 0 && duration <= MAX_DURATION && { duration }),
    ...(edits !== undefined && { edits }),
    ...(deletes.length > 0 && { deletes }),
    wantsKeys:
      headers.first('secure-join') !== undefined || headers.first('autocrypt-setup-message') !== undefined,
    prefersEncryption,
  };
}

/** The new text of an edited message: without the quotation and the sign that other programs show. */
export function editedText(text: string): string {
  const sign = text.indexOf(EDITED);
  return (sign < 0 ? text : text.slice(sign + EDITED.length)).trim();
}

const EDITED = '✏️';

/** Reads reactions; undefined: the mail has none. A mail without any takes back those of before. */
export function readReaction(mail: ParsedMail): MailReaction | undefined {
  const part = mail.parts.find(({ headers }) =>
    /^reaction\b/i.test(headers.first('content-disposition') ?? ''),
  );
  if (part?.text === undefined || mail.inReplyTo === undefined) return undefined;
  const words = part.text
    .slice(0, 1_000)
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{Emoji}/u.test(word));
  return { to: mail.inReplyTo, emojis: [...new Set(words)].slice(0, MAX_EMOJIS) };
}

function readGroup(mail: ParsedMail): ChatGroup | undefined {
  const { headers } = mail;
  const told = headers.first('chat-group-id')?.trim() ?? '';
  // A client that knows nothing of chat mail answers with the old ids.
  const carried = [mail.messageId ?? '', ...mail.references.toReversed()]
    .map((id) => GROUP_IN_ID.exec(id)?.[1])
    .find((id) => id !== undefined);
  const id = GROUP_ID.test(told) ? told : carried;
  if (id === undefined) return undefined;
  const name = wordsOf(headers.first('chat-group-name'));
  const nameBefore = wordsOf(headers.first('chat-group-name-changed'));
  const added = mailAddress(headers.first('chat-group-member-added')?.trim() ?? '');
  const removed = mailAddress(headers.first('chat-group-member-removed')?.trim() ?? '');
  const avatar = groupAvatar(mail);
  return {
    id,
    ...(name !== '' && { name }),
    ...(nameBefore !== '' && { nameBefore }),
    ...(added !== undefined && { added }),
    ...(removed !== undefined && { removed }),
    ...(avatar && { avatar }),
  };
}

function groupAvatar(mail: ParsedMail): ChatGroup['avatar'] {
  const told = mail.headers.first('chat-group-avatar')?.trim();
  if (told === undefined || told === '') return undefined;
  if (told === '0') return 'none';
  return mail.parts.find(({ type, fileName }) => fileName === told && /^image\/(?:png|jpeg)$/.test(type));
}

/** In the header of the text, where large values get through; older clients name a file. */
function readPicture(mail: ParsedMail): ChatMail['picture'] {
  const told = [mail.headers, ...mail.parts.map(({ headers }) => headers)]
    .map((headers) => headers.first('chat-user-avatar')?.trim())
    .find((value) => value !== undefined);
  if (told === '0') return 'none';
  return told?.startsWith('base64:') === true ? pictureOf(told.slice('base64:'.length)) : undefined;
}

/** Only to the sender himself: nobody else can be made to get mail. */
function receiptOf(mail: ParsedMail): string | undefined {
  const told = mail.headers.first('chat-disposition-notification-to') ?? '';
  const address = mailAddress((/<([^<>]{1,400})>/.exec(told)?.[1] ?? told).trim());
  return address !== undefined && address === mail.from?.address ? address : undefined;
}

function contentOf({ headers }: ParsedMail): ChatMail['content'] {
  if (headers.first('chat-voice-message')?.trim() === '1') return 'voice';
  const content = headers.first('chat-content')?.trim().toLowerCase();
  if (content === undefined || content === '') return undefined;
  return content === 'sticker' ? 'sticker' : 'other';
}

/** Message-IDs that white space parts, with or without brackets. */
function idsOf(value: string | undefined): string[] {
  const text = value ?? '';
  const bracketed = idsIn(text);
  const ids =
    bracketed.length > 0 ? bracketed : text.split(/\s+/).filter((id) => /^[^<>\s]{1,900}$/.test(id));
  return ids.slice(0, MAX_DELETED);
}

function wordsOf(value: string | undefined): string {
  return (value ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME);
}

/** What is said of a message that goes to somebody with chat mail. */
export interface ChatDraft {
  readonly group?: {
    readonly id: string;
    readonly name: string;
    readonly added?: string;
    readonly removed?: string;
    readonly nameBefore?: string;
  };
  /** The sender's picture has changed: its bytes, or `none`. */
  readonly picture?: Uint8Array | 'none';
  /** The sender's address, where he wants to know that it was read. */
  readonly receiptTo?: string;
  readonly voice?: boolean;
  /** Milliseconds. */
  readonly duration?: number;
  /** Message-ID of the message whose text this one replaces. Unencrypted requests to delete are ignored by all. */
  readonly edits?: string;
}

/** The specification recommends a smaller one. */
const MAX_PICTURE_SENT = 20_000;

/** Headers that make a mail chat mail; the group's id belongs into its Message-ID too where that can be chosen. */
export function chatHeaders(draft: ChatDraft): Record<string, string> {
  const { group, picture, receiptTo, voice, duration, edits } = draft;
  const header = (name: string, value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { [name]: value.replace(/[\s\p{Cc}]+/gu, ' ').trim() };
  return {
    'Chat-Version': VERSION,
    ...(group && {
      ...header('Chat-Group-ID', group.id),
      ...header('Chat-Group-Name', group.name || undefined),
      ...header('Chat-Group-Member-Added', group.added),
      ...header('Chat-Group-Member-Removed', group.removed),
      ...header('Chat-Group-Name-Changed', group.nameBefore),
    }),
    ...header('Chat-User-Avatar', avatarValue(picture)),
    ...header('Chat-Disposition-Notification-To', receiptTo),
    ...(voice === true && { 'Chat-Voice-Message': '1' }),
    ...header('Chat-Duration', duration === undefined ? undefined : String(Math.round(duration))),
    ...header('Chat-Edit', edits),
  };
}

/** Folded by blanks, or the line would be longer than RFC 5322 §2.1.1 allows; readers drop them. */
function avatarValue(picture: ChatDraft['picture']): string | undefined {
  if (picture === undefined || picture === 'none') return picture && '0';
  if (picture.length > MAX_PICTURE_SENT) return undefined;
  const lines =
    Buffer.from(picture)
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  return `base64:${lines.join(' ')}`;
}
