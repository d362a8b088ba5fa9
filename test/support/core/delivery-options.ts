import type { DomainOptions } from '../../../src/core/domain.js';

/** Pauses that no test waits for, and limits that none meets by accident. */
export const PATIENT: DomainOptions['delivery'] = {
  retryFirstMs: 60_000,
  retryMaxMs: 600_000,
  expireHours: 24,
  waitingPerUser: 50,
  loadedMessages: 100,
  overdueGraceMs: 0,
  bounceWaitMs: 900_000,
  bounceKeepMs: 30_000,
  resends: 5,
  heldPerUser: 20,
  stopMs: 1_000,
};
