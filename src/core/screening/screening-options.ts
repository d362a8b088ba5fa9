/** What an operator sets for people whom users do not know, or do not want to hear now (`contacts` in the configuration). */
export interface ScreeningOptions {
  /** Whether users are asked before the first message of an unknown person is shown, unless they choose themselves. */
  readonly askUnknown: boolean;
  /** Messages that wait for one user until he says whether he wants them. */
  readonly waitingPerUser: number;
  /** The same of one unknown person. */
  readonly waitingPerPerson: number;
}
