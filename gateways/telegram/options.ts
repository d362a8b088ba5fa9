import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseMtproxySecret } from './client/mtproxy-secret.js';
import { DEFAULT_LIMITS, DEFAULT_TURNS, type TgLimits } from './client/options.js';

const port = z.int().min(1).max(65_535);
const host = z.string().min(1).max(253);
const milliseconds = z.int().min(1);
const count = z.int().min(1);

const kind = <Name extends string>(name: Name) => z.object({ kind: z.literal(name) }).shape;
const place = { host: host.describe('Name or address'), port: port.describe('Port') };
const login = {
  user: z.string().min(1).optional().describe('Who to log in as'),
  password: z.string().optional().describe('The password of that'),
};

/** A way to Telegram, as operators and users may name one. */
const proxySchema = z.discriminatedUnion('kind', [
  z.strictObject(kind('direct')),
  z.strictObject({ ...kind('socks5'), ...place, ...login }),
  z.strictObject({ ...kind('http'), ...place, ...login }),
  z.strictObject({
    ...kind('mtproxy'),
    ...place,
    secret: z
      .string()
      .refine((text) => parseMtproxySecret(text) !== undefined, 'not the secret of an MTProxy')
      .describe('Hexadecimal or base64, also with dd or ee in front (fake TLS)'),
  }),
]);

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

const servers = z.strictObject({
  endpoints: z
    .array(
      z.strictObject({
        centre: z.int().min(1).max(1_000).describe('Number of the data centre'),
        host: z
          .string()
          .refine((text) => isIP(text) !== 0, 'not an IPv4 or IPv6 address')
          .describe('Address'),
        port: port.describe('Port'),
      }),
    )
    .min(1)
    .describe('Where its data centres are'),
  publicKey: z.string().refine(isPublicKey, 'not a public RSA key in PEM').describe('Its RSA key, in PEM'),
});

const DESCRIPTIONS: Readonly<Record<keyof TgLimits, string>> = {
  connectMs: 'Until a connection stands, with its proxy and its key (ms)',
  requestMs: 'Until a request is answered; parts of files have twice that (ms)',
  patienceMs: 'How long a request waits for a connection (ms)',
  pingMs: 'Between two signs of life of one connection (ms)',
  retryFirstMs: 'Before the first try to connect again; each further one is later (ms)',
  retryLastMs: 'Before the last of those tries (ms)',
  filesIdleMs: 'How long a connection for files stays open without use (ms)',
  burst: 'Requests of one user that may go at once',
  perSecond: 'Requests of one user per second in the long run',
  mostWaiting: 'Requests of one user that wait for their turn',
  silentWaitMs: 'Waits imposed by Telegram that are kept without a word (ms)',
  gapMs: 'How long an event that is missing may still come by itself (ms)',
  mostEvents: 'Events of one user that wait to be taken',
  mostKnown: 'People and groups of one user that are held in memory',
};

const limit = (name: keyof TgLimits) =>
  (name === 'perSecond' ? z.number().positive() : milliseconds)
    .default(DEFAULT_LIMITS[name])
    .describe(DESCRIPTIONS[name]);

const limits = z.strictObject({
  connectMs: limit('connectMs'),
  requestMs: limit('requestMs'),
  patienceMs: limit('patienceMs'),
  pingMs: limit('pingMs'),
  retryFirstMs: limit('retryFirstMs'),
  retryLastMs: limit('retryLastMs'),
  filesIdleMs: limit('filesIdleMs'),
  burst: limit('burst'),
  perSecond: limit('perSecond'),
  mostWaiting: limit('mostWaiting'),
  silentWaitMs: limit('silentWaitMs'),
  gapMs: limit('gapMs'),
  mostEvents: limit('mostEvents'),
  mostKnown: limit('mostKnown'),
});

const connecting = z.strictObject({
  atOnce: count
    .default(DEFAULT_TURNS.atOnce)
    .describe('Users who connect at a time, after a start or an outage'),
  perSecond: z.number().positive().default(DEFAULT_TURNS.perSecond).describe('And per second'),
});

const logins = z.strictObject({
  minutes: z.number().positive().default(15).describe('How long a login may take (minutes)'),
  atATime: count.default(100).describe('Logins of all users under way at a time'),
  patienceMs: milliseconds
    .default(45_000)
    .describe('How long a login waits for a way to Telegram, with all proxies in turn (ms)'),
  codes: count.default(3).describe('Codes that are sent in one login'),
  endRetryMs: milliseconds
    .default(60_000)
    .describe('Between two tries to end a login that nobody uses any more, while Telegram is away (ms)'),
  endDays: z.number().positive().default(30).describe('How long that is tried (days)'),
});

const conversations = z.strictObject({
  mostInFlight: count.default(64).describe('Events of one user that are being taken at a time'),
  retryMs: milliseconds.default(2_000).describe('Before an event that could not be kept is tried again (ms)'),
  missedMessages: count
    .default(1_000)
    .describe('Messages read anew after an absence that was too long for Telegram to tell of each'),
  remembered: count
    .default(500)
    .describe('Messages of one user whose reactions and words are remembered, so that none are told twice'),
  interactiveDays: z
    .number()
    .positive()
    .default(90)
    .describe('How long polls can be voted in and buttons pressed (days)'),
  typingSeconds: z
    .number()
    .positive()
    .default(120)
    .describe('Longest that one is shown as writing without a word'),
});

const people = z.strictObject({
  refreshMs: milliseconds
    .default(2_000)
    .describe('How long changes of the contact list are gathered before it is read anew (ms)'),
  aboutMs: milliseconds.default(600_000).describe('How long what people say of themselves is kept (ms)'),
});

const rooms = z.strictObject({
  members: count
    .default(200)
    .describe('A group with more members shows only its admins and who has spoken lately'),
  spoken: count.default(50).describe('Messages looked through for who has spoken lately'),
  mostShown: count.default(500).describe('Members of one group that are shown at most'),
  listed: count.default(1_000).describe('Conversations looked through for groups, to list them'),
  joinMs: milliseconds.default(60_000).describe('How long coming into a room may take (ms)'),
});

const files = z.strictObject({
  maxBytes: count.default(2_000_000_000).describe('Largest file that is sent; Telegram takes 2 GB'),
  stickerPixels: count
    .default(2_048 * 2_048)
    .describe('Largest sticker that is made into a picture, in pixels'),
});

/** What users see in their list of sessions, unless the operator gives it a name of its own. */
export const DEFAULT_DEVICE = 'XMPP gateway';

/** Options of the Telegram gateway, as `components[].options` of the configuration. */
export const optionsSchema = z.strictObject({
  apiId: z
    .int()
    .min(1)
    .describe('The api_id of this gateway: register it at https://my.telegram.org, “API development tools”'),
  apiHash: z
    .string()
    .trim()
    .regex(/^\w{1,64}$/, 'not an API hash')
    .describe('The api_hash that came with it'),
  device: z
    .string()
    .min(1)
    .max(64)
    .default(DEFAULT_DEVICE)
    .describe('What users see in their list of sessions'),
  servers: servers.optional().describe('A server of another kind, instead of Telegram’s own data centres'),
  ipv6: z.boolean().default(false).describe('Whether addresses of IPv6 are tried, before those of IPv4'),
  proxies: z
    .array(proxySchema)
    .max(20)
    .default([])
    .describe('Ways to Telegram, tried in turn; none: the direct one'),
  userProxies: z
    .boolean()
    .default(true)
    .describe('Users may name proxies of their own, on public addresses; they are tried first'),
  connecting: connecting.prefault({}).describe('Connecting many users'),
  logins: logins.prefault({}).describe('Logging in'),
  conversations: conversations.prefault({}).describe('Messages'),
  people: people.prefault({}).describe('People'),
  rooms: rooms.prefault({}).describe('Groups and channels'),
  files: files.prefault({}).describe('Files'),
  limits: limits.prefault({}).describe('Bounds of each user’s connection'),
});

/** With all defaults filled in. */
export type TelegramOptions = z.output<typeof optionsSchema>;
