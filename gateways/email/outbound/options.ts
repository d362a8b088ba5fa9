import { z } from 'zod';

/** Limits of what goes out. */
export const outboundOptions = z.strictObject({
  mailsPerDay: z.int().min(1).default(200).describe('Mails of one user in a day'),
});

/** Limits of what goes out. */
export type OutboundOptions = z.output<typeof outboundOptions>;
