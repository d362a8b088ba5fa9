import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../command/service-command.js';
import type { Block } from './blocks.js';
import type { RelayDefinition } from './definitions.js';
import type { Moderation } from './moderation.js';

/** Entries of one list that are shown. */
const MOST_SHOWN = 100;

/** What these commands need of the relays that there are. */
export interface ModeratedRelays {
  readonly moderation: Pick<Moderation, 'block' | 'unblock'>;
  readonly book: { list(): readonly RelayDefinition[] };
}

/** Who is not carried, by ad-hoc command and by word of chat, for the operators. */
export function moderationCommands(
  relays: ModeratedRelays,
  isOperator: (caller: Caller) => boolean,
): readonly ServiceCommand[] {
  return [
    {
      ...{ node: 'isthmus:relay:block', word: 'block', title: { key: 'relay-command-block' } },
      ...{ scope: 'service', allows: isOperator },
      start: async (caller) => askWho(relays, caller, 'block'),
    },
    {
      ...{ node: 'isthmus:relay:unblock', word: 'unblock', title: { key: 'relay-command-unblock' } },
      ...{ scope: 'service', allows: isOperator },
      start: async (caller) => askWho(relays, caller, 'unblock'),
    },
    {
      ...{ node: 'isthmus:relay:blocked', word: 'blocked', title: { key: 'relay-command-blocked' } },
      ...{ scope: 'service', allows: isOperator },
      start: async () => ({
        ...done({ key: 'relay-blocked-list' }),
        lines: relays.book.list().flatMap(blockedLines),
      }),
    },
  ];
}

/** Who is not carried by a relay, a line each. */
export function blockedLines({ name, blocked, silent }: RelayDefinition): readonly Text[] {
  const entries = Object.values(blocked);
  const lines = entries.slice(0, MOST_SHOWN).map(lineOf);
  const count = Object.keys(silent).length;
  return [
    { key: 'relay-blocked-count', args: { name, count: entries.length } },
    ...lines,
    ...(count > 0 ? [{ key: 'relay-silent-count', args: { count } }] : []),
  ];
}

function lineOf({ act, nick, where = '', by = '', reason = '', time }: Block): Text {
  const args = { nick, where, by, reason, date: new Date(time).toISOString().slice(0, 10) };
  return act === 'muted' ? { key: 'relay-blocked-muted', args } : { key: 'relay-blocked-banned', args };
}

function askWho(relays: ModeratedRelays, { from }: Caller, what: 'block' | 'unblock'): ServiceFormStep {
  const names = relays.book.list().map(({ name }) => name);
  const blocks = what === 'block';
  return {
    kind: 'form',
    form: {
      title: { key: blocks ? 'relay-command-block' : 'relay-command-unblock' },
      instructions: { key: 'relay-block-instructions' },
      fields: [
        {
          name: 'relay',
          type: 'text',
          required: true,
          label: { key: 'relay-field-relay' },
          value: names[0] ?? '',
        },
        { name: 'who', type: 'text', required: true, label: { key: 'relay-field-who' } },
        ...(blocks ? [{ name: 'reason', type: 'text', label: { key: 'relay-field-reason' } } as const] : []),
      ],
    },
    submit: async ({ relay = '', who = '', reason = '' }) => {
      const name = relay.split('@')[0] ?? '';
      if (!names.includes(name))
        throw new GatewayError('not-found', { key: 'relay-unknown', args: { name } });
      if (!blocks) await relays.moderation.unblock(name, who.trim(), from.bare);
      else
        await relays.moderation.block(name, who.trim(), {
          by: from.bare,
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        });
      return done({ key: blocks ? 'relay-block-done' : 'relay-unblock-done', args: { who } });
    },
  };
}
