/** How long and how often delivery is tried; what an operator may set (`delivery` in the configuration). */
export interface DeliveryOptions {
  /** First pause after a try that may be repeated, in milliseconds; each further one is twice as long. */
  readonly retryFirstMs: number;
  /** Longest such pause, in milliseconds. */
  readonly retryMaxMs: number;
  /** Hours after which a message that could not be sent is given up. */
  readonly expireHours: number;
  /** Messages of one user in the outbox. */
  readonly waitingPerUser: number;
  /** Messages of the outbox whose words are in memory; of the others only their ids are. */
  readonly loadedMessages: number;
  /** Milliseconds after the start in which nothing left by the last run is given up, so that the clock can be set. */
  readonly overdueGraceMs: number;
  /** Milliseconds after the server has read a message in which it may still return it. */
  readonly bounceWaitMs: number;
  /** Milliseconds after that in which the store keeps it too, while none of the user's clients is there. */
  readonly bounceKeepMs: number;
  /** How often a returned message is sent again. */
  readonly resends: number;
  /** Messages returned by a user's server that wait until he is there. */
  readonly heldPerUser: number;
  /** Milliseconds that a stop waits for what is just being sent. */
  readonly stopMs: number;
}

/** Part by which a pause may be longer or shorter, so that conversations do not move in step. */
const JITTER = 0.3;

/** The pause after so many tries in vain, in milliseconds. */
export function pauseAfter(
  tries: number,
  { retryFirstMs, retryMaxMs }: Pick<DeliveryOptions, 'retryFirstMs' | 'retryMaxMs'>,
  random: () => number = Math.random,
): number {
  const pause = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.max(0, tries - 1));
  return Math.round(pause * (1 + JITTER * (2 * random() - 1)));
}
