import { readdirSync, readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asContactId } from '../../../gateways/sms/ids.js';
import {
  type BulkLimits,
  readHistory,
  refuseBulk,
  remembered,
  textKey,
} from '../../../gateways/sms/policy/bulk.js';
import { costOf, formatCost, microsOf } from '../../../gateways/sms/policy/cost.js';
import { type DestinationRules, refuseDestination } from '../../../gateways/sms/policy/destination.js';
import { keywordOf } from '../../../gateways/sms/policy/keywords.js';
import { policySchema } from '../../../gateways/sms/policy/options.js';
import { charged, refunded, refuseQuota, usageToday } from '../../../gateways/sms/policy/quota.js';

const defaults = policySchema.parse({});
const german: DestinationRules = { ...defaults, region: 'DE' };
const american: DestinationRules = { ...defaults, region: 'US' };
const refusal = (id: string, rules: DestinationRules, region?: 'FR' | 'RU' | 'GB') =>
  refuseDestination(asContactId(id), rules, region)?.text.key;

describe('where messages may go', () => {
  it.each(['112', '911', '999', '000', '110', '118', '119'])('S17 %s is never sent to', (digits) => {
    const open: DestinationRules = { ...german, shortCodes: 'all' };
    expect(refusal(digits, open)).toBe('sms-emergency');
    expect(refusal(digits, { ...german, shortCodes: [digits] })).toBe('sms-emergency');
  });

  it('S17 emergency numbers of the user and of the operator are refused, others are short codes', () => {
    const open: DestinationRules = { ...german, shortCodes: 'all' };
    expect(refusal('103', open)).toBeUndefined();
    expect(refusal('103', open, 'RU')).toBe('sms-emergency');
    expect(refusal('106', { ...open, region: 'AU' }, 'RU')).toBe('sms-emergency');
    expect(refusal('155', { ...open, region: 'CZ' })).toBe('sms-emergency');
    expect(refusal('+9689999', { ...open, countries: 'all' })).toBe('sms-emergency');
  });

  it('S17 only the operator’s country, unless he allows others', () => {
    expect(refusal('+4915112345678', german)).toBeUndefined();
    expect(refusal('+15551234567', american)).toBeUndefined();
    expect(refusal('+15551234567', german)).toBe('sms-country-not-allowed');
    expect(refusal('+447911123456', { ...german, countries: ['GG'] })).toBeUndefined();
    expect(refusal('+447700900123', { ...german, countries: ['GB'] })).toBeUndefined();
    expect(refusal('+15551234567', { ...german, countries: 'all' })).toBeUndefined();
  });

  it('S17 a shared country code lets nobody into another country', () => {
    // Jamaica, +1 876: what fraud with American prices likes.
    expect(refusal('+18765231234', american)).toBe('sms-country-not-allowed');
    expect(refuseDestination(asContactId('+18765231234'), american)?.text.args?.country).toBe('JM');
    expect(refusal('+77012345678', { ...german, region: 'RU' })).toBe('sms-country-not-allowed');
    expect(refusal('+8821612345678', american)).toBe('sms-country-not-allowed');
  });

  it.each([
    ['+499001123456', 'PREMIUM_RATE', 'DE'],
    ['+19002345678', 'PREMIUM_RATE', 'US'],
    ['+491801123456', 'SHARED_COST', 'DE'],
    ['+447012345678', 'PERSONAL_NUMBER', 'GB'],
    ['+4702800', 'UAN', 'NO'],
  ] as const)('S17 %s is %s', (id, type, region) => {
    const rules: DestinationRules = { ...defaults, region };
    const error = refuseDestination(asContactId(id), rules);
    expect([error?.code, error?.text.key, error?.text.args?.type]).toEqual([
      'forbidden',
      'sms-number-type-not-allowed',
      type,
    ]);
    expect(refuseDestination(asContactId(id), { ...rules, refusedNumberTypes: [] })).toBeUndefined();
  });

  it('S17 short codes need to be allowed; names and numbers that cannot be take nothing', () => {
    expect(refusal('72273', german)).toBe('sms-short-code-not-allowed');
    expect(refusal('72273', { ...german, shortCodes: ['72273'] })).toBeUndefined();
    expect(refusal('72273', { ...german, shortCodes: 'all' })).toBeUndefined();
    expect(refusal('my bank', german)).toBe('sms-cannot-reply');
    for (const digits of ['015112345678', '004915112345678'])
      expect(refusal(digits, german)).toBe('sms-number-meant');
    // Could be a number in Germany as well as one with its country code.
    expect(refusal('4915112345678', german)).toBe('sms-no-number');
    expect(refusal('+999123456789', { ...german, countries: 'all' })).toBe('sms-no-number');
    expect(refusal('+4912345678901234', { ...german, countries: 'all' })).toBe('sms-cannot-reply');
    expect(refusal('+1555123', american)).toBe('sms-no-number');
  });
});

describe('the quota of segments', () => {
  const noon = Date.UTC(2026, 0, 31, 12);

  it('S17 counts segments of one UTC day', () => {
    const empty = usageToday(undefined, noon);
    expect(empty).toEqual({ day: '2026-01-31', used: 0 });
    const used = charged(empty, 8);
    expect(refuseQuota(used, 2, 10)).toBeUndefined();
    expect(refuseQuota(used, 3, 10)).toMatchObject({
      code: 'limit',
      text: { key: 'sms-quota', args: { segments: 3, left: 2, limit: 10 } },
    });
    expect(usageToday(JSON.parse(JSON.stringify(used)), noon + 11 * 3_600_000)).toEqual(used);
    expect(usageToday(used, noon + 12 * 3_600_000)).toEqual({ day: '2026-02-01', used: 0 });
  });

  it('gives back what was not sent, on its own day only', () => {
    const used = { day: '2026-01-31', used: 5 };
    expect(refunded(used, '2026-01-31', 3).used).toBe(2);
    expect(refunded(used, '2026-01-31', 9).used).toBe(0);
    expect(refunded(used, '2026-01-30', 3)).toEqual(used);
  });

  it('S17 never more than the limit on a day, whatever is tried and in the store', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 })),
        fc.nat(50),
        fc.jsonValue(),
        (tries, limit, stored) => {
          let usage = usageToday(stored, noon);
          for (const segments of tries)
            if (refuseQuota(usage, segments, limit) === undefined) usage = charged(usage, segments);
          expect(usage.used).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

describe('bulk sending', () => {
  const limits: BulkLimits = {
    ...defaults.bulk,
    sameTextRecipients: 3,
    newRecipients: 4,
  };
  const minute = 60_000;

  /** Sends what is not refused; what was sent is kept as the store keeps it. */
  function sender() {
    const texts = new Map<string, string>();
    let strangers = 'null';
    const kept = () => [...texts.values(), strangers].join();
    const send = (text: string, recipient: string, isNew: boolean, now: number) => {
      const key = textKey(text, limits) ?? '';
      const before = readHistory(JSON.parse(texts.get(key) ?? 'null'), JSON.parse(strangers));
      const error = refuseBulk(before, { text, recipient, isNew }, limits, now);
      if (error) return error.text.key;
      const after = remembered(before, { text, recipient, isNew }, limits, now);
      if (key !== '') texts.set(key, JSON.stringify(after.text));
      strangers = JSON.stringify(after.strangers);
      return undefined;
    };
    return { send, kept };
  }
  function sendAll(texts: readonly (readonly [string, string])[], isNew = false, step = minute) {
    const { send } = sender();
    return texts.map(([text, recipient], index) => send(text, recipient, isNew, index * step));
  }

  it('S17 one text goes to so many recipients and no more; again to the same is not bulk', () => {
    const offer = 'Buy this wonderful thing';
    expect(
      sendAll([
        [offer, '+1'],
        [offer, '+2'],
        [offer, '+3'],
        [`  ${offer.toUpperCase()} `, '+4'],
        [offer, '+2'],
        ['Something quite different', '+4'],
      ]),
    ).toEqual([undefined, undefined, undefined, 'sms-same-text', undefined, undefined]);
  });

  it('S17 after the window the text may go on; short texts do not count', () => {
    const offer = 'Buy this wonderful thing';
    const slow = ['+1', '+2', '+3', '+4', '+5'].map((recipient) => [offer, recipient] as const);
    expect(sendAll(slow, false, 25 * minute)).toEqual(slow.map(() => undefined));
    const short = ['+1', '+2', '+3', '+4', '+5'].map((recipient) => ['ok', recipient] as const);
    expect(sendAll(short)).toEqual(short.map(() => undefined));
  });

  it('S17 so many new recipients and no more', () => {
    const five = [1, 2, 3, 4, 5].map((number) => [`text number ${number} of many`, `+${number}`] as const);
    expect(sendAll(five, true)).toEqual([...Array(4).fill(undefined), 'sms-new-recipients']);
    expect(sendAll(five, true, 20 * minute)).toEqual(five.map(() => undefined));
    expect(sendAll(five, false)).toEqual(five.map(() => undefined));
  });

  it('S17 what is remembered stays small and holds no text and no number', () => {
    const { send, kept } = sender();
    for (let index = 0; index < 100; index++)
      send(`unmistakable words ${index % 20}`, `+1555${index}`, index % 2 === 0, index * 25 * minute);
    expect(kept()).not.toMatch(/unmistakable|1555/);
    expect(kept().length).toBeLessThan(20 * 150);
  });

  it('S17 what cannot be read counts as nothing', () => {
    expect(readHistory({ recipients: 'broken' }, { times: [{}] })).toEqual(readHistory(undefined, undefined));
  });
});

describe('keywords', () => {
  it.each([
    ['STOP', 'stop'],
    [' stop. ', 'stop'],
    ['“Stop!”', 'stop'],
    ['Stop all', 'stop'],
    ['opt-out', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['Стоп', 'stop'],
    ['STOPP', 'stop'],
    ['ARRÊT', 'stop'],
    ['退订', 'stop'],
    ['UNSUBSCRIBE', 'stop'],
    ['START', 'start'],
    ['unstop', 'start'],
    ['Yes', 'start'],
    ['старт', 'start'],
    ['HELP', 'help'],
    ['help?', 'help'],
    ['Помощь', 'help'],
  ])('%j means %s', (text, keyword) => {
    expect(keywordOf(text)).toBe(keyword);
  });

  it.each(['', '!', 'stop it', 'bus stop', 'stopping', 'yes please', 'Стоп, машина'])(
    '%j is a message',
    (text) => {
      expect(keywordOf(text)).toBeUndefined();
    },
  );

  it('the operator’s own words count too', () => {
    const own = defaults.keywords;
    expect(keywordOf('Basta!', { ...own, stop: ['BASTA'] })).toBe('stop');
    expect(keywordOf('Basta!', own)).toBeUndefined();
    expect(keywordOf('yes', { stop: ['YES'] })).toBe('stop');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void keywordOf(text)));
  });
});

describe('costs', () => {
  const { tariff } = policySchema.parse({
    tariff: { currency: 'EUR', prices: { '+49': '0.075', '+4915': '0.08', '72273': '1.99', '+1': '0' } },
  });
  const cost = (id: string, segments: number) => tariff && costOf(asContactId(id), segments, tariff);

  it('the longest prefix sets the price', () => {
    expect(cost('+4930123456', 2)).toEqual({ micros: 150_000, currency: 'EUR' });
    expect(cost('+4915112345678', 3)).toEqual({ micros: 240_000, currency: 'EUR' });
    expect(cost('72273', 1)?.micros).toBe(1_990_000);
    expect(cost('+15551234567', 4)?.micros).toBe(0);
    expect(cost('+33612345678', 1)).toBeUndefined();
    expect(tariff && costOf(asContactId('+33612345678'), 2, { ...tariff, otherwise: 100_000 })?.micros).toBe(
      200_000,
    );
  });

  it('is exact: a price goes into words and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (micros) => {
        const [amount = ''] = formatCost({ micros, currency: 'EUR' }).split(' ');
        expect(microsOf(amount)).toBe(micros);
      }),
    );
    expect(formatCost({ micros: 150_000, currency: 'EUR' })).toBe('0.15 EUR');
    expect(formatCost({ micros: 75_000, currency: 'EUR' })).toBe('0.075 EUR');
    expect(formatCost({ micros: 3_000_000, currency: 'USD' })).toBe('3.00 USD');
    expect(microsOf('12')).toBe(12_000_000);
  });

  it('prices and countries that are none are refused', () => {
    for (const wrong of [
      { tariff: { currency: 'EUR', prices: { '+49': '-1' } } },
      { tariff: { currency: 'euro' } },
      { tariff: { currency: 'EUR', prices: { x: '1' } } },
      { countries: ['Germany'] },
      { shortCodes: ['12'] },
    ])
      expect(policySchema.safeParse(wrong).success).toBe(false);
  });
});

describe('the texts of the SMS network', () => {
  const folder = new URL('../../../gateways/sms/', import.meta.url);
  const locale = (language: string) => readFileSync(new URL(`locales/${language}.ftl`, folder), 'utf8');

  it('are there, in both languages, for every refusal, and can be said', () => {
    const source = ['policy', 'text']
      .flatMap((part) => readdirSync(new URL(part, folder)).map((file) => `${part}/${file}`))
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join('\n');
    const used = [...source.matchAll(/\bkey: '(sms-[a-z-]+)'/g)].map(([, key]) => key ?? '');
    expect(used.length).toBeGreaterThan(8);
    const args = {
      parts: 4,
      limit: 3,
      number: '+1',
      name: 'x',
      code: '1',
      country: 'DE',
      type: 'UAN',
      left: 1,
    };
    for (const language of ['en', 'ru']) {
      const bundle = new FluentBundle(language);
      expect(bundle.addResource(new FluentResource(locale(language)))).toEqual([]);
      for (const key of used) {
        const errors: Error[] = [];
        const pattern = bundle.getMessage(key)?.value;
        expect([key, pattern == null]).toEqual([key, false]);
        for (const recipients of [1, 2, 5, 21])
          bundle.formatPattern(
            pattern ?? '',
            { ...args, recipients, minutes: recipients, segments: 2 },
            errors,
          );
        expect(errors).toEqual([]);
      }
    }
  });
});
