import { z } from 'zod';
import { DEFAULT_HISTORY } from '../core/history/history-options.js';
import { clientLimits, engineLimits } from '../store/options.js';
import { httpSchema } from './http-schema.js';
import { mediaSchema } from './media-schema.js';
import { xmppSchema } from './stream-schema.js';
import { bareJid, domainName, jidOrDomain, numbers, positive } from './values.js';

/**
 * The configuration file. Every key has a description with its unit and a default where there is one; the
 * descriptions are the comments of the file that `isthmus init` writes. Keys that are times end in their unit.
 */

const uri = z
  .string()
  .regex(
    /^(xmpp|mailto|https?|tel|sip|ircs?):.+/,
    'must be a URI such as xmpp:admin@example.org or mailto:…',
  );

const dataPolicy = z
  .strictObject({
    terms: uri.optional().describe("The gateway's terms of service: a URI."),
    transmission: z
      .enum(['unknown', 'plain', 'encrypted', 'e2e'])
      .default('unknown')
      .describe('How data travels between the gateway and the network.'),
    encryption: z.string().min(1).optional().describe('By which means, such as TLSv1.3.'),
    networkRetention: z
      .string()
      .regex(/^(\d{1,9}|infinite|unknown)$/, 'must be a number of hours, infinite or unknown')
      .default('unknown')
      .describe('How long the network keeps data: hours, infinite or unknown.'),
    networkTerms: uri.optional().describe("The network's terms of service: a URI."),
  })
  .prefault({})
  .describe('What users can read of what becomes of their data (XEP-0504); the rest follows from settings.');

const component = z.strictObject({
  domain: domainName.describe("The gateway's own domain, configured as a component of the server."),
  network: z.string().min(1).describe('Which network it leads to: irc or sms.'),
  secret: z
    .string()
    .min(1)
    .optional()
    .describe('Its own secret, if not that of xmpp (or ISTHMUS_SECRET_<DOMAIN, other characters as _>).'),
  policy: z
    .enum(['open', 'registered', 'closed'])
    .optional()
    .describe(
      'open: no registration needed; registered: needed; closed: only allow. Default: as the network says.',
    ),
  allow: z
    .array(jidOrDomain)
    .default([])
    .describe('Who may use a closed component: bare JIDs or whole domains.'),
  dataPolicy,
  options: z.unknown().optional().describe("The network's own settings."),
});

const users = z
  .strictObject({
    domains: z
      .array(domainName)
      .min(1)
      .optional()
      .describe('Whose users may use the gateway: domains. Default: xmpp.domain alone.'),
    admins: z.array(bareJid).default([]).describe('Bare JIDs that may run the administration commands.'),
    deny: z.array(jidOrDomain).default([]).describe('Bare JIDs or domains refused everywhere.'),
  })
  .prefault({})
  .describe('Who may use the gateway.');

const database = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sqlite').describe('sqlite: one file, no server.'),
      path: z.string().min(1).optional().describe('The file. Default: isthmus.sqlite in data.folder.'),
    }),
    z.strictObject({
      kind: z.literal('postgres').describe('postgres: a PostgreSQL server, with url.'),
      url: z
        .string()
        .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
        .optional()
        .describe('postgres://user:password@host/database (or ISTHMUS_DATABASE_URL).'),
    }),
  ])
  .prefault({ kind: 'sqlite' })
  .describe('Where accounts and archives are kept.');

const engine = numbers('The thread that owns the database.', {
  busyTimeoutMs: [engineLimits.busyTimeoutMs, "How long SQLite waits for another program's lock (ms)."],
  poolSize: [engineLimits.poolSize, 'Connections to PostgreSQL; one more holds the lock.'],
  connectTimeoutMs: [engineLimits.connectTimeoutMs, 'How long connecting to PostgreSQL may take (ms).'],
  groupSize: [engineLimits.groupSize, 'Most writes in one transaction.'],
  countLimit: [engineLimits.countLimit, 'Results of an archive query beyond which the count is not exact.'],
  purgeRows: [engineLimits.purgeRows, 'Rows that retention removes in one transaction.'],
  copiesKept: [engineLimits.copiesKept, 'Copies made before migrations that are kept.'],
  copiesMaxAgeMs: [engineLimits.copiesMaxAgeMs, 'Age at which such a copy goes (ms).'],
  truncateAttempts: [engineLimits.truncateAttempts, 'How often cutting the log is tried at an erasure.'],
  lockPauseMs: [
    engineLimits.lockPauseMs,
    'Pause between two tries of that, or of taking a lost lock again (ms).',
  ],
});

const buffer = numbers('What waits to be written.', {
  flushDelayMs: [clientLimits.flushDelayMs, 'How long a row waits for company (ms).'],
  batchRows: [clientLimits.batchRows, 'Rows in one transaction.'],
  bufferRows: [clientLimits.bufferRows, 'Rows from which networks are asked to pause.'],
  bufferChars: [clientLimits.bufferChars, 'Characters from which networks are asked to pause.'],
  retryFirstMs: [clientLimits.retryFirstMs, 'First pause after a write has failed (ms).'],
  retryMaxMs: [clientLimits.retryMaxMs, 'Longest such pause (ms).'],
  closeTimeoutMs: [clientLimits.closeTimeoutMs, 'How long stopping tries to write what waits (ms).'],
});

const data = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .default('./data')
      .describe('Folder for everything the gateway keeps; relative to this file.'),
    database,
    keyFile: z
      .string()
      .min(1)
      .default('./isthmus.key')
      .describe('Key that encrypts stored secrets; outside data.folder, mode 0600 (or ISTHMUS_KEY).'),
    engine,
    buffer,
  })
  .prefault({})
  .describe('State on disk.');

const archive = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Keep what is said in rooms (XEP-0313).'),
    days: positive.default(30).describe('How long it is kept (days).'),
    history: z
      .number()
      .int()
      .min(0)
      .default(20)
      .describe('Most messages shown at a join unless the client asks for fewer.'),
    maxPage: positive.default(100).describe('Most messages in one page of an archive query.'),
    network: numbers(
      'What is read from networks that remember rooms themselves, when somebody asks for it.',
      {
        page: [DEFAULT_HISTORY.page, 'Messages asked for at a time.'],
        pagesPerQuery: [DEFAULT_HISTORY.pagesPerQuery, 'Pages read for one query of an archive.'],
        newcomer: [DEFAULT_HISTORY.newcomer, 'Messages that are there when somebody comes into a room.'],
        atATime: [DEFAULT_HISTORY.atATime, 'Pages of one user that are read at a time.'],
        waiting: [DEFAULT_HISTORY.waiting, 'Pages of one user that wait for that.'],
        timeoutMs: [DEFAULT_HISTORY.timeoutMs, 'How long a query waits for the network (ms).'],
        pauseMs: [
          DEFAULT_HISTORY.pauseMs,
          'How long after a failure the queries of a user are answered without it (ms).',
        ],
        perRoom: [
          DEFAULT_HISTORY.perRoom,
          'Messages in the archive of one room of one user from which on nothing older is read.',
        ],
        files: [
          DEFAULT_HISTORY.files,
          'Files of one page that are fetched; of others it is said what they are.',
        ],
        fileBytes: [DEFAULT_HISTORY.fileBytes, 'Largest of these (bytes).'],
      },
    ),
  })
  .prefault({})
  .describe('Message archive.');

const messages = z
  .strictObject({
    days: positive
      .default(30)
      .describe('How long it is known what became of a private message, and its ids (days). No words of it.'),
  })
  .prefault({})
  .describe('Private messages.');

const limits = numbers('Protection against floods, per user unless said otherwise.', {
  registrationsPerHour: [20, 'Registrations in an hour.'],
  joinsPerMinute: [200, 'Room joins in a minute.'],
  messagesPerSecond: [20, 'Messages in a second, on average.'],
  messageBurst: [100, 'Messages at once before that average holds.'],
  messageLength: [
    50_000,
    'Length of one message (characters): a longer one of a user is refused, one of the network is split.',
  ],
  typingExpiryMs: [
    60_000,
    'After how long somebody of whom nothing more is heard is no longer shown as writing (ms).',
  ],
  outageGraceMs: [120_000, 'How long a network is away before the users who are online are told (ms).'],
  outageRepeatMs: [3_600_000, 'How long the same trouble of a network is not told to a user again (ms).'],
  roomsPerUser: [200, 'Rooms at a time.'],
  membersPerRoom: [50_000, 'People shown in one room, whatever a network says.'],
  resourcesPerUser: [20, 'Clients of one user in one room, or online.'],
  searchesPerMinute: [10, 'Searches for people in a minute.'],
  searchResults: [50, 'Hits shown of one search.'],
  dialoguesPerUser: [5, 'Unfinished commands or dialogues.'],
  dialogueIdleMs: [900_000, 'How long an unfinished command or dialogue is remembered (ms).'],
});

const delivery = numbers('Messages between users and people of a network, until they have arrived.', {
  retryFirstMs: [
    5_000,
    'First pause after a message could not be sent; each next one is twice as long (ms).',
  ],
  retryMaxMs: [900_000, 'Longest such pause (ms).'],
  expireHours: [24, 'Age at which a message that could not be sent is given up and returned (hours).'],
  waitingPerUser: [200, 'Messages of one user that may wait at a time.'],
  loadedMessages: [2_000, 'Waiting messages kept in memory; the others are read when their turn comes.'],
  overdueGraceMs: [300_000, 'Time after a start for the clock to be set before anything is given up (ms).'],
  bounceWaitMs: [
    900_000,
    "How long a user's server may take to return a message that it has read: longer than it waits for a client that has gone without a word (ms).",
  ],
  bounceKeepMs: [
    30_000,
    'How long such a message is kept on disk, too, while its user is offline: after a crash it is sent again (ms).',
  ],
  resends: [5, 'How often a returned message is sent again, each time when its user has come.'],
  heldPerUser: [500, 'Returned messages that wait for one user.'],
  stopMs: [5_000, 'How long stopping waits for what is just being sent (ms).'],
});

const contacts = z
  .strictObject({
    askUnknown: z
      .boolean()
      .default(false)
      .describe(
        'Ask users before the first message of somebody they do not know is shown, unless they choose themselves.',
      ),
    waitingPerUser: positive
      .default(500)
      .describe(
        'Messages of unknown or muted people that wait for one user; further ones of unknown are lost.',
      ),
    waitingPerPerson: positive
      .default(50)
      .describe('Messages of one unknown person that wait; further ones are lost.'),
  })
  .prefault({})
  .describe('People on the networks, as users meet them.');

const contact = z
  .strictObject({
    abuse: z.array(uri).default([]).describe('For complaints.'),
    admin: z.array(uri).default([]).describe('The operator.'),
    support: z.array(uri).default([]).describe('For help.'),
    security: z.array(uri).default([]).describe('For reports of weaknesses.'),
    status: z.array(uri).default([]).describe('Where outages are announced.'),
  })
  .prefault({})
  .describe('Contact addresses that everybody can see (XEP-0157), as URIs.');

const log = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('Least severe level written.'),
    format: z
      .enum(['json', 'text'])
      .default('json')
      .describe('json: one object per line; text: for reading at a terminal.'),
  })
  .prefault({})
  .describe('Log on standard output.');

/** The whole file, strict at every level. */
export const configSchema = z.strictObject({
  xmpp: xmppSchema,
  components: z.array(component).min(1).describe('One entry per domain of the gateway.'),
  users,
  data,
  archive,
  messages,
  http: httpSchema,
  media: mediaSchema,
  limits,
  delivery,
  contacts,
  contact,
  language: z.enum(['en', 'ru']).default('en').describe('Language for users whose client names none.'),
  log,
});

/** The file as parsed, with defaults, before environment and paths are resolved. */
export type FileConfig = z.infer<typeof configSchema>;

/** One component with everything resolved. */
export interface ComponentConfig {
  /** Prepared domain. */
  readonly domain: string;
  /** Id in the registry of networks. */
  readonly network: string;
  readonly secret: string;
  /** Undefined: the network's default. */
  readonly policy: 'open' | 'registered' | 'closed' | undefined;
  /** Prepared bare JIDs and domains. */
  readonly allow: readonly string[];
  readonly dataPolicy: z.infer<typeof dataPolicy>;
  /** Output of the network's own schema. */
  readonly options: unknown;
}

/** Where the key for stored secrets comes from. */
export type KeySource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'value'; readonly value: string };

/** Absolute paths, secrets in place: what the program runs on. */
export type Config = Omit<FileConfig, 'components' | 'users' | 'data'> & {
  /** Absolute path of the file this was read from. */
  readonly file: string;
  readonly components: readonly ComponentConfig[];
  readonly users: Omit<FileConfig['users'], 'domains'> & { readonly domains: readonly string[] };
  readonly data: Pick<FileConfig['data'], 'engine' | 'buffer'> & {
    /** Absolute. */
    readonly folder: string;
    readonly database:
      | { readonly kind: 'sqlite'; readonly path: string }
      | { readonly kind: 'postgres'; readonly url: string };
    readonly key: KeySource;
  };
};
