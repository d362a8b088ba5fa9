import { type ErrorCode, GatewayError } from '../../../gateway/error.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { conditionOf, type StanzaErrorCondition } from '../../../xmpp/stanza-error.js';

interface Refusal {
  readonly code: ErrorCode;
  readonly key: string;
  /** It passes by itself. */
  readonly passing?: true;
}

const UNREACHABLE: Refusal = { code: 'network-unreachable', key: 'relay-room-refused', passing: true };
const MISSING: Refusal = { code: 'not-found', key: 'relay-room-missing' };
const CROWDED: Refusal = { code: 'limit', key: 'relay-room-refused', passing: true };

/** How a join, or another name, can be refused (XEP-0045 §7.2.5-12, §7.6). */
const JOIN_REFUSALS: Partial<Record<StanzaErrorCondition, Refusal>> = {
  conflict: { code: 'nick-in-use', key: 'relay-room-no-nick' },
  forbidden: { code: 'banned', key: 'relay-room-banned' },
  gone: MISSING,
  'item-not-found': MISSING,
  'jid-malformed': { code: 'nick-invalid', key: 'relay-room-no-nick' },
  'not-acceptable': { code: 'nick-invalid', key: 'relay-room-no-nick' },
  // Only some may create rooms, and the relay does not.
  'not-allowed': MISSING,
  'not-authorized': { code: 'password-required', key: 'relay-room-password' },
  'policy-violation': CROWDED,
  'registration-required': { code: 'invite-only', key: 'relay-room-members-only' },
  'resource-constraint': CROWDED,
  'service-unavailable': { code: 'full', key: 'relay-room-full', passing: true },
};

/** Why a room does not let somebody in. */
export function joinRefusal(room: string, stanza: XmlElement): GatewayError {
  const condition = conditionOf(stanza);
  const { code, key, passing = false } = (condition && JOIN_REFUSALS[condition]) || UNREACHABLE;
  return new GatewayError(code, { key, args: { room, reason: reasonOf(stanza) } }, 'not-sent', passing);
}

/** Why a room did not take words; `outside`: who said them is not in (XEP-0045 §7.4). */
export interface WordsRefusal {
  readonly error: GatewayError;
  readonly outside: boolean;
}

/** Conditions by which the way to a room is known to be broken for now (RFC 6120 §8.3.3). */
const AWAY: ReadonlySet<string> = new Set([
  'internal-server-error',
  'recipient-unavailable',
  'remote-server-not-found',
  'remote-server-timeout',
]);
const LIMITED: ReadonlySet<string> = new Set(['policy-violation', 'resource-constraint']);

/** Reads a message that came back as an error. */
export function wordsRefusal(room: string, stanza: XmlElement): WordsRefusal {
  const condition = conditionOf(stanza) ?? '';
  const type = stanza.child('error')?.attrs.type;
  // Both say that the sender is no occupant; the second one is of a room that is no more.
  const outside =
    (condition === 'not-acceptable' && type !== 'modify') ||
    condition === 'item-not-found' ||
    AWAY.has(condition);
  // Too fast comes with `wait`; too long, or not fit for the room, never passes.
  const passing = outside || type === 'wait' || (condition === 'resource-constraint' && type !== 'modify');
  const text = { key: 'relay-room-refused-words', args: { room, reason: reasonOf(stanza) } };
  return { error: new GatewayError(codeOf(condition, passing), text, 'not-sent', passing), outside };
}

function codeOf(condition: string, passing: boolean): ErrorCode {
  if (condition === 'forbidden') return 'forbidden';
  if (AWAY.has(condition)) return 'network-unreachable';
  if (LIMITED.has(condition)) return passing ? 'limit' : 'too-long';
  return 'rejected';
}

/** What the room says itself, else the condition. */
function reasonOf(stanza: XmlElement): string {
  const said = stanza.child('error')?.childText('text')?.replace(/\s+/g, ' ').trim().slice(0, 300);
  return said || (conditionOf(stanza) ?? '');
}
