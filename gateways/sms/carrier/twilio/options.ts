import { z } from 'zod';

const milliseconds = z.int().min(1);
const megabytes = 1_048_576;

/** Options of one Twilio account. */
export const twilioOptions = z.strictObject({
  accountSid: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/)
    .describe('Account SID, AC…'),
  authToken: z.string().min(1).describe('Its auth token; webhooks are checked with it too'),
  messagingServiceSid: z
    .string()
    .regex(/^MG[0-9a-fA-F]{32}$/)
    .optional()
    .describe('Messaging service that sends, MG…'),
  mms: z.boolean().default(true).describe('Send pictures by MMS; else they go as links'),
  apiBase: z
    .url({ protocol: /^https?$/ })
    .default('https://api.twilio.com')
    .describe('Address of the API, such as https://api.dublin.ie1.twilio.com'),
  mediaHosts: z
    .array(z.string().min(1))
    .default(['twilio.com', 'twiliocdn.com', 'amazonaws.com'])
    .describe('Domains that the API may redirect to for received pictures'),
  mediaBytes: z
    .int()
    .min(1)
    .default(16 * megabytes)
    .describe('Bytes of a received picture at most'),
  mediaAtOnce: z
    .int()
    .min(1)
    .default(5)
    .describe('Received messages whose pictures are fetched at once; Twilio is answered before'),
  mediaPending: z
    .int()
    .min(1)
    .default(1000)
    .describe('Received messages that wait for it; then Twilio is to call again'),
  caFile: z.string().optional().describe('PEM file of the authorities to trust for https'),
  connectMs: milliseconds.default(10_000).describe('TCP and TLS to it'),
  answerMs: milliseconds.default(30_000).describe('From the request to its answer'),
  closeMs: milliseconds.default(5000).describe('How long requests under way may end when we stop'),
  concurrent: z.int().min(1).default(20).describe('Requests to it at once'),
  queued: z.int().min(0).default(2000).describe('Requests that wait for those'),
  catchUp: z
    .strictObject({
      everyMinutes: z
        .number()
        .positive()
        .default(15)
        .describe('How often Twilio’s list of received texts is looked at besides the start'),
      hours: z.number().positive().default(168).describe('How far back'),
      messages: z.int().min(1).default(5000).describe('Texts to one number that are fetched at once'),
    })
    .prefault({})
    .describe('Texts that webhooks did not bring, such as while we were down, are fetched from the list'),
  reconnect: z
    .strictObject({
      initialMs: milliseconds.default(5000).describe('First pause before it is looked at again'),
      maxMs: milliseconds.default(300_000).describe('Longest pause'),
      factor: z.number().min(1).default(2).describe('Growth from pause to pause'),
    })
    .prefault({})
    .describe('Pauses while it is away'),
});

/** With all defaults filled in. */
export type TwilioOptions = z.output<typeof twilioOptions>;
