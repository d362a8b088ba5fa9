import { join } from 'node:path';
import type { GatewayEnvironment } from '../../src/gateway/gateway.js';
import { AccountServices } from './account/account-services.js';
import { loginChecks } from './account/registration/server-checks.js';
import type { EmailContext } from './context.js';
import type { Connections } from './conversation/connections.js';
import { ConversationBook } from './conversation/conversation-book.js';
import { Faces } from './conversation/faces.js';
import { FoldedTexts } from './conversation/folded-text.js';
import { KnownUsers } from './conversation/known-users.js';
import { MailLog } from './conversation/mail-log.js';
import { RoomBook } from './conversation/room-book.js';
import { Storms } from './conversation/storm.js';
import { InTurn } from './in-turn.js';
import { Spool } from './mail/spool.js';
import type { EmailOptions } from './options.js';
import { AddressBook } from './server/addresses.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What all connections of a gateway need. */
export type MailServices = Pick<
  EmailContext,
  'options' | 'environment' | 'spool' | 'accounts' | 'addresses' | 'now'
>;

/** Makes what needs no connections; nothing is opened. */
export function makeServices(options: EmailOptions, environment: GatewayEnvironment): MailServices {
  const { maxBytes, spoolBytes, memoryBytes } = options.limits;
  const folder = join(environment.temporaryFolder, 'spool');
  return {
    options,
    environment,
    spool: new Spool(folder, { maxBytes, totalBytes: spoolBytes, memoryBytes }),
    accounts: new AccountServices(options.accounts, environment, loginChecks(options, environment)),
    addresses: options.domain && new AddressBook(options.domain, environment.state, Date.now),
    now: Date.now,
  };
}

/** Puts together what the parts of a gateway share; nothing is opened. */
export function makeContext(services: MailServices, connections: Connections): EmailContext {
  const { options, environment, now } = services;
  const { state } = environment;
  const { keepDays, threadDays, unseen, avatarBytes } = options.conversation;
  const { stormMails, stormMinutes, foldedDays, foldedBytes } = options.conversation;
  const keepMs = keepDays * DAY_MS;
  return {
    ...services,
    connections,
    users: new Map(),
    known: new KnownUsers(state),
    conversations: new ConversationBook(state, keepMs, unseen, now),
    log: new MailLog(state, threadDays * DAY_MS, now),
    rooms: new RoomBook(state, keepMs, now),
    faces: new Faces(state, { maxBytes: avatarBytes, keepMs }, now),
    folded: new FoldedTexts(state, { keepMs: foldedDays * DAY_MS, maxBytes: foldedBytes }, now),
    turns: new InTurn(),
    storms: new Storms(stormMails, stormMinutes * MINUTE_MS),
  };
}
