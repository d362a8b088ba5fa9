import { z } from 'zod';
import { serverSchema } from '../mail/server-options.js';

/** Mailboxes that users bring. */
export const accountOptions = z.strictObject({
  allowed: z.boolean().default(true).describe('Users may register with a mailbox of their own'),
  providers: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'not a short lower-case name'),
      z.strictObject({
        domains: z.array(z.string().min(1)).min(1).describe('Domains of its addresses'),
        imap: serverSchema.describe('Where mail is read'),
        smtp: serverSchema.describe('Where mail is handed in'),
        filesSent: z.boolean().default(false).describe('It puts what is sent into the Sent folder by itself'),
      }),
    )
    .default({})
    .describe('Providers that need not be looked for; their servers may be private ones'),
});

/** Mailboxes that users bring. */
export type AccountOptions = z.output<typeof accountOptions>;
