import type { TgDirectory } from '../client/client.js';
import type { PeerId, TgChat, TgPerson } from '../client/model.js';

/** Characters of a name that are shown; Telegram itself allows 64 for each half of one. */
const MAX_NAME = 128;
/** UTF-16 units that are looked at for one character that is shown. */
const MAX_HIDDEN = 8;
/** Marks over one letter; more of them reach over the lines around. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;
/** Controls, marks of direction, what is not assigned, and letters that show as nothing (S07, S22). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Scripts in which joiners shape the letters. */
const SHAPED =
  '\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}';
const PICTURE = '\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f';
/** Joiners within words and pictures, and the variant of a picture: elsewhere they only hide. */
const NEEDED = new RegExp(
  `(?<=[${SHAPED}])[\\u200c\\u200d](?=[${SHAPED}])|(?<=[${PICTURE}])\\u200d(?=\\p{Extended_Pictographic})|(?<=[\\p{Extended_Pictographic}#*0-9])\\ufe0f`,
  'gu',
);

/** What Telegram's own programs say, since a deleted account keeps no name. A nick has no language to be told in. */
const DELETED = 'Deleted Account';

/** Foreign words as one line that shows nothing but itself, at most `most` characters; may be empty (S07, S22). */
export function cleanLine(words: string, most = MAX_NAME): string {
  const line = words
    .slice(0, most * MAX_HIDDEN)
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(PILED_MARKS, '$1');
  const needed = new Set([...line.matchAll(NEEDED)].map(({ index }) => index));
  const seen = line
    .replace(UNSEEN, (character, at: number) => (needed.has(at) ? character : ''))
    .replace(/ {2,}/g, ' ')
    .trim();
  return seen.length <= most ? seen : `${[...seen].slice(0, most - 1).join('')}…`;
}

/** How a person is called: by name, else `@username`, else number, else id; never empty, always one line. */
export function personName({ id, firstName, lastName, username, phone, deleted }: TgPerson): string {
  const name = cleanLine(`${firstName} ${lastName}`);
  if (name !== '') return name;
  if (deleted) return DELETED;
  return cleanLine(username ? `@${username}` : phone ? phoneNumber(phone) : '') || numberOf(id);
}

/** How a group or channel is called: by title, else `@username`, else id; never empty, always one line. */
export function chatName({ id, title, username }: TgChat): string {
  return cleanLine(title) || cleanLine(username ? `@${username}` : '') || numberOf(id);
}

/** What a person or a chat is called; never empty, always one line. */
export function peerName(directory: Pick<TgDirectory, 'person' | 'chat'> | undefined, peer: PeerId): string {
  const person = directory?.person(peer);
  if (person) return personName(person);
  const chat = directory?.chat(peer);
  return chat ? chatName(chat) : numberOf(peer);
}

/** With `+` before it where it is one (E.164 has up to 15 digits); else what it is. */
export function phoneNumber(phone: string): string {
  const digits = phone.replace(/[\s()+-]/g, '');
  return /^\d{5,15}$/.test(digits) ? `+${digits}` : cleanLine(phone);
}

function numberOf(id: string): string {
  return `Telegram ${id.slice(1)}`;
}
