import { z } from 'zod';

const milliseconds = z.int().min(1);

/** Options of one Kannel. */
export const kannelOptions = z.strictObject({
  sendUrl: z
    .url({ protocol: /^https?$/ })
    .describe(
      'Its sendsms address, such as http://127.0.0.1:13013/cgi-bin/sendsms; plain http only on one machine',
    ),
  username: z.string().min(1).describe('`username` of its group sendsms-user'),
  password: z.string().min(1).describe('`password` of that group'),
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,}$/)
    .describe('At least 16 letters, digits, _ and -: what Kannel shows when it calls back'),
  smscId: z.string().min(1).optional().describe('Its way out, when it has several (smsc-id)'),
  caFile: z.string().optional().describe('PEM file of the authorities to trust for https'),
  maxParts: z
    .int()
    .min(1)
    .max(255)
    .default(10)
    .describe('As `max-messages` of its group sendsms-user: longer texts are refused, it would cut them off'),
  connectMs: milliseconds.default(5000).describe('TCP and TLS to it'),
  answerMs: milliseconds.default(30_000).describe('From the request to its answer'),
  closeMs: milliseconds.default(5000).describe('How long requests under way may end when we stop'),
  concurrent: z.int().min(1).default(20).describe('Requests to it at once'),
  queued: z.int().min(0).default(2000).describe('Requests that wait for those'),
  reconnect: z
    .strictObject({
      initialMs: milliseconds.default(2000).describe('First pause before it is looked at again'),
      maxMs: milliseconds.default(60_000).describe('Longest pause'),
      factor: z.number().min(1).default(2).describe('Growth from pause to pause'),
    })
    .prefault({})
    .describe('Pauses while it is away'),
});

/** With all defaults filled in. */
export type KannelOptions = z.output<typeof kannelOptions>;
