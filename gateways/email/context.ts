import type { GatewayEnvironment } from '../../src/gateway/gateway.js';
import type { AccountId } from '../../src/gateway/ids.js';
import type { AccountServices } from './account/account-services.js';
import type { Connections } from './conversation/connections.js';
import type { ConversationBook } from './conversation/conversation-book.js';
import type { Faces } from './conversation/faces.js';
import type { FoldedTexts } from './conversation/folded-text.js';
import type { KnownUsers } from './conversation/known-users.js';
import type { MailLog } from './conversation/mail-log.js';
import type { MailUser } from './conversation/mail-user.js';
import type { RoomBook } from './conversation/room-book.js';
import type { Storms } from './conversation/storm.js';
import type { InTurn } from './in-turn.js';
import type { Spool } from './mail/spool.js';
import type { EmailOptions } from './options.js';
import type { AddressBook } from './server/addresses.js';

/** What the parts of one email gateway share. */
export interface EmailContext {
  readonly options: EmailOptions;
  readonly environment: GatewayEnvironment;
  readonly spool: Spool;
  readonly accounts: AccountServices;
  /** Of the gateway's own domain; undefined without one. */
  readonly addresses: AddressBook | undefined;
  /** Users with a session, by account. */
  readonly users: Map<AccountId, MailUser>;
  readonly known: KnownUsers;
  readonly conversations: ConversationBook;
  readonly log: MailLog;
  readonly rooms: RoomBook;
  readonly faces: Faces;
  readonly folded: FoldedTexts;
  /** Works of one account and conversation, each in its turn. */
  readonly turns: InTurn;
  readonly storms: Storms;
  readonly connections: Connections;
  /** UTC milliseconds. */
  now(): number;
}
