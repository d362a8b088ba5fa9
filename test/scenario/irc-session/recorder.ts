import type { IrcGateway } from '../../../gateways/irc/gateway.js';
import { ircModule } from '../../../gateways/irc/index.js';
import { optionsSchema } from '../../../gateways/irc/options.js';
import type { AccountView, GatewayEnvironment, Log } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { Session } from '../../../src/gateway/session.js';
import { testEnvironment } from '../../support/gateway-environment.js';
import { Recorder } from '../../support/session-recorder.js';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const environment: GatewayEnvironment = testEnvironment({ domain: 'irc.example.test', log: silent });

export interface Party {
  readonly session: Session;
  readonly host: Recorder;
}

type OptionsInput = Parameters<typeof optionsSchema.parse>[0] & object;

export function createGateway(options: OptionsInput): IrcGateway {
  return ircModule.create(optionsSchema.parse(options), environment) as IrcGateway;
}

let accounts = 0;

export function accountView(changes: Partial<AccountView> = {}): AccountView {
  return {
    id: ++accounts as AccountId,
    registered: false,
    settings: {},
    secrets: {},
    suggestedName: 'someone',
    userAddress: 'someone@example.org',
    language: 'en',
    ...changes,
  };
}

/** A session of a new account. */
export function party(gateway: IrcGateway, changes: Partial<AccountView> = {}): Party {
  const host = new Recorder();
  return { session: gateway.createSession(accountView(changes), host), host };
}
