import { z } from 'zod';
import { discoveryOptions } from './discovery/options.js';
import { oauthOptions } from './oauth/options.js';
import { providersSchema } from './provider/options.js';

/** Mailboxes that users bring. */
export const accountOptions = z.strictObject({
  allowed: z.boolean().default(true).describe('Users may register with a mailbox of their own'),
  providers: providersSchema
    .default({})
    .describe(
      'Providers that need not be looked for; their servers may be private ones. Of gmail, outlook, yahoo and others in docs/email.md only what differs, such as oauth, need be given',
    ),
  trialMs: z
    .int()
    .min(1)
    .default(30_000)
    .describe('How long a server may take to let in a user who registers (ms)'),
  tries: z
    .int()
    .min(1)
    .default(5)
    .describe('Logins that are tried in one registration, so that nobody guesses passwords by it'),
  discovery: discoveryOptions.prefault({}).describe('How the servers of other addresses are looked for'),
  oauth: oauthOptions.prefault({}).describe('Logging in by OAuth 2'),
});

/** Mailboxes that users bring. */
export type AccountOptions = z.output<typeof accountOptions>;
