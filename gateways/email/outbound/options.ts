import { z } from 'zod';

/** Limits of what goes out. */
export const outboundOptions = z.strictObject({
  mailsPerDay: z.int().min(1).default(200).describe('Mails of one user in a day (UTC)'),
  bytesPerDay: z.int().min(1).default(524_288_000).describe('What they have together, with their files'),
  recipientsPerMail: z
    .int()
    .min(1)
    .default(100)
    .describe(
      'People that one mail goes to; fewer than conversation.participants keep users from answering groups',
    ),
  newRecipientsPerHour: z
    .int()
    .min(1)
    .default(100)
    .describe('People whom a user has neither written to nor heard from before'),
  knownDays: z.int().min(1).default(730).describe('For how long such people are remembered'),
  connections: z.int().min(1).default(100).describe('Connections to mail servers'),
  connectionsPerHost: z.int().min(1).default(20).describe('Of them, to one server'),
  relayConnections: z.int().min(1).default(5).describe('Of them, to the relay of the gateway’s own domain'),
  waitingMails: z.int().min(1).default(1_000).describe('Mails that wait for a connection'),
  waitMs: z.int().min(1).default(60_000).describe('How long they wait (ms)'),
  keepMs: z.int().min(1).default(30_000).describe('A connection is kept for the next mail (ms)'),
  connectMs: z.int().min(1).default(30_000).describe('Until a server has greeted (ms)'),
  silenceMs: z.int().min(1).default(300_000).describe('A server says nothing (ms)'),
  mailMs: z.int().min(1).default(1_800_000).describe('Until one mail is handed over (ms)'),
});

/** Limits of what goes out. */
export type OutboundOptions = z.output<typeof outboundOptions>;
