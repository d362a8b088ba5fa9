import { describe, expect, it } from 'vitest';
import {
  parseAddresses,
  parseDate,
  parseMessageId,
  parseMessageIds,
} from '../../../../gateways/email/mail/field-values.js';

describe('addresses', () => {
  const addresses = (value: string) => parseAddresses([value]).map(({ address }) => address);

  it.each([
    ['Alice <Alice@Example.ORG>', ['alice@example.org']],
    ['a@x.org, b@y.org; c@z.org', ['a@x.org', 'b@y.org', 'c@z.org']],
    ['Friends: a@x.org, B <b@y.org>;, c@z.org', ['a@x.org', 'b@y.org', 'c@z.org']],
    ['undisclosed-recipients:;', []],
    ['"joe"@example.org', ['joe@example.org']],
    ['"a b"@example.org, "a@b"@example.org', []],
    ['a@x.org (b@y.org)', ['a@x.org']],
    ['"x@y.test" <z@w.test>', ['z@w.test']],
    ['=?utf-8?Q?a=40x.org=2C_b=40y.org?= <c@z.org>', ['c@z.org']],
    ['user@localhost, user@[192.0.2.1], @x.org, a@, a', []],
    ['иван@пример.example', ['иван@xn--e1afmkfd.example']],
    ['a\u0000@x.org, \u001bb@y.org, c@\u202ez.org', ['a@x.org', 'b@y.org']],
  ])('E04 %j', (value, expected) => {
    expect(addresses(value)).toEqual(expected);
  });

  it('F26 names are one clean line, bounded, and only where they tell something', () => {
    expect(
      parseAddresses([
        '=?utf-8?Q?=D0=9C=0D=0Aa=E2=80=AE?= <a@x.org>',
        `"${'n'.repeat(5_000)}" <b@x.org>`,
        "'c@x.org' <c@x.org>",
        "'Dora' <d@x.org>",
      ]),
    ).toEqual([
      { address: 'a@x.org', name: 'М a' },
      { address: 'b@x.org', name: 'n'.repeat(256) },
      { address: 'c@x.org' },
      { address: 'd@x.org', name: 'Dora' },
    ]);
  });

  it('S16 are no more than a thousand', () => {
    expect(addresses('a@x.org,'.repeat(5_000))).toHaveLength(1_000);
  });
});

describe('message ids', () => {
  it.each([
    ['<a@b>', 'a@b'],
    [' (comment) <a@b> <c@d>', 'a@b'],
    ['a@b', 'a@b'],
    ['<a\r\n b@c>', 'ab@c'],
    ['two words', undefined],
    ['<>', undefined],
    ['', undefined],
    ['<nul\u0000@x>', undefined],
    [`<${'x'.repeat(998)}>`, 'x'.repeat(998)],
    [`<${'x'.repeat(999)}>`, undefined],
  ])('%j is %j', (value, id) => {
    expect(parseMessageId(value)).toBe(id);
  });

  it('of references come in their order, each once, with and without brackets', () => {
    expect(parseMessageIds(['<a@x> junk\t<b@x><a@x>', 'c@x d e@x'])).toEqual(['a@x', 'b@x', 'c@x', 'e@x']);
  });

  it('of very many keep the first and the nearest ones', () => {
    const ids = Array.from({ length: 500 }, (_, number) => `${number}@x`);
    const kept = parseMessageIds([ids.map((id) => `<${id}>`).join(' ')]);
    expect(kept).toHaveLength(100);
    expect([kept[0], kept[1], kept[99]]).toEqual(['0@x', '401@x', '499@x']);
  });
});

describe('dates', () => {
  it.each([
    ['Tue, 1 Jul 2003 10:52:37 +0200', '2003-07-01T08:52:37.000Z'],
    ['1 Jul 2003 10:52 -0330 (comment)', '2003-07-01T14:22:00.000Z'],
    ['Tue, 01 Jul 03 10:52:37 EST', '2003-07-01T15:52:37.000Z'],
    ['1 Jul 2003 10:52:37', '2003-07-01T10:52:37.000Z'],
    ['1 Jul 2003 10:52:37 -0000', '2003-07-01T10:52:37.000Z'],
    ['2003-07-01T10:52:37Z', '2003-07-01T10:52:37.000Z'],
  ])('%s', (value, expected) => {
    expect(new Date(parseDate(value) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    'no brackets here',
    'Jul 2003',
    '99 Foo 2003 10:00',
    '1 Jul 1960 10:00:00 +0000',
    '12',
  ])('%j is none', (value) => {
    expect(parseDate(value)).toBeUndefined();
  });
});
