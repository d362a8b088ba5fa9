import { prepareResource } from '../../xmpp/jid.js';

/** Characters that make one name look like another or like nothing: controls, direction, zero width (S07, S22). */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const ALL_UNSAFE = new RegExp(UNSAFE, 'gu');

/** UTF-16 units of a foreign nick that are shown; a resource may have 1023 bytes (RFC 7622 §3.4). */
const NICK_MAX = 250;

/**
 * The resource for a foreign nick: prepared, never empty, not longer than a resource may be (RFC 6122 §2.4),
 * and different from the `taken` ones.
 */
export function nickResource(nick: string, taken: (resource: string) => boolean): string {
  const base = prepared(nick) ?? prepared(nick.replace(ALL_UNSAFE, '').trim()) ?? '?';
  let resource = base;
  for (let n = 2; taken(resource); n += 1) resource = `${base} (${n})`;
  return resource;
}

function prepared(nick: string): string | undefined {
  if (nick.trim() === '' || UNSAFE.test(nick)) return undefined;
  try {
    const resource = prepareResource(nick.length > NICK_MAX ? nick.slice(0, NICK_MAX) : nick);
    return resource === '' ? undefined : resource;
  } catch {
    return undefined;
  }
}
