import type { InboundEvent } from '../../src/gateway/event.js';
import type { PlaceId } from '../../src/gateway/ids.js';
import type { ConnectionState, SessionHost } from '../../src/gateway/session.js';
import { Inbox } from '../client/inbox.js';

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

  /** Every state reported, in order. */
  get states(): readonly ConnectionState[] {
    return this.#states.all;
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
