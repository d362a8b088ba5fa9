import type { Text } from '../../gateway/text.js';
import { plain } from '../command/plain-text.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../command/service-command.js';
import type { DomainOptions } from '../domain.js';
import type { Translator } from '../translator.js';
import { agreementCommand } from './agreement-command.js';
import type { LegStatus } from './book.js';
import { createCommand } from './hosted/create-command.js';
import type { RelayHub } from './hub.js';
import { membersCommand } from './list/list-command.js';
import { moderationCommands } from './moderation-commands.js';
import { accountCommands, accountLines } from './own/account-commands.js';
import { Rights } from './rights.js';
import { settingsCommand } from './settings-command.js';
import { type Say, stateLines, statusLines } from './status-text.js';

/**
 * Relays by ad-hoc command and by word of chat. What the operator asks for is done; others need a word from each room,
 * and may look after the rooms where they are seen to have rights.
 */
export function relayCommands(
  hub: RelayHub,
  options: Pick<DomainOptions, 'admins'>,
  translator: Translator,
): readonly ServiceCommand[] {
  const isOperator = ({ from }: Caller): boolean => options.admins.has(from.bare);
  const rights = new Rights(hub.book, isOperator);
  const sayTo =
    ({ language }: Caller): Say =>
    (text) =>
      translator.say(text, language);
  return [
    ...accountCommands(hub.accounts, isOperator),
    ...moderationCommands(hub, isOperator),
    createCommand(hub, hub.options.hosted, isOperator),
    membersCommand(hub, isOperator),
    {
      node: 'isthmus:relay:link',
      word: 'link',
      title: { key: 'relay-command-link' },
      scope: 'service',
      allows: () => true,
      start: async (caller) => askLink(hub, isOperator(caller), caller, sayTo(caller)),
    },
    {
      node: 'isthmus:relay:unlink',
      word: 'unlink',
      title: { key: 'relay-command-unlink' },
      scope: 'service',
      allows: (caller) => rights.any(caller),
      start: async (caller) => askUnlink(hub, rights, caller),
    },
    settingsCommand(hub, rights, translator),
    agreementCommand(hub),
    {
      node: 'isthmus:relay:relays',
      word: 'relays',
      title: { key: 'relay-command-relays' },
      scope: 'service',
      allows: (caller) => rights.any(caller),
      start: async (caller) => {
        const say = sayTo(caller);
        const seen = rights.relays(caller);
        const reports = await Promise.all(
          seen.map(async ({ name }) => ({ name, legs: await hub.book.report(name) })),
        );
        const accounts = isOperator(caller) ? await accountLines(hub.accounts) : [];
        return {
          ...done({ key: 'relay-count', args: { count: seen.length } }, { report: statusReport(reports) }),
          lines: [
            ...reports.flatMap(({ name, legs }) => statusLines(name, legs, say)).map(plain),
            ...accounts,
          ],
        };
      },
    },
  ];
}

/** For clients that show or count: the figures of each leg, by its address. */
function statusReport(reports: readonly { readonly name: string; readonly legs: readonly LegStatus[] }[]) {
  const fields = reports.flatMap(({ name, legs }) =>
    legs.map(({ id, state, came, went, waiting }) => ({
      ...{ var: `${name}#${id}`, type: 'text-multi' as const, label: id },
      values: [
        `state=${state.state}`,
        `came=${came.total} ${came.minute}/min ${came.hour}/h`,
        `went=${went.total} ${went.minute}/min ${went.hour}/h`,
        `waiting=${waiting}`,
      ],
    })),
  );
  return { formType: 'urn:isthmus:relays', fields };
}

function askLink(
  hub: RelayHub,
  operator: boolean,
  caller: Caller,
  say: Say,
  problem?: Text,
): ServiceFormStep {
  return {
    kind: 'form',
    form: {
      title: { key: 'relay-command-link' },
      instructions: { key: operator ? 'relay-link-operator' : 'relay-link-instructions' },
      fields: [
        { name: 'room', type: 'text', required: true, label: { key: 'relay-field-room' } },
        { name: 'other', type: 'text', required: true, label: { key: 'relay-field-other' } },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ room: typed = '', other = '' }) => {
      const ids = [hub.place(typed).id, hub.place(other).id];
      if (ids[0] === ids[1]) return askLink(hub, operator, caller, say, { key: 'relay-same-room' });
      if (operator) {
        const { name } = await hub.link(ids);
        const lines = stateLines(await hub.book.report(name), say).map(plain);
        return { ...done({ key: 'relay-made', args: { name } }), lines };
      }
      const { codes } = await hub.ask(ids, [], caller.from.bare);
      const lines = [...codes].map(([id, code]) => ({ key: 'relay-code', args: { room: id, code } }));
      return { ...done({ key: 'relay-asked' }), lines };
    },
  };
}

function askUnlink(hub: RelayHub, rights: Rights, caller: Caller): ServiceFormStep {
  return {
    kind: 'form',
    form: {
      title: { key: 'relay-command-unlink' },
      fields: [{ name: 'room', type: 'text', label: { key: 'relay-field-room' }, required: true }],
    },
    submit: async ({ room = '' }) => {
      const { id } = hub.place(room);
      rights.check(caller, id);
      await hub.unlink(id, caller.from.bare);
      return done({ key: 'relay-unlinked', args: { room: id } });
    },
  };
}
