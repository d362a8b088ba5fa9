import { z } from 'zod';

const milliseconds = z.int().min(1);
const octet = z.int().min(0).max(255);
const plan = z.strictObject({
  ton: octet.describe('Type of number'),
  npi: octet.describe('Numbering plan'),
});

/** C-octet strings of a bind hold ASCII only. */
const ascii = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x20-\x7e]*$/, 'not ASCII');

const addressing = z.strictObject({
  shortCode: plan.default({ ton: 3, npi: 0 }).describe('Of short codes'),
  source: plan.optional().describe('Of every sender, whatever it looks like'),
  destination: plan.optional().describe('Of every recipient, whatever it looks like'),
  keepPlus: z.boolean().default(false).describe('Whether international numbers keep their +'),
});

const receiptIds = z.enum(['as-is', 'hex-to-decimal', 'decimal-to-hex', 'auto']);

const limits = z.strictObject({
  window: z.int().min(1).max(1000).default(50).describe('Submits that may await their answer at once'),
  messagesPerSecond: z.number().positive().optional().describe('Parts a second; default no limit'),
  burst: z.int().min(1).default(10).describe('Parts that may go at once under messagesPerSecond'),
  partsPerMessage: z.int().min(1).max(255).default(30).describe('Parts one message may become'),
  queuedParts: z
    .int()
    .min(1)
    .default(1000)
    .describe('Parts that wait for the window or for a throttling centre'),
  incoming: z
    .int()
    .min(1)
    .default(100)
    .describe('Deliveries being worked on at once; more are put off with a temporary error'),
  incompleteMessages: z.int().min(1).default(500).describe('Incoming messages whose parts are not all there'),
  incompleteParts: z.int().min(1).default(5000).describe('Parts of incoming messages kept in all'),
  rememberedIds: z
    .int()
    .min(1)
    .default(10_000)
    .describe('Ids of sent parts kept to recognise their receipts'),
  rememberedMessages: z
    .int()
    .min(1)
    .default(10_000)
    .describe('Incoming messages kept to recognise a repeated delivery'),
  malformedPdus: z
    .int()
    .min(1)
    .default(20)
    .describe('PDUs in a row that cannot be read before the connection is ended'),
  bufferedBytes: z
    .int()
    .min(65_536)
    .default(1_000_000)
    .describe('Unsent bytes at which a centre that does not read is given up'),
});

const timeouts = z.strictObject({
  dialMs: milliseconds.default(15_000).describe('TCP and TLS'),
  bindMs: milliseconds.default(30_000).describe('From the bind to its answer'),
  responseMs: milliseconds
    .default(30_000)
    .describe('From a submit to its answer; then nobody knows whether it went out'),
  patienceMs: milliseconds
    .default(60_000)
    .describe('How long a message waits for the window or for a throttling centre before it is put off'),
  enquireAfterMs: milliseconds
    .default(30_000)
    .describe('Silence after which the centre is asked for a sign of life'),
  enquireMs: milliseconds.default(10_000).describe('How long it may take to give one'),
  stopMs: milliseconds.default(5000).describe('How long what is under way is waited for at the end'),
  reassemblyMs: milliseconds
    .default(600_000)
    .describe('How long the rest of an incoming message is waited for; then it is shown with a mark'),
  repeatWindowMs: milliseconds
    .default(300_000)
    .describe('How long an incoming message is remembered to recognise a repeated delivery'),
  lateAnswerMs: milliseconds
    .default(10_000)
    .describe(
      'A delivery answered later than this may be repeated by the centre even though it was answered',
    ),
});

const reconnect = z.strictObject({
  initialMs: milliseconds.default(1000).describe('First delay'),
  maxMs: milliseconds.default(60_000).describe('Longest delay'),
  factor: z.number().min(1).default(2).describe('Growth from attempt to attempt'),
  jitter: z.number().min(0).max(1).default(0.3).describe('Share of the delay that is random'),
  refusedMs: milliseconds.default(600_000).describe('Delay after the centre has refused the account'),
  stableMs: milliseconds
    .default(30_000)
    .describe('A connection that lasted this long starts again at the first delay'),
});

const throttle = z.strictObject({
  initialMs: milliseconds.default(1000).describe('First pause after the centre says it is too much'),
  maxMs: milliseconds.default(30_000).describe('Longest pause'),
  factor: z.number().min(1).default(2).describe('Growth from one such answer to the next'),
  jitter: z.number().min(0).max(1).default(0.2).describe('Share of the pause that is random'),
});

/** Options of one SMPP account, all defaults filled in by parsing. */
export const smppOptions = z.strictObject({
  host: z.string().min(1).describe('Host name or address of the centre'),
  port: z.int().min(1).max(65535).optional().describe('Default 3550 with TLS, 2775 without'),
  tls: z
    .boolean()
    .default(true)
    .describe('false: plain text, said explicitly; there is never a fall-back to it'),
  verifyCertificate: z.boolean().default(true).describe('false: take any certificate of the centre'),
  caFile: z.string().optional().describe('PEM file of the authorities to trust for the centre'),
  systemId: ascii(15).describe('system_id of the bind'),
  password: ascii(64).describe(
    'Password of the bind; the specification allows 8 characters, some centres more',
  ),
  systemType: ascii(12).default('').describe('system_type of the bind'),
  addressRange: ascii(40).default('').describe('address_range of the bind: the numbers to receive for'),
  addressTon: octet.default(0).describe('addr_ton of the bind'),
  addressNpi: octet.default(0).describe('addr_npi of the bind'),
  bind: z
    .enum(['transceiver', 'pair'])
    .default('transceiver')
    .describe('One connection both ways, or a transmitter and a receiver'),
  serviceType: ascii(5).default('').describe('service_type of submits'),
  addressing: addressing.default(addressing.parse({})).describe('Type of number and numbering plan'),
  concatenation: z
    .enum(['udh', 'sar', 'payload'])
    .default('udh')
    .describe('How long texts go: header in each part, SAR parameters, or message_payload in one piece'),
  languages: z
    .array(octet)
    .default([])
    .describe(
      'National languages (3GPP TS 23.038 §6.2.1.2.4) whose shift tables the phones are known to have',
    ),
  defaultAlphabet: z
    .enum(['gsm7', 'iso-8859-1', 'us-ascii', 'utf-8'])
    .default('gsm7')
    .describe('What the centre means by data_coding 0 in incoming texts'),
  validityMinutes: z
    .int()
    .min(1)
    .max(30 * 24 * 60)
    .optional()
    .describe('How long the centre tries; default its own'),
  receiptIds: receiptIds
    .default('auto')
    .describe('How ids in receipts differ from those in answers to submits; auto finds out'),
  limits: limits.default(limits.parse({})).describe('Bounds on what waits and what the centre may cause'),
  timeouts: timeouts.default(timeouts.parse({})).describe('Time limits in milliseconds'),
  reconnect: reconnect.default(reconnect.parse({})).describe('Delay before a lost connection is made again'),
  throttle: throttle.default(throttle.parse({})).describe('Pauses when the centre says it is too much'),
});

/** The options of one SMPP account. */
export type SmppOptions = z.output<typeof smppOptions>;
