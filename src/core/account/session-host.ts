import type { InboundEvent } from '../../gateway/event.js';
import type { PlaceId } from '../../gateway/ids.js';
import type { ConnectionState, SessionHost } from '../../gateway/session.js';
import type { Account } from './account.js';

/** What the hosts of all sessions of a domain share. */
export interface HostServices {
  dispatch(account: Account, event: InboundEvent): Promise<void> | undefined;
  report(account: Account, state: ConnectionState, place: PlaceId | undefined): void;
  readonly congested: boolean;
  relieved(): Promise<void>;
}

/** The core's side of one session; deliberately nothing but two references, since there are thousands. */
export class AccountHost implements SessionHost {
  constructor(
    private readonly account: Account,
    private readonly services: HostServices,
  ) {}

  emit(event: InboundEvent): Promise<void> | undefined {
    return this.services.dispatch(this.account, event);
  }

  report(state: ConnectionState, place?: PlaceId): void {
    this.services.report(this.account, state, place);
  }

  get congested(): boolean {
    return (this.account.listener ?? this.services).congested;
  }

  relieved(): Promise<void> {
    return (this.account.listener ?? this.services).relieved();
  }
}
