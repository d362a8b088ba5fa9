import type { DomainOptions } from '../../../src/core/domain.js';

/** Everybody may write at first; limits that a test can meet. */
export const WELCOMING: DomainOptions['contacts'] = {
  askUnknown: false,
  waitingPerUser: 8,
  waitingPerPerson: 5,
};

/** What the operator says of data. */
export const OPEN_BOOK: DomainOptions['dataPolicy'] = {
  retentionHours: 720,
  terms: 'https://example.org/terms',
  transmission: 'encrypted',
  encryption: 'TLSv1.3',
  networkRetention: 'unknown',
  networkTerms: undefined,
};
