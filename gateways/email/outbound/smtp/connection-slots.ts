import { busy } from './failure.js';

/** Bounds of connections to mail servers. */
export interface SlotLimits {
  /** To one host. */
  readonly perHost: number;
  /** To all hosts together. */
  readonly total: number;
  /** Mails that may wait for a connection. */
  readonly waiting: number;
  /** How long they wait, in milliseconds. */
  readonly waitMs: number;
}

/** The right to one connection. */
export interface Slot {
  /** The connection is open for nothing: `close` may be called to let another have the place, and must `release`. */
  idle(close: () => void): void;
  /** The connection is used again. */
  busy(): void;
  /** The connection is closed. */
  release(): void;
}

interface Waiting {
  readonly host: string;
  readonly take: () => void;
}

/** Counts the connections that all users of a gateway have to mail servers. */
export class ConnectionSlots {
  #total = 0;
  readonly #perHost = new Map<string, number>();
  /** In the order in which they became idle. */
  readonly #idle = new Map<object, { readonly host: string; readonly close: () => void }>();
  readonly #waiting: Waiting[] = [];

  constructor(private readonly limits: SlotLimits) {}

  /** Connections at the moment. */
  get used(): number {
    return this.#total;
  }

  /** @throws {GatewayError} `limit`, retryable, when none becomes free in time */
  acquire(host: string): Promise<Slot> {
    if (this.#waiting.length === 0 && this.#free(host)) return Promise.resolve(this.#take(host));
    if (this.#waiting.length >= this.limits.waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(busy());
      }, this.limits.waitMs);
      const waiting: Waiting = {
        host,
        take: () => {
          clearTimeout(timer);
          resolve(this.#take(host));
        },
      };
      this.#waiting.push(waiting);
      this.#serve();
    });
  }

  #free(host: string): boolean {
    return this.#total < this.limits.total && (this.#perHost.get(host) ?? 0) < this.limits.perHost;
  }

  #take(host: string): Slot {
    this.#total += 1;
    this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1);
    const key = {};
    let held = true;
    return {
      idle: (close) => {
        this.#idle.set(key, { host, close });
        this.#serve();
      },
      busy: () => {
        this.#idle.delete(key);
      },
      release: () => {
        if (!held) return;
        held = false;
        this.#idle.delete(key);
        this.#total -= 1;
        const left = (this.#perHost.get(host) ?? 0) - 1;
        if (left > 0) this.#perHost.set(host, left);
        else this.#perHost.delete(host);
        this.#serve();
      },
    };
  }

  /** First come, first served, past those whose host is full; an idle connection gives way. */
  #serve(): void {
    for (let at = 0; at < this.#waiting.length; ) {
      const waiting = this.#waiting[at];
      if (waiting === undefined) return;
      if (this.#free(waiting.host)) {
        this.#waiting.splice(at, 1);
        waiting.take();
        continue;
      }
      const full = this.#total >= this.limits.total;
      const way = [...this.#idle].find(([, { host }]) =>
        (this.#perHost.get(waiting.host) ?? 0) >= this.limits.perHost ? host === waiting.host : full,
      );
      if (way) {
        // Its release brings us here again.
        this.#idle.delete(way[0]);
        way[1].close();
      }
      at += 1;
    }
  }
}
