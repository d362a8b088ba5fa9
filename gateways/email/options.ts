import { z } from 'zod';
import { accountOptions } from './account/options.js';
import { contentOptions } from './content/options.js';
import { conversationOptions } from './conversation/options.js';
import { parseLimits } from './mail/options.js';
import { mailboxOptions } from './mailbox/options.js';
import { outboundOptions } from './outbound/options.js';
import { domainOptions } from './server/options.js';

/** Options of the email gateway, as `components[].options` of the configuration. */
export const optionsSchema = z.strictObject({
  accounts: accountOptions.prefault({}).describe('Mailboxes that users bring'),
  mailbox: mailboxOptions.prefault({}).describe('How those are watched'),
  domain: domainOptions.optional().describe('A mail domain of the gateway’s own'),
  outbound: outboundOptions.prefault({}).describe('What goes out'),
  content: contentOptions.prefault({}).describe('What is shown of mails'),
  conversation: conversationOptions.prefault({}).describe('How mail becomes conversations'),
  limits: parseLimits.prefault({}).describe('Bounds of mails'),
});

/** With all defaults filled in. */
export type EmailOptions = z.output<typeof optionsSchema>;
