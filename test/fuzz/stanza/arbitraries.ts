import fc from 'fast-check';
import { xmlAttr, xmlText } from '../../../src/xmpp/escape-xml.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN } from '../domain-parts.js';

/** Text as hostile as a foreign network's: controls, lone surrogates, mark-up, right-to-left, very long. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    ']]>',
    '</body></message><message/>',
    '&constructor;',
    "' onload='x",
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '\u202e\u200b',
    '',
    ' ',
    '/me ',
    '/me waves',
    'help',
    'register',
    'join #tea',
    'settings',
    'status',
    'cancel',
    '1',
    'x'.repeat(5000),
    '\u0000\u0001\ufffe\uffff\ud800',
    '?OTR:AAMD',
  ),
);

const USERS = [
  'romeo@example.org/orchard',
  'romeo@example.org/hall',
  'romeo@example.org',
  'boss@example.org/desk',
];

/** Who sends: users, strangers, nobody, ourselves. */
const sender = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<string | undefined>(...USERS) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<string | undefined>(
      'example.org',
      'denied@example.org/x',
      'villain@elsewhere.example/dark',
      'ROMEO@EXAMPLE.ORG/orchard',
      'romeo@evilexample.org/x',
      DOMAIN,
      `romeo@${DOMAIN}/x`,
      '@example.org',
      '',
      undefined,
    ),
  },
  { weight: 1, arbitrary: hostileText },
);

/** Who is meant: the gateway, rooms, occupants, people, places, nonsense, somebody else's domain. */
const receiver = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom<string | undefined>(
      DOMAIN,
      `#tea@${DOMAIN}`,
      `#tea@${DOMAIN}/romeo`,
      `#tea@${DOMAIN}/alice`,
      `#Tea@${DOMAIN}/Romeo`,
      `#other@${DOMAIN}/romeo`,
      `alice@${DOMAIN}`,
      `alice@${DOMAIN}/res`,
      `nobody@${DOMAIN}`,
      `!hall@${DOMAIN}`,
      `\\5c\\20@${DOMAIN}`,
      `#\\22\\26@${DOMAIN}/x`,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<string | undefined>(
      'other.example.org',
      '#tea@other.example.org/romeo',
      `${DOMAIN.toUpperCase()}`,
      `${DOMAIN}/resource`,
      `@${DOMAIN}`,
      `#tea@${DOMAIN}/`,
      '',
      undefined,
    ),
  },
  { weight: 2, arbitrary: hostileText.map((text) => `#tea@${DOMAIN}/${text}`) },
  { weight: 1, arbitrary: hostileText.map((text) => `${text}@${DOMAIN}`) },
  { weight: 1, arbitrary: hostileText },
);

const TYPES = {
  message: ['chat', 'groupchat', 'normal', 'headline', 'error', undefined, 'nonsense'],
  presence: [
    undefined,
    'unavailable',
    'subscribe',
    'subscribed',
    'unsubscribe',
    'unsubscribed',
    'probe',
    'error',
    'x',
  ],
  iq: ['get', 'set', 'get', 'set', 'result', 'error', undefined, 'x'],
} as const;

/** Names that mean something somewhere, so that random trees meet real handlers. */
const NAMES = [
  ...[
    'query',
    'x',
    'body',
    'subject',
    'command',
    'ping',
    'vCard',
    'time',
    'prompt',
    'fin',
    'list',
    'item',
    'set',
  ],
  ...[
    'history',
    'password',
    'status',
    'show',
    'priority',
    'invite',
    'reason',
    'error',
    'field',
    'value',
    'max',
  ],
  ...[
    'username',
    'nick',
    'remove',
    'replace',
    'reactions',
    'retract',
    'moderate',
    'privilege',
    'before',
    'after',
  ],
  ...['destroy', 'decline', 'continue', 'stanza-id', 'occupant-id', 'delay', 'received', 'displayed', 'gone'],
] as const;
const ATTRIBUTES = [
  ...[
    'node',
    'type',
    'var',
    'jid',
    'nick',
    'affiliation',
    'role',
    'id',
    'sessionid',
    'action',
    'queryid',
    'by',
  ],
  ...[
    'maxstanzas',
    'maxchars',
    'seconds',
    'since',
    'stamp',
    'xml:lang',
    'code',
    'from',
    'to',
    'name',
    'reason',
  ],
] as const;
const VALUES = [
  ...[
    'submit',
    'cancel',
    'form',
    'execute',
    'next',
    'prev',
    'complete',
    'outcast',
    'owner',
    'admin',
    'member',
  ],
  ...[
    'none',
    'moderator',
    'visitor',
    'participant',
    '0',
    '-1',
    '1e309',
    '99999999999999999999',
    'alice',
    'romeo',
  ],
  ...[
    '2026-01-01T00:00:00Z',
    'not a date',
    'x-user-list',
    NS.COMMANDS,
    'en',
    'ru',
    'register',
    'join',
    'settings',
  ],
  ...[
    `${NS.ADMIN}#announce`,
    `${NS.ADMIN}#delete-user`,
    'jabber:iq:register',
    `${NS.CAPS}#x`,
    `#tea@${DOMAIN}`,
  ],
] as const;

const attributeValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: hostileText },
);
const attributes = fc.dictionary(fc.constantFrom(...ATTRIBUTES), attributeValue, { maxKeys: 4 });

/** A random tree of elements that mostly have names and namespaces of known protocols. */
const tree = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .record({
      name: fc.constantFrom(...NAMES),
      ns: fc.option(fc.constantFrom(...Object.values(NS), 'urn:unknown', ''), { nil: undefined }),
      attrs: attributes,
      children: fc.array(fc.oneof({ depthSize: 'small' }, hostileText.map(xmlText), tie('element')), {
        maxLength: 3,
      }),
    })
    .map(({ name, ns, attrs, children }) => element(name, ns, attrs, children.join(''))),
})).element;

/** Requests as clients make them, so that a run gets past the first checks. */
const known = fc.constantFrom(
  ...[NS.DISCO_INFO, NS.DISCO_ITEMS, NS.REGISTER, NS.GATEWAY, NS.VERSION, NS.LAST, NS.MAM, NS.MUC_ADMIN].map(
    (ns) => `<query xmlns='${ns}'/>`,
  ),
  `<ping xmlns='${NS.PING}'/>`,
  `<time xmlns='${NS.TIME}'/>`,
  `<vCard xmlns='${NS.VCARD}'/>`,
  `<x xmlns='${NS.MUC}'/>`,
  `<x xmlns='${NS.MUC}'><history maxstanzas='5' seconds='-3' since='never'/><password>\u00a0</password></x>`,
  `<query xmlns='${NS.REGISTER}'><nick>romeo</nick><password>s3cret</password></query>`,
  `<query xmlns='${NS.REGISTER}'><remove/></query>`,
  `<query xmlns='${NS.REGISTER}'><x xmlns='${NS.DATA}' type='submit'><field var='handle'><value>romeo</value></field><field var='password'><value>p</value></field></x></query>`,
  `<command xmlns='${NS.COMMANDS}' node='register' action='execute'/>`,
  `<command xmlns='${NS.COMMANDS}' node='settings'/>`,
  `<command xmlns='${NS.COMMANDS}' node='join'><x xmlns='${NS.DATA}' type='submit'/></command>`,
  `<query xmlns='${NS.DISCO_ITEMS}' node='${NS.COMMANDS}'/>`,
  `<query xmlns='${NS.DISCO_ITEMS}'><set xmlns='${NS.RSM}'><max>-1</max></set></query>`,
  `<query xmlns='${NS.MAM}' queryid='q'><x xmlns='${NS.DATA}' type='submit'><field var='start'><value>yesterday</value></field></x><set xmlns='${NS.RSM}'><max>1</max><before/></set></query>`,
  `<query xmlns='${NS.MUC_ADMIN}'><item nick='alice' role='none'><reason>why</reason></item></query>`,
  `<query xmlns='${NS.MUC_ADMIN}'><item affiliation='outcast'/></query>`,
  `<query xmlns='${NS.MUC_OWNER}'/>`,
  '<body>hello</body>',
  '<subject>topic</subject>',
  `<x xmlns='${NS.MUC_USER}'><invite to='alice@${DOMAIN}'><reason>come</reason></invite></x>`,
  `<error type='cancel'><service-unavailable xmlns='${NS.STANZA_ERRORS}'/></error>`,
  `<error type='cancel'><gone xmlns='${NS.STANZA_ERRORS}'/></error>`,
  '<show>away</show><status>out</status><priority>300</priority>',
);

/** One stanza as text. */
export const stanza: fc.Arbitrary<string> = fc
  .constantFrom('message' as const, 'presence' as const, 'iq' as const)
  .chain((name) =>
    fc.record({
      name: fc.constant(name),
      type: fc.constantFrom(...TYPES[name]),
      from: sender,
      to: receiver,
      id: fc.option(fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), hostileText), { nil: undefined, freq: 8 }),
      lang: fc.option(fc.constantFrom('en', 'ru', 'xx-nonsense', '*'), { nil: undefined }),
      children: fc.array(fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: tree }), {
        minLength: 0,
        maxLength: 2,
      }),
    }),
  )
  .map(({ name, type, from, to, id, lang, children }) =>
    element(name, undefined, { type, from, to, id, 'xml:lang': lang }, children.join('')),
  );

function element(
  name: string,
  ns: string | undefined,
  attrs: Readonly<Record<string, string | undefined>>,
  content: string,
): string {
  const written = Object.entries({ ...attrs, xmlns: ns })
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([key, value]) => ` ${key}='${xmlAttr(value)}'`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}

/** How bytes arrive damaged: places and replacements are taken modulo the length. */
export interface Damage {
  readonly kind: 'none' | 'flip' | 'cut' | 'insert' | 'repeat';
  readonly at: number;
  readonly bytes: Uint8Array;
}

export const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom<Damage['kind']>('none', 'none', 'none', 'flip', 'cut', 'insert', 'repeat'),
  at: fc.nat(),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom('<', '>', '&', '<!--', ']]>', '<![CDATA[', '<?x?>', '</', "'")
      .map((text) => Buffer.from(text)),
  ),
});

export function damaged(bytes: Buffer, { kind, at, bytes: patch }: Damage): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  switch (kind) {
    case 'none':
      return bytes;
    case 'flip': {
      const copy = Buffer.from(bytes);
      copy.set(patch.subarray(0, copy.length - place), place);
      return copy;
    }
    case 'cut':
      return bytes.subarray(0, place);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, place), patch, bytes.subarray(place)]);
    case 'repeat':
      return Buffer.concat([bytes, bytes.subarray(place)]);
  }
}
