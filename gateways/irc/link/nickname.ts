import type { IrcSettings, ServerSettings } from '../account/settings.js';
import { truncate } from '../text/bytes.js';
import { lineBytes } from '../wire/sanitise.js';

/** RFC 1459 §1.2: what every server takes. */
export const shortNickBytes = 9;
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
  const wanted = server.nick ?? asked ?? settings.nick ?? suggested;
  return effectiveNick(wanted, maxBytes) || fallbackNick;
}

/** USER name: what identd would say; ASCII letters and digits. */
export function usernameFor(preferred: string | undefined, nick: string): string {
  const clean = (preferred ?? nick).replace(/[^A-Za-z0-9_.-]/g, '').slice(0, usernameLength);
  return /^[A-Za-z0-9]/.test(clean) ? clean : fallbackNick;
}
