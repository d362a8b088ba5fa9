import { createInterface } from 'node:readline/promises';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

/** One thing that `init` has to know. */
export interface Question {
  /** The flag that answers it: `--server`. */
  readonly flag: string;
  readonly text: string;
  readonly fallback?: string;
  /** What is wrong with an answer, or undefined. */
  check(answer: string): string | undefined;
}

/** Answers questions from flags first, then by asking, then by the fallback. */
export interface Interview {
  answer(question: Question, given: string | undefined): Promise<string>;
  close(): void;
}

/** `assumeYes`: never asks; what has no flag takes its fallback, and UserError is thrown where there is none. */
export function createInterview(terminal: Terminal, assumeYes: boolean): Interview {
  const asks = terminal.interactive && !assumeYes;
  const reader = asks ? createInterface({ input: process.stdin, output: process.stdout }) : undefined;
  return {
    async answer(question, given) {
      if (given !== undefined || reader === undefined) {
        const value = given ?? question.fallback;
        if (value === undefined) throw new UserError(`${question.flag} is needed: ${question.text}.`);
        const wrong = question.check(value);
        if (wrong !== undefined) throw new UserError(`${question.flag} ${value}: ${wrong}.`);
        return value;
      }
      for (;;) {
        const shown = question.fallback === undefined ? '' : ` [${question.fallback}]`;
        const typed = (await reader.question(`${question.text}${shown}: `)).trim();
        const value = typed === '' ? question.fallback : typed;
        const wrong = value === undefined ? 'an answer is needed' : question.check(value);
        if (value !== undefined && wrong === undefined) return value;
        terminal.warn(`  ${wrong}`);
      }
    },
    close: () => reader?.close(),
  };
}
