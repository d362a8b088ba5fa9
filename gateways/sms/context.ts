import type { GatewayEnvironment } from '../../src/gateway/gateway.js';
import type { Claims } from './account/claims.js';
import type { OwnAccounts } from './account/own-accounts.js';
import type { CarrierLine } from './carrier/line.js';
import type { Conversations } from './number/conversations.js';
import type { NumberBook } from './number/number-book.js';
import type { OptOuts } from './number/opt-outs.js';
import type { Region } from './number.js';
import type { SmsOptions } from './options.js';
import type { Outgoing } from './policy/outgoing.js';

/** What the parts of one SMS gateway share. */
export interface SmsContext {
  readonly options: SmsOptions;
  readonly environment: GatewayEnvironment;
  readonly region: Region;
  readonly numbers: NumberBook;
  readonly conversations: Conversations;
  readonly optOuts: OptOuts;
  readonly claims: Claims;
  readonly outgoing: Outgoing;
  readonly ownAccounts: OwnAccounts;
  /** The operator's ways out, by name. */
  readonly lines: ReadonlyMap<string, CarrierLine>;
}
