import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseInbound,
  parseReport,
  reportAddress,
} from '../../../../gateways/sms/carrier/kannel/callback.js';
import { kannelOptions } from '../../../../gateways/sms/carrier/kannel/options.js';
import { refusalOf, stateOf, submission } from '../../../../gateways/sms/carrier/kannel/submission.js';
import type { WebhookRequest } from '../../../../src/gateway/webhook.js';

const SECRET = 'a-long-shared_secret';
const ID = 'a7a0c776-b80a-4fbc-812d-b257d0e3af07';

const get = (url: string): WebhookRequest => ({
  method: 'GET',
  url,
  headers: {},
  query: Object.fromEntries(new URL(url).searchParams),
  body: Buffer.alloc(0),
});

/** As Kannel encodes: every byte but letters and digits, a space as `+`. */
const encoded = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) =>
      byte === 0x20
        ? '+'
        : /[A-Za-z0-9]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');

describe('what Kannel calls with', () => {
  it('reads every text, in UTF-8 and in UTF-16', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, wide) => {
        const bytes = wide ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf8');
        const query = `secret=${SECRET}&from=%2B1&to=2&id=${ID}&text=${encoded(bytes)}&charset=${wide ? 'UTF-16BE' : 'UTF-8'}`;
        expect(parseInbound(get(`https://x.example/hooks/m?${query}`), SECRET)).toMatchObject({
          id: ID,
          from: '+1',
          text,
        });
      }),
    );
  });

  it('is not broken by anything in an address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (secret, query) => {
        const url = `https://x.example/?secret=${secret}&${query}`;
        const request = { ...get('https://x.example/'), url };
        expect(['refused', 'unusable']).toContain(parseInbound(request, SECRET));
      }),
    );
  });

  it('takes a report with the token of its message only, and of states only the last ones', () => {
    const filled = (id: string, state: number, answer = '') =>
      get(
        reportAddress('https://x.example/r', id, SECRET).replace('%d', String(state)).replace('%A', answer),
      );
    expect(parseReport(filled('abc', 1), SECRET)).toEqual({ id: 'abc', outcome: 'delivered' });
    for (const state of [2, 16])
      expect(parseReport(filled('abc', state), SECRET)).toMatchObject({ outcome: 'failed' });
    for (const state of [0, 4, 8, 32]) expect(parseReport(filled('abc', state), SECRET)).toBe('nothing');
    expect(parseReport(filled('abc', 1), `${SECRET}x`)).toBe('refused');
    const other = filled('abc', 1);
    expect(parseReport({ ...other, query: { ...other.query, id: 'abd' } }, SECRET)).toBe('refused');
  });

  it('doubles percent signs of our own address, which Kannel would fill in', () => {
    expect(reportAddress('https://x.example/a%20b', 'i', SECRET)).toMatch(
      /a%%20b\?id=i&token=[\w-]{43}&state=%d/,
    );
  });
});

describe('what Kannel is asked', () => {
  const options = kannelOptions.parse({
    sendUrl: 'http://127.0.0.1:13013/cgi-bin/sendsms',
    username: 'u',
    password: 'p',
    secret: SECRET,
    maxParts: 2,
  });
  const message = (text: string) => ({ key: 'k', from: '+15550001', to: '+15550002', text });

  it('never holds text, numbers or the password in the address', () => {
    const { url, headers, body } = submission(options, message('words'), 'https://x.example/r');
    expect([url, body]).toEqual([options.sendUrl, 'words']);
    expect(headers).toMatchObject({ 'X-Kannel-Password': 'p', 'X-Kannel-DLR-Mask': '19' });
  });

  it('refuses what would not fit, by what letters take: 152 septets or 67 units a part', () => {
    expect(() => submission(options, message('x'.repeat(304)), undefined)).not.toThrow();
    expect(() => submission(options, message('x'.repeat(305)), undefined)).toThrow(/too-long/);
    expect(() => submission(options, message('€'.repeat(153)), undefined)).toThrow(/too-long/);
    expect(() => submission(options, message('ж'.repeat(134)), undefined)).not.toThrow();
    expect(() => submission(options, message('ж'.repeat(135)), undefined)).toThrow(/too-long/);
  });

  it.each([
    [202, '0: Accepted for delivery', undefined, undefined],
    [202, '3: Queued for later delivery', undefined, undefined],
    [202, '', 'network-unreachable', 'unknown'],
    [403, 'Authorization failed for sendsms', 'bad-credentials', 'not-sent'],
    [403, 'Not routable. Do not try again.', 'recipient-unavailable', 'not-sent'],
    [400, 'Number(s) has/have been denied by white- and/or black-lists.', 'forbidden', 'not-sent'],
    [503, 'Temporal failure, try again later.', 'network-unreachable', 'not-sent'],
    [500, 'Sending failed.', 'network-unreachable', 'unknown'],
    [504, '', 'network-unreachable', 'unknown'],
    [404, '', 'network-unreachable', 'not-sent'],
  ])('reads the answer %i %s', (status, body, code, outcome) => {
    const refusal = refusalOf({ status, body });
    expect([refusal?.code, refusal?.outcome]).toEqual([code, outcome]);
  });

  it.each([
    [400, 'Missing receiver(s) number(s), rejected', 'connected'],
    [403, 'Authorization failed for sendsms', 'refused'],
    [404, '', 'refused'],
    [502, '', 'unreachable'],
  ])('knows by %i %s that Kannel is %s', (status, body, state) => {
    expect(stateOf({ status, body }).state).toBe(state);
  });
});
