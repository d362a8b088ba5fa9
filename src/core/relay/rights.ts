import { GatewayError } from '../../gateway/error.js';
import type { Caller } from '../command/service-command.js';
import type { RelayBook } from './book.js';
import type { RelayDefinition } from './definitions.js';
import type { LegId } from './model.js';

/** Who may look after which relays: the operator after all, others after legs where the relay sees that they have rights. */
export class Rights {
  constructor(
    private readonly book: RelayBook,
    readonly isOperator: (caller: Caller) => boolean,
  ) {}

  /** Whether there is anything for him to look after. */
  any(caller: Caller): boolean {
    return this.isOperator(caller) || this.relays(caller).length > 0;
  }

  relays(caller: Caller): readonly RelayDefinition[] {
    const all = this.book.list();
    if (this.isOperator(caller)) return all;
    return all.filter(({ legs }) => legs.some(({ id }) => this.#moderates(caller, id)));
  }

  legs(caller: Caller): readonly LegId[] {
    const all = this.relays(caller).flatMap(({ legs }) => legs.map(({ id }) => id));
    return this.isOperator(caller) ? all : all.filter((id) => this.#moderates(caller, id));
  }

  /** @throws {GatewayError} `forbidden`, also for rooms that are no leg, so that nobody learns which are */
  check(caller: Caller, leg: LegId): void {
    if (this.isOperator(caller) || this.#moderates(caller, leg)) return;
    throw new GatewayError('forbidden', { key: 'relay-no-rights-there', args: { room: leg } });
  }

  #moderates({ from }: Caller, leg: LegId): boolean {
    return this.book.legOf(leg)?.moderates?.(from.bare) === true;
  }
}
