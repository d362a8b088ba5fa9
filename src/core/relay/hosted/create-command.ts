import {
  type Caller,
  done,
  type ServiceCommand,
  type ServiceFormStep,
} from '../../command/service-command.js';
import type { LegId } from '../model.js';
import type { RelayOptions } from '../options.js';

/** What the command needs of the relays. */
interface RoomMaker {
  /** Makes a room; its address. @throws {GatewayError} and the store's error */
  host(name: string, owner: string, most: number | undefined): Promise<LegId>;
}

/** Makes rooms on the relays' own domain, where the operator lets the caller. */
export function createCommand(
  maker: RoomMaker,
  { creators, perUser }: RelayOptions['hosted'],
  isOperator: (caller: Caller) => boolean,
): ServiceCommand {
  return {
    node: 'isthmus:relay:create',
    word: 'create',
    title: { key: 'relay-command-create' },
    scope: 'service',
    allows: (caller) => creators === 'everybody' || isOperator(caller),
    start: async (caller) => askName(maker, caller, isOperator(caller) ? undefined : perUser),
  };
}

function askName(maker: RoomMaker, { from }: Caller, most: number | undefined): ServiceFormStep {
  return {
    kind: 'form',
    form: {
      title: { key: 'relay-command-create' },
      instructions: { key: 'relay-create-instructions' },
      fields: [{ name: 'name', type: 'text', required: true, label: { key: 'relay-field-name' } }],
    },
    submit: async ({ name = '' }) => {
      const room = await maker.host(name.trim(), from.bare, most);
      return done({ key: 'relay-created', args: { room } });
    },
  };
}
