import type { Address, AddressCodec } from '../../gateway/address.js';
import { GatewayError } from '../../gateway/error.js';
import type { Form, Step } from '../../gateway/form.js';
import type { AccountChange, Command, Gateway, GatewayEnvironment } from '../../gateway/gateway.js';
import type { Sent, Session } from '../../gateway/session.js';
import { type RelayOptions, relayOptionsSchema } from './options.js';

/** Nobody and nothing has an address but the relay itself. */
class NoAddresses implements AddressCodec {
  parse(): Address | undefined {
    return undefined;
  }

  format(address: Address): string {
    return address.id;
  }

  parseInput(): Address | undefined {
    return undefined;
  }
}

/** Nothing is connected for one user: relays work by themselves. */
class NoSession implements Session {
  connect(): void {}

  async disconnect(): Promise<void> {}

  configure(): void {}

  send(): Sent {
    throw new GatewayError('unsupported', { key: 'relay-no-messages' });
  }

  states(): readonly never[] {
    return [];
  }
}

/** The face of relays: a domain where one asks for them and looks after them by commands. */
export class RelayGateway implements Gateway {
  readonly id = 'relay';
  readonly identityType = 'xmpp';
  readonly hostsRooms = true;
  readonly name = { key: 'relay-name' };
  readonly defaultPolicy = 'open';
  readonly messaging = 'live';
  readonly repeatable = false;
  readonly lasting = false;
  readonly contactType = 'bot';
  readonly prompt = {
    label: { key: 'relay-prompt-label' },
    description: { key: 'relay-prompt-description' },
  };
  readonly addresses = new NoAddresses();
  readonly anonymousRooms = false;
  readonly locales = {};
  readonly commands: readonly Command[] = [];

  constructor(
    readonly options: RelayOptions,
    readonly environment: GatewayEnvironment,
  ) {}

  registrationForm(): Form {
    return { title: { key: 'relay-name' }, instructions: { key: 'relay-registration' }, fields: [] };
  }

  async register(): Promise<Step<AccountChange>> {
    return { kind: 'done', result: {} };
  }

  createSession(): Session {
    return new NoSession();
  }

  async close(): Promise<void> {}
}

/** Relays, for the registry. */
export const relayModule = {
  id: 'relay',
  optionsSchema: relayOptionsSchema,
  create(options: RelayOptions, environment: GatewayEnvironment): RelayGateway {
    return new RelayGateway(options, environment);
  },
};
