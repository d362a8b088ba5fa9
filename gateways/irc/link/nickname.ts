import type { IrcSettings, ServerSettings } from '../account/settings.js';
import { truncate, utf8Length } from '../text/bytes.js';
import { lineBytes } from '../wire/sanitise.js';

/** RFC 1459 §1.2: what every server takes. */
const shortNickBytes = 9;
const fallbackNick = 'user';
/** RFC 1459 has no limit; servers cut USER names at about ten. */
const usernameLength = 10;

/**
 * The nick a network would give to who asks for `wanted`: spaces become `_`, what no nick may hold goes, the
 * rest is cut to the server's NICKLEN. Empty when nothing is left.
 */
export function effectiveNick(wanted: string, maxBytes: number): string {
  const clean = wanted
    .trim()
    .replace(/\s+/gu, '_')
    // Controls, format and bidirectional marks (S07), and what would be a mask, a list or a channel.
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs},!@*?$]/gu, '')
    .replace(/^[#&+:~%]+/, '');
  const start = /^[-0-9]/.test(clean) ? `_${clean}` : clean;
  return truncate(start, Math.min(maxBytes, lineBytes));
}

/** Cyrillic letters as people write them with Latin ones. */
const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  [...'абвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґў'].map((letter, index) => [
    letter,
    'a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya ye i yi g u'.split(' ')[
      index
    ] ?? '',
  ]),
);

/** A nick in the letters that every server takes; empty when nothing is left of it. */
function asciiNick(nick: string): string {
  return nick
    .normalize('NFC')
    .replace(/\p{Script=Cyrillic}/gu, (letter) => {
      const latin = LATIN[letter.toLowerCase()] ?? '';
      return letter === letter.toLowerCase() ? latin : latin.charAt(0).toUpperCase() + latin.slice(1);
    })
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_[\]\\`^{}|-]/g, '')
    .replace(/^[-0-9]/, '_$&');
}

/**
 * What to try where a server says that a nick is none (432): fewer letters, or others. Undefined: nothing.
 * @param anyLetters whoever is called so has not chosen it himself, and is to be there under some name
 */
export function plainerNick(nick: string, anyLetters: boolean): string | undefined {
  const ascii = anyLetters ? asciiNick(nick) : '';
  if (ascii !== '' && ascii !== nick) return ascii;
  return utf8Length(nick) > shortNickBytes ? truncate(nick, shortNickBytes) : undefined;
}

/** The next nick to try when one is taken. */
export function alternativeNick(nick: string, maxBytes: number): string {
  return `${truncate(nick, Math.max(1, maxBytes - 1))}_`;
}

/** Nick for a connection: the server's setting, else what the first join asked for, else the general one. */
export function nickFor(
  settings: IrcSettings,
  server: ServerSettings,
  asked: string | undefined,
  suggested: string,
  maxBytes: number,
): string {
  const wanted = server.nick ?? (asked || undefined) ?? settings.nick ?? suggested;
  return effectiveNick(wanted, maxBytes) || fallbackNick;
}

/** USER name: what identd would say; ASCII letters and digits. */
export function usernameFor(preferred: string | undefined, nick: string): string {
  const clean = (preferred ?? nick).replace(/[^A-Za-z0-9_.-]/g, '').slice(0, usernameLength);
  return /^[A-Za-z0-9]/.test(clean) ? clean : fallbackNick;
}
