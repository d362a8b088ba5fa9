import type { Log } from '../gateway/gateway.js';

/** The part of a domain that is started; each may be called again after it has rejected. */
export interface Startable {
  /** Everything that must be there before the domain works. What has been done once is not done again. */
  start(): Promise<void>;
  /** The stream was down, and is up again. */
  reconnected(): void;
  /** Asks users whether they are there. */
  greet(): Promise<void>;
}

/** First pause after a start that failed, and the longest one, in milliseconds. */
export interface StartPauses {
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
}

/**
 * Starts a domain when its stream is up for the first time, and greets its users each time that it is. What fails, as
 * when the store cannot be read for a moment, is tried again until it is done.
 */
export class StartUp {
  #begun = false;
  /** The users are to be greeted. */
  #due = false;
  #running = false;
  #ready = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  /** Ends the pause. */
  #wake: (() => void) | undefined;
  #trouble = '';

  constructor(
    private readonly domain: Startable,
    /** Called once, when the domain works. */
    private readonly onReady: () => void,
    private readonly pauses: StartPauses,
    private readonly log: Log,
  ) {}

  /** Whether the domain works. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Until it does: `starting`, and what stands against it. */
  get state(): string {
    return this.#trouble === '' ? 'starting' : `starting: ${this.#trouble}`;
  }

  /** The stream is up. */
  online(): void {
    if (this.#begun) this.domain.reconnected();
    this.#begun = true;
    this.#due = true;
    if (!this.#running) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#wake?.();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    this.#running = true;
    for (let pauseMs = this.pauses.retryFirstMs; this.#due && !this.#stopped; ) {
      this.#due = false;
      try {
        await this.domain.start();
        this.#becomeReady();
        await this.domain.greet();
      } catch (error) {
        if (this.#stopped) break;
        this.#due = true;
        this.#trouble = error instanceof Error ? error.message : String(error);
        this.log.error({ err: error, pauseMs }, 'the start of the domain was cut short; it is tried again');
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, this.pauses.retryMaxMs);
      }
    }
    this.#running = false;
  }

  #becomeReady(): void {
    if (this.#ready || this.#stopped) return;
    this.#ready = true;
    this.onReady();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, ms);
    });
  }
}
