import type { DomainOptions } from '../../../src/core/domain.js';

/** Everybody may write at first; limits that a test can meet. */
export const WELCOMING: DomainOptions['contacts'] = {
  askUnknown: false,
  waitingPerUser: 8,
  waitingPerPerson: 5,
};
