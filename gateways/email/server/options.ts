import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { mailAddress } from '../mail/mail-address.js';
import { serverSchema } from '../mail/server-options.js';
import { dkimOptions } from '../outbound/dkim/options.js';

const DAY_MS = 86_400_000;

const address = z
  .string()
  .transform((text) => mailAddress(text) ?? '')
  .refine((text) => text !== '', 'not a mail address');

const domain = z
  .string()
  .transform((text) => mailAddress(`x@${text}`)?.slice(2) ?? '')
  .refine((text) => text !== '', 'not a domain such as mail.example.org');

const network = z
  .string()
  .refine(
    (text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text),
    'not an address or a network such as 192.0.2.0/24',
  );

const file = z.string().regex(/^\//, 'not an absolute path');

/** Where the domain's own SMTP server listens. */
const listenSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
  port: z.int().min(1).max(65_535).default(2525).describe('Port'),
  name: domain.optional().describe('Its name in greetings; default the mail domain'),
  certificate: file.optional().describe('PEM certificate with its chain; offers STARTTLS'),
  key: file.optional().describe('PEM private key'),
});

const limitsSchema = z.strictObject({
  connections: z.int().min(1).default(100).describe('Connections in all'),
  connectionsPerClient: z.int().min(1).default(20).describe('Connections of one client that is no relay'),
  recipients: z.int().min(1).default(50).describe('Recipients of one mail'),
  mailsPerMinute: z.int().min(1).default(300).describe('Mails of one client in a minute'),
  mailsPerMinuteToUser: z.int().min(1).default(300).describe('Mails to one user in a minute'),
  errors: z.int().min(1).default(10).describe('Refused commands until a connection is ended'),
  hops: z.int().min(1).default(50).describe('Servers that a mail has come over, more are a loop'),
  headerBytes: z.int().min(1_000).default(524_288).describe('Header of a mail'),
  headerLines: z.int().min(100).default(5_000).describe('Lines of it'),
  idleMs: z.int().min(1).default(300_000).describe('Nothing said on a connection (ms)'),
  deliveryMs: z.int().min(1).default(240_000).describe('Until a client is told to try again later (ms)'),
  closeMs: z.int().min(1).default(5_000).describe('Until open connections are cut at a stop (ms)'),
  bindRetryMs: z.int().min(1).default(10_000).describe('Until listening is tried again (ms)'),
});

const failure = z.enum(['refuse', 'mark', 'accept']);

const authenticationSchema = z.strictObject({
  check: z.boolean().default(true).describe('Check SPF, DKIM, DMARC and ARC of what arrives'),
  reject: failure
    .default('refuse')
    .describe('Forged, and the domain wants that rejected: refuse, mark (for the user to see) or accept'),
  quarantine: failure.default('mark').describe('Forged, and the domain wants that set aside'),
  other: failure.default('mark').describe('Forged, and the domain does not say what it wants'),
  undecided: z
    .enum(['later', 'accept'])
    .default('later')
    .describe('Name servers do not answer: have it sent again later, or accept it unchecked'),
  trustedSealers: z
    .array(domain)
    .default([])
    .describe('Domains whose word on mail that they have passed on is believed (ARC)'),
  trustedResults: z
    .array(z.string().min(1))
    .default([])
    .describe('Names under which your own servers write Authentication-Results; believed instead of a check'),
  nameServers: z.array(z.string().min(1)).default([]).describe('Default: those of the machine'),
  lookupMs: z.int().min(1).default(5_000).describe('One question to a name server (ms)'),
  lookups: z.int().min(1).default(60).describe('Questions for one mail'),
  signatures: z.int().min(1).default(10).describe('Signatures of one mail that are looked at'),
  seals: z.int().min(1).default(10).describe('Seals (ARC) of one mail that are looked at'),
});

const spamSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Rspamd’s normal worker, such as http://127.0.0.1:11333'),
  password: z.string().optional().describe('Where it wants one'),
  timeoutMs: z.int().min(1).default(30_000).describe('For one mail (ms)'),
  failure: z.enum(['accept', 'later']).default('accept').describe('When it cannot be asked'),
});

/** The gateway's own mail domain. */
export const domainOptions = z
  .strictObject({
    name: domain.describe('Mail domain, such as mail.example.org'),
    addresses: z
      .enum(['chosen', 'jid'])
      .default('chosen')
      .describe('chosen: users pick user@name; jid: their XMPP address is their mail address'),
    jidHosts: z
      .array(domain)
      .default([])
      .describe('With jid: XMPP domains whose users have an address; default the mail domain itself'),
    reserved: z
      .array(z.string().min(1))
      .default([])
      .describe('Names besides the usual ones that nobody can pick'),
    quarantineDays: z
      .number()
      .positive()
      .default(180)
      .describe('How long an address that was given back is given to nobody else'),
    postmaster: address
      .optional()
      .describe('Who gets mail for postmaster, abuse and the like: a user’s address here, or one elsewhere'),
    listen: listenSchema.prefault({}).describe('Where your Postfix hands mail over'),
    trustedRelays: z
      .array(network)
      .default(['127.0.0.0/8', '::1'])
      .describe('Who may say on whose behalf it hands mail over (XCLIENT, XFORWARD)'),
    limits: limitsSchema.prefault({}).describe('Bounds of what arrives'),
    authentication: authenticationSchema.prefault({}).describe('Whether mail is from whom it says'),
    spam: spamSchema.optional().describe('A spam filter'),
    bounceDays: z.int().min(1).max(365).default(30).describe('How long reports on a sent mail are taken'),
    dkim: dkimOptions
      .default([])
      .describe('Keys that its mail is signed with (DKIM); `isthmus check` shows the DNS records'),
    relay: serverSchema
      .extend({
        user: z.string().optional().describe('Where it wants a login'),
        password: z.string().optional().describe('The password for it'),
      })
      .describe('Where mail goes out: your Postfix, or a smarthost'),
  })
  .superRefine(({ listen: { certificate, key } }, check) => {
    if ((certificate === undefined) !== (key === undefined))
      check.addIssue({ code: 'custom', path: ['listen'], message: 'certificate and key go together' });
  });

/** The gateway's own mail domain. */
export type DomainOptions = z.output<typeof domainOptions>;
/** Bounds of what arrives. */
export type ArrivalLimits = DomainOptions['limits'];
/** Whether mail is from whom it says. */
export type AuthenticationOptions = DomainOptions['authentication'];
/** A spam filter. */
export type SpamOptions = z.output<typeof spamSchema>;

/** How long an address that was given back rests, in milliseconds. */
export function quarantineMs({ quarantineDays }: DomainOptions): number {
  return quarantineDays * DAY_MS;
}
