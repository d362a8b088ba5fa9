/** Where commands write for people; the log goes elsewhere. */
export interface Terminal {
  /** Results: standard output. */
  print(line: string): void;
  /** Problems and prompts: standard error. */
  warn(line: string): void;
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
  /** Whether colours are wanted (a terminal, and NO_COLOR is not set). */
  readonly colours: boolean;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    colours: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  };
}
