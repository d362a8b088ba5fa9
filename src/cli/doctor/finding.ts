import type { Terminal } from '../terminal.js';

/** One line of the doctor's report. */
export interface Finding {
  /** `warn`: works, but not everything; `fail`: does not work. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was looked at and what was seen. */
  readonly text: string;
  /** What to do about it; always there unless all is well. */
  readonly remedy?: string;
}

/** All is well. */
export const ok = (text: string): Finding => ({ level: 'ok', text });
/** Works, but not everything. */
export const warn = (text: string, remedy: string): Finding => ({ level: 'warn', text, remedy });
/** Does not work. */
export const fail = (text: string, remedy: string): Finding => ({ level: 'fail', text, remedy });

const MARKS = { ok: ' ok ', warn: 'warn', fail: 'FAIL' } as const;
const COLOURS = { ok: '\u001b[32m', warn: '\u001b[33m', fail: '\u001b[31m' } as const;
const RESET = '\u001b[0m';

/** Prints one finding, its remedy below it. */
export function printFinding({ level, text, remedy }: Finding, terminal: Terminal): void {
  const mark = terminal.colours ? `${COLOURS[level]}${MARKS[level]}${RESET}` : MARKS[level];
  terminal.print(`[${mark}] ${text}`);
  if (remedy !== undefined) for (const line of remedy.split('\n')) terminal.print(`         ${line}`);
}
