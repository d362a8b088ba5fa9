import { GatewayError } from '../../../src/gateway/error.js';

/** Senders that are counted at once. */
const SENDERS = 20_000;

/** What a mail is in the flow of its sender's. */
export type Flow = 'fine' | 'first-too-many' | 'too-many';

interface Window {
  readonly since: number;
  count: number;
}

/** Cuts floods of one sender to one account (S14, S17): two programs that answer each other, a broken script. */
export class Storms {
  readonly #windows = new Map<string, Window>();

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
  ) {}

  /** Counts a mail. `at`: when it came, in UTC milliseconds: what has waited somewhere is no flood. */
  count(sender: string, at: number): Flow {
    const known = this.#windows.get(sender);
    this.#windows.delete(sender);
    const inside = known !== undefined && Math.abs(at - known.since) < this.windowMs;
    const window = inside ? known : { since: at, count: 0 };
    window.count += 1;
    this.#windows.set(sender, window);
    const [longest] = this.#windows.keys();
    if (this.#windows.size > SENDERS && longest !== undefined) this.#windows.delete(longest);
    if (window.count <= this.most) return 'fine';
    return window.count === this.most + 1 ? 'first-too-many' : 'too-many';
  }
}

/** Has the sender's server bring the mail again later. */
export function floodError(): GatewayError {
  return new GatewayError('limit', { key: 'email-flood-refused' }, 'not-sent', true);
}
