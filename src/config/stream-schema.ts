import { z } from 'zod';
import { ACK_DEFAULTS } from '../xmpp/stream/acknowledger.js';
import { BACKOFF_DEFAULTS } from '../xmpp/stream/backoff.js';
import { STREAM_TIMES } from '../xmpp/stream/options.js';
import { PARSER_LIMITS } from '../xmpp/stream/parser.js';
import { SEND_QUEUE_LIMITS } from '../xmpp/stream/send-queue.js';
import { domainName, numbers, port } from './values.js';

const reconnect = z
  .strictObject({
    initialMs: z
      .number()
      .min(1)
      .default(BACKOFF_DEFAULTS.initialMs)
      .describe('First wait before a new attempt (ms).'),
    maxMs: z.number().min(1).default(BACKOFF_DEFAULTS.maxMs).describe('Longest wait between attempts (ms).'),
    factor: z
      .number()
      .min(1)
      .default(BACKOFF_DEFAULTS.factor)
      .describe('By how much each wait exceeds the one before.'),
    jitter: z
      .number()
      .min(0)
      .max(1)
      .default(BACKOFF_DEFAULTS.jitter)
      .describe('How far a wait may be off (0 to 1).'),
  })
  .prefault({})
  .describe('Reconnecting to the server.');

const limits = numbers('Bounds of what the server may send; beyond them the stream is closed.', {
  maxStanzaLength: [PARSER_LIMITS.maxStanzaLength, 'Length of one stanza (characters).'],
  maxDepth: [PARSER_LIMITS.maxDepth, 'Levels of elements in a stanza.'],
  maxAttributes: [PARSER_LIMITS.maxAttributes, 'Attributes of one element.'],
  maxElements: [PARSER_LIMITS.maxElements, 'Elements in a stanza.'],
});

const queue = numbers('What waits to be sent to the server, or to be confirmed.', {
  batchBytes: [SEND_QUEUE_LIMITS.batchBytes, 'Size from which a batch is written (bytes).'],
  highWaterBytes: [SEND_QUEUE_LIMITS.highWaterBytes, 'Networks are asked to pause from here (bytes).'],
  lowWaterBytes: [SEND_QUEUE_LIMITS.lowWaterBytes, 'They may go on from here (bytes).'],
  maxBytes: [SEND_QUEUE_LIMITS.maxBytes, 'Stanzas are refused from here (bytes).'],
  maxStanzaBytes: [SEND_QUEUE_LIMITS.maxStanzaBytes, 'Size of one stanza, as the server limits it (bytes).'],
  resendWindowMs: [
    SEND_QUEUE_LIMITS.resendWindowMs,
    'After a crash of the server, this much before it is sent again (ms).',
  ],
  resendWindowBytes: [SEND_QUEUE_LIMITS.resendWindowBytes, 'How much is kept for that (bytes).'],
});

const ack = numbers('Pings that prove what the server has read.', {
  intervalMs: [ACK_DEFAULTS.intervalMs, 'Least time between two pings (ms).'],
  idleMs: [ACK_DEFAULTS.idleMs, 'Silence after which the server is asked whether it is there (ms).'],
  silenceMs: [
    ACK_DEFAULTS.silenceMs,
    'Silence, with a ping unanswered, after which it is held for dead (ms).',
  ],
  answerMs: [
    ACK_DEFAULTS.answerMs,
    'How long a ping may go unanswered by a server that sends other things (ms).',
  ],
});

const times = numbers('Other times of the connection.', {
  connectMs: [STREAM_TIMES.connectMs, 'Connecting and authenticating together (ms).'],
  closeMs: [STREAM_TIMES.closeMs, 'How long the server may take to close after we did (ms).'],
  stopMs: [STREAM_TIMES.stopMs, 'How long stopping waits for the confirmation of what is queued (ms).'],
  stableMs: [STREAM_TIMES.stableMs, 'How long a connection must last for the waits to start over (ms).'],
  refusedMs: [STREAM_TIMES.refusedMs, 'Least wait after the server has refused us (ms).'],
  watchMs: [STREAM_TIMES.watchMs, 'How often silence is looked for (ms).'],
});

/** The XMPP server and the connections to it; sections are named as the options of a component stream. */
export const xmppSchema = z
  .strictObject({
    domain: domainName.describe('The domain of your XMPP server, as in the addresses of its users.'),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Where the server accepts components: host name or IP.'),
    port: port.default(5347).describe('Its port for components (XEP-0114).'),
    secret: z
      .string()
      .min(1)
      .optional()
      .describe('Secret shared with the server, for all components (or ISTHMUS_XMPP_SECRET).'),
    reconnect,
    limits,
    queue,
    ack,
    times,
  })
  .describe('The XMPP server to attach to.');
