import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TelegramAddressCodec } from '../../../gateways/telegram/address.js';
import type { PeerId } from '../../../gateways/telegram/client/model.js';
import { asContactId, asMessageId, asRoomId, boxOf, messageNumber } from '../../../gateways/telegram/ids.js';
import { typedName } from '../../../gateways/telegram/people/typed-name.js';
import type { Address } from '../../../src/gateway/address.js';

const codec = new TelegramAddressCodec();
const number = fc.bigInt({ min: 1n, max: 9_223_372_036_854_775_807n });
const address = fc.oneof(
  number.map((id): Address => ({ kind: 'contact', id: asContactId(`u${id}`) })),
  fc
    .tuple(fc.constantFrom('g', 'c'), number)
    .map(([kind, id]): Address => ({ kind: 'room', id: asRoomId(`${kind}${id}` as PeerId) })),
  fc
    .tuple(number, fc.integer({ min: 1, max: 2_147_483_647 }))
    .map(([id, topic]): Address => ({ kind: 'room', id: asRoomId(`c${id}`, topic) })),
);

describe('addresses of Telegram (E07)', () => {
  it('E06 survive formatting and parsing, and typing', () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(codec.parse(codec.format(one))).toEqual(one);
        expect(codec.parseInput(` ${codec.format(one).toUpperCase()} `)).toEqual(one);
      }),
    );
  });

  it.each([
    '',
    'u',
    'u0',
    'u01',
    'U7',
    'x7',
    'u7.1',
    'g7.1',
    'c7.0',
    'c7.',
    'durov',
    '@durov',
    'u-7',
    'u1e9',
  ])('B11 %s stands for nothing', (local) => expect(codec.parse(local)).toBeUndefined());

  it.each([
    ['tg://user?id=777', 'u777'],
    ['tg://openmessage?user_id=777', 'u777'],
    ['https://t.me/c/456/12', 'c456'],
    ['t.me/c/456/12/34', 'c456'],
  ])('E09 the link %s holds a number', (input, local) => {
    expect(codec.parseInput(input)?.id).toBe(local);
  });

  it.each(['@durov', 't.me/durov', '+491701234567', 'Bob'])('E07 %s is nobody for good', (input) => {
    expect(codec.parseInput(input)).toBeUndefined();
  });
});

describe('what is typed for somebody', () => {
  it.each([
    ['@durov', { username: 'durov' }],
    ['t.me/durov', { username: 'durov' }],
    ['https://t.me/durov/123', { username: 'durov' }],
    ['https://telegram.me/durov?start=x', { username: 'durov' }],
    ['durov.t.me', { username: 'durov' }],
    ['tg://resolve?domain=durov', { username: 'durov' }],
    ['+49 (170) 123-45 67', { phone: '491701234567' }],
    ['0049 170 1234567', { phone: '491701234567' }],
    ['https://t.me/+491701234567', { phone: '491701234567' }],
    ['tg://resolve?phone=491701234567', { phone: '491701234567' }],
  ])('E09 %s', (input, name) => {
    expect(typedName(input)).toEqual(name);
  });

  it.each([
    '',
    'Bob',
    '@',
    '@a b',
    '@ab',
    'https://example.org/durov',
    '+12',
    't.me/+abcdefghijk',
    '0170 1234567',
  ])('E09 “%s” is no guess', (input) => {
    expect(typedName(input)).toBeUndefined();
  });

  it('a number without a country is dialled in that of the user', () => {
    expect(typedName('0170 1234567', '491709999999')).toEqual({ phone: '491701234567' });
    expect(typedName('0170 1234567', '12')).toBeUndefined();
  });
});

describe('ids of messages', () => {
  it('name the box that counts them', () => {
    expect(boxOf('u777', 'u999')).toBe('u999');
    expect(boxOf('g123', 'u999')).toBe('u999');
    expect(boxOf('c456', 'u999')).toBe('c456');
    const id = asMessageId('u999', 12);
    expect(messageNumber('u999', id)).toBe(12);
    expect(messageNumber('u998', id)).toBeUndefined();
  });
});
