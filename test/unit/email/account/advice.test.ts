import { describe, expect, it } from 'vitest';
import { accountAdvice } from '../../../../gateways/email/account/advice.js';
import { emailModule } from '../../../../gateways/email/index.js';

const oauth = { clientId: 'id', clientSecret: 'secret' };
const withHttp = { address: (path: string) => `https://gw.example.org/hooks/mail/${path}` };
const withoutHttp = { address: () => undefined };
const domain = { name: 'mail.example.org', relay: { host: '127.0.0.1', port: 25, security: 'none' } };

const advice = (options: object, webhooks: Parameters<typeof accountAdvice>[1] = withHttp) =>
  accountAdvice(emailModule.optionsSchema.parse(options), webhooks);
const needsHttp = (options: object) => emailModule.needsHttp(emailModule.optionsSchema.parse(options));

describe('what an operator is told', () => {
  it('nothing when all is well', () => {
    expect(advice({})).toEqual([]);
    expect(advice({ domain })).toEqual([]);
  });

  it('that nobody can register', () => {
    expect(advice({ accounts: { allowed: false } })).toMatchObject([{ remedy: expect.any(String) }]);
    expect(advice({ accounts: { allowed: false }, domain })).toEqual([]);
  });

  it('which address providers have to know, or that there is none', () => {
    const options = { accounts: { providers: { gmail: { oauth } } } };
    const [told] = advice(options);
    expect(told?.text).toContain('https://gw.example.org/hooks/mail/oauth/callback');
    expect(told?.remedy).toBeUndefined();
    expect(advice(options, withoutHttp)).toMatchObject([{ remedy: expect.stringContaining('http.enabled') }]);
    expect(JSON.stringify(advice(options))).not.toContain(oauth.clientSecret);
  });

  it('that a relay elsewhere hears mail in plain text', () => {
    const relay = { ...domain.relay, host: 'relay.example.org' };
    expect(advice({ domain: { ...domain, relay } })).toHaveLength(1);
  });

  it('who learns of its users', () => {
    const database = 'https://autoconfig.thunderbird.net/v1.1/';
    expect(advice({ accounts: { discovery: { database } } })[0]?.text).toContain(database);
  });

  it('needs HTTP where users can agree by browser only', () => {
    expect(needsHttp({})).toBe(false);
    expect(needsHttp({ accounts: { providers: { gmail: { oauth } } } })).toBe(true);
    expect(needsHttp({ accounts: { providers: { outlook: { oauth } } } })).toBe(false);
  });
});
