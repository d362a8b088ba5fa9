import { z } from 'zod';
import { gammuOptions } from './carrier/gammu/options.js';
import { kannelOptions } from './carrier/kannel/options.js';
import { smppOptions } from './carrier/smpp/options.js';
import { twilioOptions } from './carrier/twilio/options.js';
import { policySchema, regionSchema } from './policy/options.js';
import { e164, shortCode } from './sender-name.js';

const kind = <Name extends string>(name: Name) => z.object({ kind: z.literal(name) }).shape;

const carrier = z.discriminatedUnion('kind', [
  z.strictObject({ ...kind('smpp'), ...smppOptions.shape }),
  z.strictObject({ ...kind('kannel'), ...kannelOptions.shape }),
  z.strictObject({ ...kind('twilio'), ...twilioOptions.shape }),
  z.strictObject({ ...kind('gammu'), ...gammuOptions.shape }),
]);

/** What a user fills in himself is not the operator's. */
const provider = z.discriminatedUnion('kind', [
  z.strictObject({ ...kind('smpp'), ...smppOptions.omit({ systemId: true, password: true }).shape }),
  z.strictObject({ ...kind('twilio'), ...twilioOptions.omit({ accountSid: true, authToken: true }).shape }),
]);

/** Part of ids that are kept for long: nothing that could be taken apart wrongly. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'not a short lower-case name such as main')
  // Those of users' own accounts.
  .refine((text) => !/^(own|trial)-/.test(text), 'must not begin with own- or trial-');

/** What users' own accounts with providers are named by: ids and buckets of the state must not meet. */
const OWN_PREFIX = /^own-/;
const carrierName = name.refine((text) => !OWN_PREFIX.test(text), 'own-… is for the accounts of users');

const number = z
  .string()
  .transform((text) => text.replace(/[\s()./-]/g, ''))
  .refine(
    (text) => e164.test(text) || shortCode.test(text),
    'not a number such as +15551234567, or a short code',
  );

const days = z.number().positive();

/** Options of the SMS gateway, as `components[].options` of the configuration. */
export const optionsSchema = z
  .strictObject({
    region: z
      .string()
      .transform((text) => text.toUpperCase())
      .pipe(regionSchema)
      .describe('Country of numbers typed without a country code: two letters'),
    carriers: z
      .record(carrierName, carrier)
      .default({})
      .describe('Ways out and in, by a name that never changes'),
    numbers: z
      .array(
        z.strictObject({
          number: number.describe('In international form with +, or a short code'),
          carrier: name.describe('The carrier it belongs to'),
          shared: z
            .boolean()
            .default(false)
            .describe('true: many users write from it, each has his correspondents; false: one user has it'),
        }),
      )
      .default([])
      .describe('Numbers that users get'),
    claims: z
      .strictObject({
        allowed: z.boolean().default(false).describe('Users may bring a number, proven by a code sent to it'),
        carrier: name.optional().describe('Carrier for such numbers and their codes; default the first'),
        sender: z.string().min(1).optional().describe('Sender of codes; default the first number'),
        text: z
          .string()
          .min(1)
          .max(100)
          .default('XMPP gateway code:')
          .describe('What stands before the code'),
        codeMinutes: z.number().positive().default(15).describe('How long a code is good'),
        tries: z.int().min(1).default(5).describe('Wrong codes before a new one is needed'),
        codesPerDay: z.int().min(1).default(3).describe('Codes sent to one number in a day'),
      })
      .prefault({})
      .describe('Numbers that users bring'),
    providers: z
      .record(name, provider)
      .default({})
      .describe('Providers where users may have an account of their own'),
    providerTrialMs: z
      .int()
      .min(1)
      .default(20_000)
      .describe('How long a provider may take to accept the account of a user who registers (ms)'),
    quarantineDays: days.default(90).describe('How long a number that was given back is given to nobody'),
    conversationDays: days
      .default(90)
      .describe('How long a conversation over a shared number belongs to its user without a word said'),
    seenDays: days
      .default(180)
      .describe(
        'How long the ids of received texts are kept, so that a provider’s call that is made again brings none twice; more than quarantineDays, or it could reach the next user of a number',
      ),
    mms: z
      .strictObject({
        maxBytes: z.int().min(1).default(5_000_000).describe('Largest file'),
        types: z
          .array(z.string().min(1))
          .default(['image/', 'video/', 'audio/', 'text/vcard'])
          .describe('Beginnings of the media types that are sent as MMS; others go as links'),
      })
      .prefault({})
      .describe('Pictures, where the carrier has MMS'),
    ...policySchema.shape,
  })
  .superRefine(({ carriers, numbers, claims }, check) => {
    const known = new Set(Object.keys(carriers));
    const missing = (path: (string | number)[], carrierName: string) =>
      check.addIssue({ code: 'custom', path, message: `there is no carrier ${carrierName}` });
    numbers.forEach((entry, index) => {
      if (!known.has(entry.carrier)) missing(['numbers', index, 'carrier'], entry.carrier);
    });
    if (claims.carrier !== undefined && !known.has(claims.carrier))
      missing(['claims', 'carrier'], claims.carrier);
    if (claims.allowed && known.size === 0) missing(['claims', 'allowed'], 'to send codes with');
  });

/** With all defaults filled in. */
export type SmsOptions = z.output<typeof optionsSchema>;
/** A provider without the account that a user fills in. */
export type ProviderOptions = z.output<typeof provider>;
/** One way out of the operator's, or one that a user has filled in. */
export type CarrierOptions = z.output<typeof carrier>;

const DAY_MS = 86_400_000;

/** How long the ids of received texts are kept, in milliseconds. */
export function seenMs({ seenDays }: SmsOptions): number {
  return seenDays * DAY_MS;
}
