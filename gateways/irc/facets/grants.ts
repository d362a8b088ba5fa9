import { GatewayError } from '../../../src/gateway/error.js';
import type { Affiliation } from '../../../src/gateway/event.js';
import type { Link } from '../link/link.js';
import type { Isupport } from '../network/isupport.js';
import type { ModeChange } from '../network/modes.js';
import { whois } from './people.js';

/** A rank given to a member or taken away. */
export interface MemberMode {
  readonly add: boolean;
  readonly mode: string;
}

function supported(mode: string, isupport: Isupport): string {
  if (isupport.prefixModes.includes(mode)) return mode;
  throw new GatewayError('unsupported', { key: 'irc-no-such-rank' });
}

/** Modes to take away, highest first. */
function without(held: string, modes: string): MemberMode[] {
  return [...held].filter((mode) => modes.includes(mode)).map((mode) => ({ add: false, mode }));
}

/** A role as modes of a member: half-operators where the server has them, else operators; voice. */
export function roleChanges(
  held: string,
  role: 'moderator' | 'participant' | 'visitor',
  isupport: Isupport,
): MemberMode[] {
  switch (role) {
    case 'moderator':
      return /[qaoh]/.test(held)
        ? []
        : [{ add: true, mode: isupport.prefixModes.includes('h') ? 'h' : supported('o', isupport) }];
    case 'participant':
      return [
        ...without(held, 'qaoh'),
        ...(held.includes('v') ? [] : [{ add: true, mode: supported('v', isupport) }]),
      ];
    case 'visitor':
      return without(held, 'qaohv');
  }
}

/** An affiliation as modes of a member (I29); `outcast` is a ban and no mode of a member. */
export function affiliationChanges(held: string, affiliation: Affiliation, isupport: Isupport): MemberMode[] {
  switch (affiliation) {
    case 'owner':
      return /[qa]/.test(held) ? [] : [{ add: true, mode: supported('q', isupport) }];
    case 'admin':
      return [
        ...without(held, 'qa'),
        ...(held.includes('o') ? [] : [{ add: true, mode: supported('o', isupport) }]),
      ];
    case 'member':
      return [
        ...without(held, 'qao'),
        ...(/[hv]/.test(held) ? [] : [{ add: true, mode: supported('v', isupport) }]),
      ];
    case 'none':
    case 'outcast':
      return without(held, 'qaohv');
  }
}

/** MODE lines with as many changes each as the server takes. */
export function modeLines(channel: string, changes: readonly ModeChange[], isupport: Isupport): string[] {
  const lines: string[] = [];
  for (let at = 0; at < changes.length; at += isupport.modesPerLine) {
    const some = changes.slice(at, at + isupport.modesPerLine);
    const modes = some.map(({ add, mode }) => `${add ? '+' : '-'}${mode}`).join('');
    lines.push(['MODE', channel, modes, ...some.flatMap(({ param }) => param ?? [])].join(' '));
  }
  return lines;
}

/**
 * The mask to ban a person by: his host where it is known and not our own, which all users of this gateway
 * share; else his nick.
 */
export async function bannable(link: Link, nick: string, timeoutMs: number): Promise<string> {
  const known = await whois(link, nick, timeoutMs).catch(() => undefined);
  const ownHost = link.userHost?.split('@')[1];
  const host = known?.host;
  return host === undefined || host === ownHost || /[\s,]/.test(host) ? `${nick}!*@*` : `*!*@${host}`;
}
