import { type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/schema.js';

/** Keys whose values never reach the log, at any of the first levels of a record. */
const SECRET_KEYS = ['secret', 'secrets', 'password', 'key', 'url'];

const REDACT = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** The program's log; its level can change while it runs. */
export type ProgramLog = ReturnType<typeof createLog>;

/** JSON lines on standard output, or text for reading at a terminal. */
export function createLog({ level, format }: Config['log']) {
  const options: LoggerOptions = {
    level,
    base: {},
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACT, censor: '[hidden]' },
  };
  return format === 'json' ? pino(options) : pino(options, pretty({ sync: true, ignore: 'pid,hostname' }));
}
