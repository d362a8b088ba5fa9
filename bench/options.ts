import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import type { Scale } from './measurements/measurement.js';

/** What the command line asks for. */
export interface Options {
  /** Only measurements whose name starts with one of these; empty for all. */
  readonly only: readonly string[];
  readonly subjects: readonly ('biboumi' | 'isthmus' | 'passthrough')[];
  readonly scale: Scale;
  readonly workFolder: string;
  readonly help: boolean;
}

/** Text of --help. */
export const USAGE = `Usage: npm run bench -- [options]
  --only <name,…>     only measurements whose name starts so
  --subject <name>    both (default), isthmus, biboumi
  --self-test         measure the stubs themselves, with a relay between them that does next to nothing
  --quick             small numbers: shows that all works, the figures mean little
  --window <number>   messages under way at once while measuring throughput (default: 20000)
  --folder <path>     where databases lie while running (default: the system's temporary folder)
  --list              names of the measurements`;

const DEFAULT_WINDOW = 20_000;

const FULL: Scale = {
  throughputSeconds: 6,
  mostMessages: 400_000,
  window: DEFAULT_WINDOW,
  crowds: [1_000, 2_000, 5_000],
  idleSeconds: 20,
  visibleUsers: 1_000,
  latencySeconds: 15,
  churnJoins: 2_000,
  textUsers: 1_000,
  textPeople: 5,
  textSeconds: 60,
  textFlood: 20_000,
  restartUsers: 5_000,
  restartPeople: 100,
  probingUsers: 50,
  mailUsers: 200,
  mailPeople: 5,
  mailSeconds: 60,
  mailboxes: 1_000,
  // Two looks at the folder of sent mails.
  mailboxSeconds: 240,
  telegramMessages: 10_000,
  telegramAccounts: 1_000,
  telegramPeople: 200,
  telegramContacts: 50,
  // Two signs of life of each connection.
  telegramSeconds: 120,
  relayPeople: 500,
  relaySeconds: 60,
  netsplitMembers: 1_000,
  largeRoom: 5_000,
  standIns: [1_000, 5_000],
};

const QUICK: Scale = {
  throughputSeconds: 1,
  mostMessages: 50_000,
  window: DEFAULT_WINDOW,
  crowds: [200],
  idleSeconds: 3,
  visibleUsers: 100,
  latencySeconds: 2,
  churnJoins: 200,
  textUsers: 100,
  textPeople: 2,
  textSeconds: 5,
  textFlood: 2_000,
  restartUsers: 200,
  restartPeople: 10,
  probingUsers: 5,
  mailUsers: 20,
  mailPeople: 5,
  mailSeconds: 5,
  mailboxes: 100,
  mailboxSeconds: 5,
  telegramMessages: 1_000,
  telegramAccounts: 50,
  telegramPeople: 50,
  telegramContacts: 10,
  telegramSeconds: 5,
  relayPeople: 500,
  relaySeconds: 5,
  netsplitMembers: 200,
  largeRoom: 1_000,
  standIns: [200],
};

const SUBJECTS = {
  both: ['biboumi', 'isthmus'],
  biboumi: ['biboumi'],
  isthmus: ['isthmus'],
} as const;

/** Reads the command line; throws an error with a sentence for the user when it is wrong. */
export function readOptions(argv: readonly string[]): Options & { readonly list: boolean } {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', default: '' },
      subject: { type: 'string', default: 'both' },
      'self-test': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      window: { type: 'string', default: String(DEFAULT_WINDOW) },
      folder: { type: 'string', default: tmpdir() },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { subject } = values;
  if (subject !== 'both' && subject !== 'biboumi' && subject !== 'isthmus') {
    throw new Error(`--subject ${subject}: must be both, isthmus or biboumi`);
  }
  const window = Number(values.window);
  if (!Number.isInteger(window) || window < 2)
    throw new Error(`--window ${values.window}: must be 2 or more`);
  return {
    only: values.only.split(',').filter((name) => name !== ''),
    subjects: values['self-test'] ? ['passthrough'] : SUBJECTS[subject],
    scale: { ...(values.quick ? QUICK : FULL), window },
    workFolder: values.folder,
    list: values.list,
    help: values.help,
  };
}
