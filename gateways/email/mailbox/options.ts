import { z } from 'zod';

/** Mailboxes that users have elsewhere: how they are watched. */
export const mailboxOptions = z.strictObject({
  pollSeconds: z.number().positive().default(120).describe('Between looks where a server has no IDLE'),
});

/** How mailboxes are watched. */
export type MailboxOptions = z.output<typeof mailboxOptions>;
