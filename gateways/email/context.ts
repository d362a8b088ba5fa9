import type { GatewayEnvironment } from '../../src/gateway/gateway.js';
import type { AccountServices } from './account/account-services.js';
import type { Spool } from './mail/spool.js';
import type { EmailOptions } from './options.js';

/** What the parts of one email gateway share. */
export interface EmailContext {
  readonly options: EmailOptions;
  readonly environment: GatewayEnvironment;
  readonly spool: Spool;
  readonly accounts: AccountServices;
}
