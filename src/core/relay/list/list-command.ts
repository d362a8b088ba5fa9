import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import type { Caller, ServiceCommand, ServiceStep } from '../../command/service-command.js';
import type { LegId } from '../model.js';
import type { ListLeg } from './list-leg.js';
import type { ListMember } from './list-members.js';

/** The lists that are legs. */
export interface Lists {
  lists(): readonly ListLeg[];
  list(id: LegId): ListLeg | undefined;
}

type Said = (args: { readonly who: string; readonly name: string }) => Text;
const STATES: Readonly<Record<ListMember['state'], Said>> = {
  asked: (args) => ({ key: 'relay-list-member-asked', args }),
  in: (args) => ({ key: 'relay-list-member-in', args }),
  out: (args) => ({ key: 'relay-list-member-out', args }),
};
const YES: Text = { key: 'relay-list-agreed' };

/** The operator looks after who is on a list. */
export function membersCommand(lists: Lists, isOperator: (caller: Caller) => boolean): ServiceCommand {
  return {
    node: 'isthmus:relay:members',
    word: 'members',
    title: { key: 'relay-command-members' },
    scope: 'service',
    allows: (caller) => isOperator(caller) && lists.lists().length > 0,
    start: async () => ({
      kind: 'form',
      form: {
        title: { key: 'relay-command-members' },
        fields: [
          {
            ...{ name: 'list', type: 'choice', required: true, label: { key: 'relay-list-which' } },
            options: lists
              .lists()
              .map(({ id }) => ({ value: id, label: { key: 'relay-network', args: { domain: id } } })),
          },
          {
            ...{ name: 'act', type: 'choice', required: true, label: { key: 'relay-list-act' } },
            options: [
              { value: 'list', label: { key: 'relay-list-act-list' } },
              { value: 'add', label: { key: 'relay-list-act-add' } },
              { value: 'remove', label: { key: 'relay-list-act-remove' } },
            ],
          },
        ],
      },
      submit: async ({ list: id = '', act = '' }) => {
        const list = lists.list(id as LegId);
        if (!list) throw new GatewayError('not-found', { key: 'relay-list-gone' });
        if (act === 'list') return shown(list);
        return askWho(list, act === 'add');
      },
    }),
  };
}

function askWho(list: ListLeg, adds: boolean): ServiceStep {
  return {
    kind: 'form',
    form: {
      title: { key: 'relay-command-members' },
      fields: [
        { name: 'who', type: 'text', required: true, label: { key: 'relay-list-who' } },
        ...(adds
          ? [
              { name: 'name', type: 'text', label: { key: 'relay-list-name' } } as const,
              { name: 'agreed', type: 'boolean', value: '0', label: YES } as const,
            ]
          : []),
      ],
    },
    submit: async ({ who = '', name, agreed }) => {
      if (!adds) {
        if (await list.remove(who)) return shown(list);
        throw new GatewayError('not-found', { key: 'relay-list-not-on', args: { who } });
      }
      await list.add({ who, name, agreed: agreed === '1' });
      return shown(list);
    },
  };
}

function shown({ members }: ListLeg): ServiceStep {
  const lines = members.map(({ contact, name, state }) => STATES[state]({ who: contact, name }));
  return {
    kind: 'done',
    result: {},
    note: { key: 'relay-list-count', args: { count: members.length } },
    lines,
  };
}
