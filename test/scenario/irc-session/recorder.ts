import type { IrcGateway } from '../../../gateways/irc/gateway.js';
import { ircModule } from '../../../gateways/irc/index.js';
import { optionsSchema } from '../../../gateways/irc/options.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { AccountView, GatewayEnvironment, Log } from '../../../src/gateway/gateway.js';
import type { AccountId, PlaceId } from '../../../src/gateway/ids.js';
import type { ConnectionState, Session, SessionHost } from '../../../src/gateway/session.js';
import { Inbox } from '../../client/inbox.js';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const environment: GatewayEnvironment = {
  domain: 'irc.example.test',
  log: silent,
  software: { name: 'Isthmus', version: '0.0.0' },
};

type Event<Type extends InboundEvent['type']> = Extract<InboundEvent, { type: Type }>;

/** A core that only writes down what a session reports. */
export class Recorder implements SessionHost {
  readonly #events = new Inbox<InboundEvent>((event) => JSON.stringify(event));
  readonly #states = new Inbox<ConnectionState>((state) => JSON.stringify(state));
  #relief: (() => void) | undefined;
  congested = false;

  emit(event: InboundEvent): undefined {
    this.#events.push(event);
  }

  report(state: ConnectionState, _place?: PlaceId): void {
    this.#states.push(state);
  }

  relieved(): Promise<void> {
    return new Promise((resolve) => {
      this.#relief = resolve;
    });
  }

  /** Ends the congestion. */
  relieve(): void {
    this.congested = false;
    this.#relief?.();
  }

  /** Whether a session waits for relief. */
  get awaitsRelief(): boolean {
    return this.#relief !== undefined;
  }

  get events(): readonly InboundEvent[] {
    return this.#events.all;
  }

  ofType<Type extends InboundEvent['type']>(type: Type): Event<Type>[] {
    return this.events.filter((event): event is Event<Type> => event.type === type);
  }

  /** The next event of this type, received already or to come, that fits and that no earlier wait took. */
  async next<Type extends InboundEvent['type']>(
    type: Type,
    fits: (event: Event<Type>) => boolean = () => true,
  ): Promise<Event<Type>> {
    const found = await this.#events.wait(
      (event) => event.type === type && fits(event as Event<Type>),
      `an event ${type}`,
    );
    return found as Event<Type>;
  }

  state(state: ConnectionState['state']): Promise<ConnectionState> {
    return this.#states.wait((reported) => reported.state === state, `state ${state}`);
  }
}

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
    language: 'en',
    ...changes,
  };
}

/** A session of a new account. */
export function party(gateway: IrcGateway, changes: Partial<AccountView> = {}): Party {
  const host = new Recorder();
  return { session: gateway.createSession(accountView(changes), host), host };
}
