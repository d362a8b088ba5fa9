import { z } from 'zod';

const milliseconds = z.int().min(1);
const folder = z.string().regex(/^\//, 'not an absolute path');

/** Options of one gammu-smsd with the `files` service. */
export const gammuOptions = z.strictObject({
  number: z.string().min(1).describe('Number of the SIM card, such as +15551234567'),
  inboxPath: folder.default('/var/spool/gammu/inbox').describe('As `inboxpath` of smsdrc'),
  outboxPath: folder.default('/var/spool/gammu/outbox').describe('As `outboxpath`'),
  sentPath: folder.default('/var/spool/gammu/sent').describe('As `sentsmspath`'),
  errorPath: folder.default('/var/spool/gammu/error').describe('As `errorsmspath`'),
  maxParts: z
    .int()
    .min(1)
    .max(50)
    .default(10)
    .describe('Parts of one text at most; gammu itself cuts texts off at 50'),
  maxFileBytes: z.int().min(1).default(262_144).describe('Larger files in the inbox are put aside'),
  settleMs: milliseconds.default(1500).describe('How long a received file must have been left alone'),
  pollMs: milliseconds
    .default(10_000)
    .describe('How often the folders are looked at besides when they change'),
  strandedMs: milliseconds
    .default(600_000)
    .describe('A text that lies in the outbox for so long shows that gammu-smsd or its modem is away'),
  keepSentMs: milliseconds
    .default(86_400_000)
    .describe('How long sent texts are kept in their folder, to recognise a repeated request'),
  closeMs: milliseconds.default(5000).describe('How long what is under way may end when we stop'),
});

/** With all defaults filled in. */
export type GammuOptions = z.output<typeof gammuOptions>;
