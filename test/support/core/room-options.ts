import type { DomainOptions } from '../../../src/core/domain.js';
import { DEFAULT_HISTORY } from '../../../src/core/history/history-options.js';
import { OPEN_BOOK, WELCOMING } from './contact-options.js';
import { PATIENT } from './delivery-options.js';

/** Limits that no test meets by accident. */
const WIDE: DomainOptions['limits'] = {
  registrationsPerHour: 1000,
  joinsPerMinute: 1000,
  messagesPerSecond: 1000,
  messageBurst: 1000,
  messageLength: 50_000,
  typingExpiryMs: 60_000,
  outageGraceMs: 120_000,
  outageRepeatMs: 3_600_000,
  roomsPerUser: 10,
  membersPerRoom: 1000,
  resourcesPerUser: 5,
  searchesPerMinute: 5,
  searchResults: 3,
  dialoguesPerUser: 2,
  dialogueIdleMs: 60_000,
};

/** Options of a domain that is open to the users of example.org and keeps an archive. */
export function roomOptions(
  domain: string,
  changes: Partial<DomainOptions> = {},
  limits: Partial<DomainOptions['limits']> = {},
): DomainOptions {
  return {
    domain,
    policy: 'open',
    allow: new Set(),
    userDomains: new Set(['example.org']),
    deny: new Set(),
    admins: new Set(),
    language: 'en',
    contact: { abuse: [], admin: [], support: [], security: [], status: [] },
    archive: { enabled: true, history: 20, maxPage: 50 },
    history: DEFAULT_HISTORY,
    delivery: PATIENT,
    contacts: WELCOMING,
    dataPolicy: OPEN_BOOK,
    software: { name: 'Isthmus', version: '0.0.0-test' },
    occupantKey: Buffer.alloc(32),
    ...changes,
    limits: { ...WIDE, ...limits },
  };
}
