import type { MemberId } from '../../../src/gateway/ids.js';
import { asMemberId, lowerAscii } from '../ids.js';

/** CASEMAPPING of ISUPPORT: which names are one name on this server. */
export type CaseMapping = 'ascii' | 'rfc1459' | 'strict-rfc1459' | 'rfc7613';

/** An unknown mapping is read as the default of the protocol. */
export function caseMappingOf(token: string | undefined): CaseMapping {
  switch (token?.toLowerCase()) {
    case 'ascii':
      return 'ascii';
    case 'strict-rfc1459':
    case 'rfc1459-strict':
      return 'strict-rfc1459';
    case 'rfc7613':
    case 'rfc8265':
      return 'rfc7613';
    default:
      return 'rfc1459';
  }
}

/** The folded form of a nick or channel: equal forms are one name. */
export function fold(name: string, mapping: CaseMapping): string {
  if (mapping === 'rfc7613') return name.toLowerCase();
  const lower = lowerAscii(name);
  if (mapping === 'ascii' || !/[[\]\\^]/.test(lower)) return lower;
  // RFC 2812 §2.2: {}|^ are the lower case of []\~; in practice `~` and `^` are a pair (rfc1459) or not (strict).
  const brackets = lower.replaceAll('[', '{').replaceAll(']', '}').replaceAll('\\', '|');
  return mapping === 'rfc1459' ? brackets.replaceAll('^', '~') : brackets;
}

/** A person inside a room of that server. */
export function memberOf(nick: string, mapping: CaseMapping): MemberId {
  return asMemberId(fold(nick, mapping));
}
