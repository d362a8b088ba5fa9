import { z } from 'zod';
import { isRegion } from '../number.js';
import { microsOf } from './cost.js';

/** A country or territory, ISO 3166-1 alpha-2. */
export const regionSchema = z.string().refine(isRegion, 'not a country code such as DE');

/** Kinds of numbers, as libphonenumber tells them apart. */
const numberType = z.enum([
  'FIXED_LINE',
  'FIXED_LINE_OR_MOBILE',
  'MOBILE',
  'PAGER',
  'PERSONAL_NUMBER',
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'VOICEMAIL',
  'VOIP',
]);

const costly = ['PREMIUM_RATE', 'SHARED_COST', 'UAN', 'PERSONAL_NUMBER', 'PAGER', 'VOICEMAIL'] as const;

const bulk = z.strictObject({
  sameTextRecipients: z.int().min(1).default(10).describe('Recipients who may get one text from one user'),
  sameTextMinutes: z.int().min(1).default(60).describe('Minutes within which the same text is counted'),
  sameTextLength: z.int().min(0).default(12).describe('Characters below which equal texts say nothing'),
  newRecipients: z.int().min(1).default(20).describe('Recipients never written to before, of one user'),
  newRecipientsMinutes: z
    .int()
    .min(1)
    .default(60)
    .describe('Minutes within which new recipients are counted'),
});

const words = z.array(z.string().min(1)).default([]);
const keywords = z.strictObject({
  stop: words.describe('Words by which a recipient asks for no more messages, besides STOP and the like'),
  start: words.describe('Words that undo it, besides START and the like'),
  help: words.describe('Words that ask for help, besides HELP and the like'),
});

/** Up to a thousand, so that no sum leaves the exact range of numbers. */
const price = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,6})?$/, 'not a price such as 0.075')
  .transform(microsOf);
const tariff = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe('ISO 4217: EUR'),
  prices: z
    .record(z.string().regex(/^\+?\d{1,15}$/), price)
    .default({})
    .describe(
      'Price of one segment by the beginning of the number ("+49") or by short code, as text: "0.075"',
    ),
  otherwise: price.optional().describe('Price of one segment to anywhere else'),
});

/** What users may send where, and what it costs: part of the options of the SMS gateway. */
export const policySchema = z.strictObject({
  countries: z
    .union([z.literal('all'), z.array(regionSchema)])
    .default([])
    .describe('Countries that may be written to besides that of `region`, or `all`'),
  refusedNumberTypes: z
    .array(numberType)
    .default([...costly])
    .describe('Kinds of numbers that may not be written to'),
  shortCodes: z
    .union([z.literal('all'), z.array(z.string().regex(/^\d{3,8}$/))])
    .default([])
    .describe('Short codes that may be written to, or `all`; they can cost much'),
  maxParts: z.int().min(1).max(255).default(10).describe('SMS that one message may become'),
  segmentsPerDay: z.int().min(0).default(200).describe('SMS of one user a day (UTC), each part counted'),
  bulk: bulk.default(bulk.parse({})).describe('What counts as sending in bulk, which is refused'),
  keywords: keywords
    .default(keywords.parse({}))
    .describe('Words that are asked for in a message by themselves'),
  tariff: tariff.optional().describe('Prices, to tell users what a message costs'),
});

/** The policy with all defaults filled in. */
export type PolicyOptions = z.output<typeof policySchema>;
