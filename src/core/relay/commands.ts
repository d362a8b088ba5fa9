import type { Text } from '../../gateway/text.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../command/service-command.js';
import type { DomainOptions } from '../domain.js';
import type { RelayHub } from './hub.js';
import { moderationCommands } from './moderation-commands.js';
import { accountCommands, accountLines } from './own/account-commands.js';
import type { LegReport } from './relay.js';

/** Relays by ad-hoc command and by word of chat. What the operator asks for is done; others need a word from each room. */
export function relayCommands(
  hub: RelayHub,
  options: Pick<DomainOptions, 'admins'>,
): readonly ServiceCommand[] {
  const isOperator = ({ from }: Caller): boolean => options.admins.has(from.bare);
  return [
    ...accountCommands(hub.accounts, isOperator),
    ...moderationCommands(hub, isOperator),
    {
      node: 'isthmus:relay:link',
      word: 'link',
      title: { key: 'relay-command-link' },
      scope: 'service',
      allows: () => true,
      start: async (caller) => askLink(hub, isOperator(caller)),
    },
    {
      node: 'isthmus:relay:unlink',
      word: 'unlink',
      title: { key: 'relay-command-unlink' },
      scope: 'service',
      allows: isOperator,
      start: async (caller) => askUnlink(hub, caller),
    },
    {
      node: 'isthmus:relay:relays',
      word: 'relays',
      title: { key: 'relay-command-relays' },
      scope: 'service',
      allows: isOperator,
      start: async () => ({
        ...done({ key: 'relay-count', args: { count: hub.list().length } }),
        lines: [
          ...hub.list().flatMap(({ name }) => reportLines(name, hub.report(name))),
          ...(await accountLines(hub.accounts)),
        ],
      }),
    },
  ];
}

type ReportArgs = Readonly<Record<'came' | 'went', number>> & { readonly room: string };
const REPORTS: Readonly<Record<LegReport['state']['state'], (args: ReportArgs) => Text>> = {
  joining: (args) => ({ key: 'relay-report-joining', args }),
  joined: (args) => ({ key: 'relay-report-joined', args }),
  away: (args) => ({ key: 'relay-report-away', args }),
  refused: (args) => ({ key: 'relay-report-refused', args }),
};

/** How a relay fares, one line each. */
function reportLines(name: string, legs: readonly LegReport[]): readonly Text[] {
  return [
    { key: 'relay-report', args: { name } },
    ...legs.flatMap(({ id, state, came, went, trouble, facts }) => [
      REPORTS[state.state]({ room: id, came, went }),
      ...('reason' in state ? [state.reason] : []),
      ...(trouble?.text ? [trouble.text] : []),
      ...facts,
    ]),
  ];
}

function askLink(hub: RelayHub, operator: boolean, problem?: Text): ServiceFormStep {
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
      if (ids[0] === ids[1]) return askLink(hub, operator, { key: 'relay-same-room' });
      if (operator) {
        const { name } = await hub.link(ids);
        return done({ key: 'relay-made', args: { name } });
      }
      const { codes } = await hub.ask(ids, []);
      const lines = [...codes].map(([id, code]) => ({ key: 'relay-code', args: { room: id, code } }));
      return { ...done({ key: 'relay-asked' }), lines };
    },
  };
}

function askUnlink(hub: RelayHub, { from }: Caller): ServiceFormStep {
  return {
    kind: 'form',
    form: {
      title: { key: 'relay-command-unlink' },
      fields: [{ name: 'room', type: 'text', label: { key: 'relay-field-room' }, required: true }],
    },
    submit: async ({ room = '' }) => {
      const { id } = hub.place(room);
      await hub.unlink(id, from.bare);
      return done({ key: 'relay-unlinked', args: { room: id } });
    },
  };
}
