import { z } from 'zod';

/** What is shown of mails. */
export const contentOptions = z.strictObject({
  textChars: z
    .int()
    .min(500)
    .default(10_000)
    .describe('Characters of one mail that are shown; a longer text also comes as a file'),
});

/** What is shown of mails. */
export type ContentOptions = z.output<typeof contentOptions>;
