import type { Affiliation, Role, RoomTraits } from '../../../src/gateway/event.js';
import type { Isupport } from './isupport.js';

/** One mode given or taken, with its parameter if it has one. */
export interface ModeChange {
  readonly add: boolean;
  readonly mode: string;
  readonly param: string | undefined;
}

/** Reads a mode line by the server's CHANMODES and PREFIX; missing parameters are tolerated. */
export function parseModes(modes: string, params: readonly string[], isupport: Isupport): ModeChange[] {
  const changes: ModeChange[] = [];
  let add = true;
  let next = 0;
  for (const mode of modes) {
    if (mode === '+' || mode === '-') {
      add = mode === '+';
      continue;
    }
    changes.push({ add, mode, param: takesParam(mode, add, isupport) ? params[next++] : undefined });
  }
  return changes;
}

function takesParam(mode: string, add: boolean, isupport: Isupport): boolean {
  return (
    isupport.prefixModes.includes(mode) ||
    isupport.listModes.includes(mode) ||
    isupport.alwaysParam.includes(mode) ||
    (add && isupport.setParam.includes(mode))
  );
}

/** Modes of a member as a string in the order of PREFIX, with one more or less. */
export function withMode(held: string, mode: string, add: boolean, isupport: Isupport): string {
  let result = '';
  for (const known of isupport.prefixModes) {
    if (known === mode ? add : held.includes(known)) result += known;
  }
  return result;
}

/** Modes that the symbols before a nick in NAMES stand for. */
export function modesOfSymbols(symbols: string, isupport: Isupport): string {
  let modes = '';
  for (const symbol of symbols) {
    const index = isupport.prefixSymbols.indexOf(symbol);
    if (index >= 0) modes += isupport.prefixModes.charAt(index);
  }
  return modes;
}

/** What a rank means in a room of XMPP. */
export interface Standing {
  readonly affiliation: Affiliation;
  readonly role: Role;
}

const standings: Readonly<Record<'owner' | 'admin' | 'half' | 'voice' | 'plain', Standing>> = {
  owner: { affiliation: 'owner', role: 'moderator' },
  admin: { affiliation: 'admin', role: 'moderator' },
  half: { affiliation: 'member', role: 'moderator' },
  voice: { affiliation: 'member', role: 'participant' },
  plain: { affiliation: 'none', role: 'default' },
};

/** I29: q and a are owners, o an admin, h a moderator, v a participant; everybody else has no lasting right. */
export function standingOf(held: string): Standing {
  if (held === '') return standings.plain;
  if (held.includes('q') || held.includes('a')) return standings.owner;
  if (held.includes('o')) return standings.admin;
  if (held.includes('h')) return standings.half;
  return held.includes('v') ? standings.voice : standings.plain;
}

/** Channel modes that matter here, as one string without parameters. */
const knownTraits = 'imkspt';

/** The known modes of a channel, with one more or less. */
export function withTrait(modes: string, mode: string, add: boolean): string {
  if (!knownTraits.includes(mode) || modes.includes(mode) === add) return modes;
  return add ? modes + mode : modes.replace(mode, '');
}

/** What the modes of a channel mean in a room of XMPP. */
export function traitsOf(modes: string): RoomTraits {
  return {
    moderated: modes.includes('m'),
    membersOnly: modes.includes('i'),
    hidden: modes.includes('s') || modes.includes('p'),
    passwordProtected: modes.includes('k'),
    openSubject: !modes.includes('t'),
  };
}

/** The modes of a channel as RPL_CHANNELMODEIS (324) tells them. */
export function modesOfLine(modes: string, params: readonly string[], isupport: Isupport): string {
  let known = '';
  for (const change of parseModes(modes, params, isupport)) known = withTrait(known, change.mode, change.add);
  return known;
}
