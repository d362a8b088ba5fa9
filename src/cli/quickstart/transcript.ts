import type { Terminal } from '../terminal.js';

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/** What happens, shown as it happens. */
export class Transcript {
  readonly #terminal: Terminal;
  #failures = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Whether every step so far went well. */
  get passed(): boolean {
    return this.#failures === 0;
  }

  /** A heading. */
  section(title: string): void {
    this.#terminal.print(`\n${title}`);
  }

  /** One thing seen or sent, in the words of the protocol. */
  show(text: string): void {
    this.#terminal.print(`    ${this.#paint(DIM, text)}`);
  }

  /** Runs a step and marks it ✓ or ✗; a failure ends the transcript by throwing. */
  async step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.#terminal.print(`  ${this.#paint(GREEN, '✓')} ${title}`);
      return result;
    } catch (error) {
      this.#failures += 1;
      this.#terminal.print(
        `  ${this.#paint(RED, '✗')} ${title}: ${error instanceof Error ? error.message : String(error)}`,
      );
      throw error;
    }
  }

  #paint(colour: string, text: string): string {
    return this.#terminal.colours ? `${colour}${text}${RESET}` : text;
  }
}
