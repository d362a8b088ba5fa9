import { z } from 'zod';

/** Logging in by OAuth 2: bounds. */
export const oauthOptions = z.strictObject({
  agreeMinutes: z.number().positive().default(15).describe('How long a user may take to agree'),
  agreeAtOnce: z.int().min(1).default(1_000).describe('Users who are about to agree at once'),
  codeTries: z.int().min(1).default(5).describe('Wrong codes of one of them'),
  waitMs: z
    .int()
    .min(0)
    .default(10_000)
    .describe('How long the answer of a provider is waited for once the user says that he has agreed (ms)'),
  refreshAheadSeconds: z
    .number()
    .min(0)
    .default(300)
    .describe('How long before its end an access token is renewed'),
  answerMs: z.int().min(1).default(20_000).describe('For one answer of a provider (ms)'),
  answerBytes: z.int().min(1).default(65_536).describe('Its size'),
});

/** Logging in by OAuth 2: bounds. */
export type OAuthOptions = z.output<typeof oauthOptions>;
