import type { DomainOptions } from '../../src/core/domain.js';
import { DEFAULT_HISTORY } from '../../src/core/history/history-options.js';
import { OPEN_BOOK, WELCOMING } from '../support/core/contact-options.js';
import { PATIENT } from '../support/core/delivery-options.js';

/** The gateway's domain in all fuzz targets. */
export const DOMAIN = 'memory.example.org';

/** Limits that let a hostile run reach the code behind them. */
const WIDE: DomainOptions['limits'] = {
  registrationsPerHour: 1000,
  joinsPerMinute: 1000,
  messagesPerSecond: 1000,
  messageBurst: 1000,
  messageLength: 50_000,
  typingExpiryMs: 60_000,
  outageGraceMs: 120_000,
  outageRepeatMs: 3_600_000,
  roomsPerUser: 5,
  membersPerRoom: 1000,
  resourcesPerUser: 3,
  searchesPerMinute: 5,
  searchResults: 3,
  dialoguesPerUser: 2,
  dialogueIdleMs: 60_000,
};

/** Options of a domain that serves the users of example.org. */
export function fuzzOptions(
  policy: DomainOptions['policy'] = 'open',
  limits: Partial<DomainOptions['limits']> = {},
): DomainOptions {
  return {
    domain: DOMAIN,
    policy,
    allow: new Set(),
    userDomains: new Set(['example.org']),
    deny: new Set(['denied@example.org']),
    admins: new Set(['boss@example.org']),
    language: 'en',
    contact: { abuse: [], admin: [], support: [], security: [], status: [] },
    archive: { enabled: true, history: 20, maxPage: 100 },
    history: DEFAULT_HISTORY,
    limits: { ...WIDE, ...limits },
    delivery: PATIENT,
    contacts: WELCOMING,
    dataPolicy: OPEN_BOOK,
    software: { name: 'Isthmus', version: '0.0.0-test' },
    occupantKey: Buffer.alloc(32),
  };
}
