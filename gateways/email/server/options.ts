import { z } from 'zod';
import { serverSchema } from '../mail/server-options.js';

/** The gateway's own mail domain. */
export const domainOptions = z.strictObject({
  name: z.string().min(1).describe('Mail domain, such as mail.example.org'),
  addresses: z
    .enum(['chosen', 'jid'])
    .default('chosen')
    .describe('chosen: users pick user@name; jid: their XMPP address is their mail address'),
  relay: serverSchema
    .extend({
      user: z.string().optional().describe('Where it wants a login'),
      password: z.string().optional().describe('Or from the environment'),
    })
    .describe('Where mail goes out: your Postfix, or a smarthost'),
});

/** The gateway's own mail domain. */
export type DomainOptions = z.output<typeof domainOptions>;
