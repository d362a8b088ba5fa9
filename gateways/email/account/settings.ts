import { z } from 'zod';
import type { AccountView } from '../../../src/gateway/gateway.js';
import { serverSchema } from '../mail/server-options.js';

const mailbox = z.object({
  /** In its one form. */
  address: z.string(),
  imap: serverSchema,
  smtp: serverSchema,
  /** Login name on both. */
  user: z.string(),
  auth: z.enum(['password', 'oauth']).catch('password'),
  /** Name among the operator's providers, whose servers may be private and who may have OAuth. */
  provider: z.string().optional(),
  /** The provider puts what is sent into the Sent folder by itself. */
  filesSent: z.boolean().catch(false),
});

const schema = z.object({
  /** Undefined: no mailbox of his own. */
  mailbox: mailbox.optional().catch(undefined),
  /** His address of the gateway's domain, in its one form; undefined: none. */
  domainAddress: z.string().optional().catch(undefined),
  /** From where mail goes to somebody who has not written yet. */
  sendFrom: z.enum(['mailbox', 'domain']).optional().catch(undefined),
  /** How he is called in mails. */
  name: z.string().optional().catch(undefined),
  /** Whose mail becomes chat: everybody's, that of people (no bulk mail), that of contacts. */
  show: z.enum(['everything', 'conversations', 'contacts']).catch('conversations'),
  /** Folders besides the inbox whose mail becomes chat; also labels. */
  folders: z.array(z.string()).catch([]),
  /** A mail with several recipients, or of a list, is a room; else a conversation with its author. */
  rooms: z.boolean().catch(true),
  /** What was answered counts as read. */
  seenByReply: z.boolean().catch(true),
  /** Seconds for which messages wait to become one mail; 0: each is a mail at once. */
  joinSeconds: z.number().min(0).max(3_600).catch(0),
  /** Also HTML, made from the styling. */
  html: z.boolean().catch(false),
  /** Others may learn what he has read (chat mail, RFC 8098). */
  readReceipts: z.boolean().catch(false),
});

/** What an account's settings say, whatever an older version or a mistake has put there. */
export type EmailSettings = z.infer<typeof schema>;
/** A mailbox of the user's elsewhere. */
export type MailboxSettings = z.infer<typeof mailbox>;

/** Names among the secrets. */
export const PASSWORD = 'password';
/** The refresh token as it was given; newer ones are kept in the network's state. */
export const REFRESH_TOKEN = 'refresh-token';

export function settingsOf(account: Pick<AccountView, 'settings'> | undefined): EmailSettings {
  const parsed = schema.safeParse(account?.settings ?? {});
  return parsed.success ? parsed.data : schema.parse({});
}
