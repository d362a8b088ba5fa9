/** How long after the server's return its users may take to come back before they count as gone, in milliseconds. */
const RETURN_GRACE_MS = 120_000;

/**
 * The time after a return of the server. A server that was restarted has lost its users' clients, and they
 * come back one by one: what would follow from their absence waits that long (A04).
 */
export class ReturnGrace {
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly graceMs = RETURN_GRACE_MS) {}

  /** The server is back; a grace that still runs begins anew. */
  begin(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), this.graceMs);
    this.#timer.unref();
  }

  /** Runs `follow` when the grace is over; at once when none runs. It has to look whether it still applies. */
  wait(follow: () => void): void {
    if (this.#timer) this.#waiting.push(follow);
    else follow();
  }

  /** Forgets what waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #end(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const follow of waiting) follow();
  }
}
