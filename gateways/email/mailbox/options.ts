import { z } from 'zod';

/** Mailboxes that users have elsewhere: how they are watched. */
export const mailboxOptions = z.strictObject({
  pollSeconds: z
    .number()
    .positive()
    .default(120)
    .describe('Between looks at other folders, and at the inbox where a server has no IDLE'),
  connectSeconds: z.number().positive().default(30).describe('To connect and be greeted'),
  commandSeconds: z.number().positive().default(60).describe('For one command, or the login'),
  closeSeconds: z.number().positive().default(5).describe('To take leave of a server'),
  connectsAtOnce: z.int().min(1).default(25).describe('Mailboxes that log in at the same time'),
  filingsAtOnce: z.int().min(1).default(2).describe('Copies of sent mails put into mailboxes at once'),
  reconnect: z
    .strictObject({
      initialMs: z.number().positive().default(5_000).describe('Pause before the first new attempt'),
      maxMs: z.number().positive().default(900_000).describe('Longest pause'),
      factor: z.number().min(1).default(2).describe('Growth from attempt to attempt'),
      jitter: z.number().min(0).max(1).default(0.5).describe('Share of the pause that is random'),
    })
    .prefault({})
    .describe('After a lost connection'),
  chunkBytes: z.int().min(1_024).default(262_144).describe('Asked of a server at once, of one mail'),
  literalBytes: z.int().min(65_536).default(4_194_304).describe('Longest literal of a server'),
  responseBytes: z
    .int()
    .min(65_536)
    .default(16_777_216)
    .describe('Answer to one command, and what a server may say unasked between two looks'),
  mailTries: z.int().min(1).default(8).describe('Until a mail that fails is left where it is'),
  rememberDays: z
    .number()
    .min(1)
    .default(30)
    .describe('Days for which mails are known again when they are moved or renumbered'),
  resyncMails: z.int().min(1).default(500).describe('Shown at most after a folder was renumbered'),
  keepBytes: z
    .int()
    .min(0)
    .default(1_048_576)
    .describe('Copy of a sent mail that is kept while its mailbox is away'),
  keepCopies: z.int().min(0).default(20).describe('Such copies of one user'),
});

/** How mailboxes are watched. */
export type MailboxOptions = z.output<typeof mailboxOptions>;
