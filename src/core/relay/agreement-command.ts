import { done, type ServiceCommand } from '../command/service-command.js';
import type { RelayHub } from './hub.js';

/** Lets a user say that what he says in a room goes to networks by his own accounts there; or that it does not any more. */
export function agreementCommand(hub: RelayHub): ServiceCommand {
  return {
    node: 'isthmus:relay:speak-as-me',
    word: 'speak-as-me',
    title: { key: 'relay-command-speak-as-me' },
    scope: 'service',
    allows: () => true,
    start: async ({ from }) => ({
      kind: 'form',
      form: {
        title: { key: 'relay-command-speak-as-me' },
        instructions: { key: 'relay-speak-as-me-instructions' },
        fields: [
          { name: 'room', type: 'text', required: true, label: { key: 'relay-field-room' } },
          { name: 'on', type: 'boolean', value: '1', label: { key: 'relay-field-speak-as-me' } },
        ],
      },
      submit: async ({ room: typed = '', on = '0' }) => {
        const { id: room } = hub.place(typed);
        const agreed = on === '1';
        await hub.agreements.set(from.bare, room, agreed);
        const args = { room };
        return done(agreed ? { key: 'relay-speaks-as-you', args } : { key: 'relay-speaks-for-you', args });
      },
    }),
  };
}
