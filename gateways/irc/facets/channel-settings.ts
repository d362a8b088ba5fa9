import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomChanges } from '../../../src/gateway/session.js';
import type { Isupport } from '../network/isupport.js';
import type { ModeChange } from '../network/modes.js';
import { isMiddle } from '../wire/sanitise.js';

/** What is known of the channel whose settings change. */
export interface ChannelSettings {
  /** Modes that are set. */
  readonly modes: string;
  /** The key as far as the user knows it; servers want it back when it is taken away. */
  readonly key: string | undefined;
}

/** Stands for a key that is not known; most servers do not look at it. */
const anyKey = '*';

/**
 * The modes that changed settings mean: +m, +i, +s or +p, +t and +k (RFC 2811 §4.2).
 * @throws GatewayError `unsupported` for a mode that the server has not announced (CHANMODES), `bad-credentials`
 * for a key that cannot be one
 */
export function settingModes(
  changes: RoomChanges,
  channel: ChannelSettings,
  isupport: Isupport,
): ModeChange[] {
  const { moderated, membersOnly, hidden, openSubject } = changes;
  const modes = [
    ...flag('m', moderated, isupport),
    ...flag('i', membersOnly, isupport),
    ...visibility(hidden, channel, isupport),
    ...flag('t', openSubject === undefined ? undefined : !openSubject, isupport),
    ...keyModes(changes, channel, isupport),
  ];
  return modes;
}

function flag(mode: string, add: boolean | undefined, isupport: Isupport): ModeChange[] {
  if (add === undefined) return [];
  if (!isupport.flagModes.includes(mode)) throw new GatewayError('unsupported', { key: 'irc-no-such-mode' });
  return [{ add, mode, param: undefined }];
}

/** Secret and private are one setting to a user: either hides, both must go. */
function visibility(
  hidden: boolean | undefined,
  { modes }: ChannelSettings,
  isupport: Isupport,
): ModeChange[] {
  if (hidden === undefined) return [];
  if (hidden) return flag(isupport.flagModes.includes('s') ? 's' : 'p', true, isupport);
  return ['s', 'p'].filter((mode) => modes.includes(mode)).flatMap((mode) => flag(mode, false, isupport));
}

function keyModes(
  { passwordProtected, password }: RoomChanges,
  { modes, key }: ChannelSettings,
  isupport: Isupport,
): ModeChange[] {
  if (passwordProtected === undefined && password === undefined) return [];
  if (!`${isupport.alwaysParam}${isupport.setParam}`.includes('k'))
    throw new GatewayError('unsupported', { key: 'irc-no-such-mode' });
  // A key is not replaced by another one: most servers answer that one is set already (467).
  const away = modes.includes('k') ? [{ add: false, mode: 'k', param: key ?? anyKey }] : [];
  if (passwordProtected === false) return away;
  if (password === undefined || !isMiddle(password) || password.includes(','))
    throw new GatewayError('bad-credentials', { key: 'irc-bad-key' });
  return [...away, { add: true, mode: 'k', param: password }];
}
