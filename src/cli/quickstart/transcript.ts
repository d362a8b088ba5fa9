import type { Terminal } from '../terminal.js';

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/** What happens, shown as it happens. */
export class Transcript {
  readonly #terminal: Terminal;
  /** What the step under way has seen. */
  #seen: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** A heading. */
  section(title: string): void {
    this.#terminal.print(`\n${title}`);
  }

  /** One thing seen or sent in the step under way, in the words of the protocol. */
  show(text: string): void {
    this.#seen.push(text);
  }

  /** Runs a step, marks it ✓ or ✗ and shows what it has seen; a failure ends the transcript by throwing. */
  async step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
    this.#seen = [];
    try {
      const result = await work();
      this.#terminal.print(`  ${this.#paint(GREEN, '✓')} ${title}`);
      return result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#terminal.print(`  ${this.#paint(RED, '✗')} ${title}: ${reason}`);
      throw error;
    } finally {
      for (const line of this.#seen) this.#terminal.print(`      ${this.#paint(DIM, line)}`);
    }
  }

  #paint(colour: string, text: string): string {
    return this.#terminal.colours ? `${colour}${text}${RESET}` : text;
  }
}
