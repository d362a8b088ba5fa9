import fc from 'fast-check';
import { CHANNEL } from './stage.js';

const NICKS = [
  'alice',
  'Alice',
  'bob',
  'romeo',
  'ROMEO',
  '',
  '%',
  'x'.repeat(2000),
  '@+~alice',
  'a\u202eb',
  '*',
  's.example',
];
const CHANNELS = [
  CHANNEL,
  CHANNEL.toUpperCase(),
  '#never',
  '',
  '#',
  '&local',
  `@${CHANNEL}`,
  `#${'c'.repeat(2000)}`,
  '*',
  '#a,#b',
  '0',
];

const nick = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NICKS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
const channel = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(CHANNEL, ...CHANNELS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);

/** Words with formatting codes, CTCP, mark-up, controls and half characters. */
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      ']]>',
      '</body></message>',
      '&amp;&x;',
      '\x01ACTION waves\x01',
      '\x01ACTION',
      '\x01VERSION\x01',
      '\x01',
    ],
    ...[
      '\x01PING 1\u00002\x01',
      '\x01TIME\x01',
      '\x02\x1d\x1e\x11\x03',
      '\x0304,99red\x0f',
      '\x04ff',
      '\ud800',
      '\ufffe',
    ],
    ...['y'.repeat(3000), '\u0008\u000b', '\u202e', 'isthmus-ready', 'isthmus-1', '/me hello', '?OTR:x'],
  ),
  fc
    .array(fc.constantFrom('\x02', '\x1d', '\x03', '4', ',', 'a', ' ', '*', '_', '\x0f'), { maxLength: 20 })
    .map((parts) => parts.join('')),
);

const prefix = fc.oneof(
  nick.map((name) => `:${name}!u@host.example `),
  nick.map((name) => `:${name} `),
  fc.constantFrom('', ':s ', ':', ': ', ':!@ ', ':!u@h ', ':a!b@c!d@e  ', ':romeo!u@h '),
);
const tags = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '@time=2026-01-01T00:00:00.000Z ',
      '@time=+275760-09-13T00:00:00.001Z ',
      '@time=never;a= ',
      '@ ',
      '@',
      `@${'t'.repeat(8000)} `,
      '@time=0001-01-01T00:00:00Z;batch=1 ',
    ),
  },
);

const NUMERICS = [
  ...[
    '001',
    '004',
    '005',
    '221',
    '301',
    '311',
    '315',
    '318',
    '319',
    '321',
    '322',
    '323',
    '324',
    '329',
    '332',
    '333',
  ],
  ...[
    '353',
    '352',
    '366',
    '367',
    '368',
    '376',
    '396',
    '401',
    '403',
    '404',
    '405',
    '421',
    '432',
    '433',
    '437',
    '442',
  ],
  ...[
    '451',
    '461',
    '464',
    '465',
    '471',
    '473',
    '474',
    '475',
    '477',
    '482',
    '900',
    '903',
    '904',
    '908',
    '999',
    '000',
  ],
];
const COMMANDS = [
  ...[
    'PRIVMSG',
    'NOTICE',
    'JOIN',
    'PART',
    'KICK',
    'MODE',
    'TOPIC',
    'NICK',
    'QUIT',
    'AWAY',
    'INVITE',
    'ERROR',
    'PING',
  ],
  ...[
    'PONG',
    'CAP',
    'AUTHENTICATE',
    'CHGHOST',
    'SETNAME',
    'ACCOUNT',
    'BATCH',
    'FAIL',
    'WALLOPS',
    'KILL',
    'TAGMSG',
    'privmsg',
  ],
];

const param = fc.oneof(
  { weight: 3, arbitrary: fc.constant('romeo') },
  { weight: 3, arbitrary: channel },
  { weight: 2, arbitrary: nick },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '+o',
        '-o+v',
        '+b',
        '+k',
        '-k',
        '+ovvvvvvvvv',
        '=',
        '@',
        '*',
        '+',
        '1',
        '-1',
        '99999999999999999999',
      ],
      ...[
        'PREFIX=',
        'PREFIX=(abc)@',
        'CHANTYPES=',
        'CASEMAPPING=x',
        'NICKLEN=-5',
        'NICKLEN=0',
        'MODES=0',
        'CHANMODES=,,,',
      ],
      ...['LS', 'ACK', 'NAK', 'DEL', 'NEW', 'ACTION'],
    ),
  },
);

/** A line as a server might say it, true or not. */
const likely = fc
  .record({
    tags,
    prefix,
    command: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...COMMANDS) },
      { weight: 2, arbitrary: fc.constantFrom(...NUMERICS) },
      { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
    ),
    params: fc.array(param, { maxLength: 5 }),
    trailing: fc.option(words, { nil: undefined }),
  })
  .map(({ tags: tag, prefix: from, command, params, trailing }) =>
    [`${tag}${from}${command}`, ...params, ...(trailing === undefined ? [] : [`:${trailing}`])].join(' '),
  );

/** Names of the channel, true or not, which reach the room. */
const spoken = fc
  .record({
    nick,
    verb: fc.constantFrom('PRIVMSG', 'NOTICE'),
    target: fc.constantFrom(CHANNEL, 'romeo'),
    words,
  })
  .map((said) => `:${said.nick}!u@host.example ${said.verb} ${said.target} :${said.words}`);

/** Bytes of one or several lines: likely ones, nonsense, what is no UTF-8, ends of line in the wrong place. */
export const lineBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: likely.map((line) => Buffer.from(`${line}\r\n`)) },
  { weight: 4, arbitrary: spoken.map((line) => Buffer.from(`${line}\r\n`)) },
  { weight: 2, arbitrary: likely.map((line) => Buffer.from(`${line}\n`, 'utf16le')) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constant(
      Buffer.concat([
        Buffer.from(':alice!u@h PRIVMSG #tea :'),
        Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 13, 10]),
      ]),
    ),
  },
);
