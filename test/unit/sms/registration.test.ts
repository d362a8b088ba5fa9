import { describe, expect, it, onTestFinished } from 'vitest';
import { register, registrationForm } from '../../../gateways/sms/account/registration.js';
import type { FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { startTwilioApi } from '../../servers/twilio-api.js';
import { SmsStage } from './stage.js';

const pool = [{ number: '+12125550100', carrier: 'main' }];

function form(step: Step<AccountChange>): FormStep<AccountChange> {
  if (step.kind !== 'form') throw new Error('it ended');
  return step;
}

describe('registration', () => {
  it('C01 offers what the operator has, the simplest first', () => {
    const stage = new SmsStage({
      numbers: pool,
      claims: { allowed: true },
      providers: { twilio: { kind: 'twilio' } },
    });
    const way = registrationForm(stage.context, undefined).fields.find(({ name }) => name === 'way');
    expect(way?.value).toBe('gateway');
    expect(way?.options?.map(({ value }) => value)).toEqual(['gateway', 'own-number', 'own-provider']);
  });

  it('with a number of the gateway nothing else is asked', async () => {
    const stage = new SmsStage({ numbers: pool });
    const step = await register(stage.context, { way: 'gateway', country: 'de' }, undefined);
    expect(step).toMatchObject({ kind: 'done', result: { settings: { way: 'gateway', region: 'DE' } } });
  });

  it('says so when no number is free', async () => {
    const stage = new SmsStage({ numbers: pool });
    await stage.context.numbers.assign(9 as AccountId);
    expect(form(await register(stage.context, {}, undefined)).problem).toEqual({ key: 'sms-no-number-free' });
  });

  it('C05 a country or number that there is not is refused', async () => {
    const stage = new SmsStage({ numbers: pool, claims: { allowed: true } });
    const country = await register(stage.context, { country: 'XX' }, undefined);
    expect(form(country).problem).toEqual({ key: 'sms-bad-country' });
    const number = await register(stage.context, { way: 'own-number', number: 'abc' }, undefined);
    expect(form(number).problem).toEqual({ key: 'sms-bad-number' });
    const way = await register(stage.context, { way: 'own-provider' }, undefined);
    expect(form(way).problem).toEqual({ key: 'sms-way-not-offered' });
  });

  it('C21 a number of his own is proven by the code that was sent to it', async () => {
    const stage = new SmsStage({ numbers: pool, claims: { allowed: true } });
    const asked = form(
      await register(stage.context, { way: 'own-number', number: '(212) 555-0177' }, undefined),
    );
    const [sent] = stage.carrier.sent;
    expect(sent).toMatchObject({ from: '+12125550100', to: '+12125550177' });
    const code = sent?.text.match(/\d{6}$/)?.[0] ?? '';
    const wrong = form(await asked.submit({ code: code === '000000' ? '1' : '000000' }));
    expect(wrong.problem).toEqual({ key: 'sms-wrong-code' });
    expect(await wrong.submit({ code })).toMatchObject({
      kind: 'done',
      result: { settings: { way: 'own-number', number: '+12125550177' } },
    });
  });

  it('C08 a number that another user has is refused before a code is sent', async () => {
    const stage = new SmsStage({ numbers: pool, claims: { allowed: true } });
    await stage.context.numbers.claim('+12125550177', 9 as AccountId);
    const values = { way: 'own-number', number: '+12125550177' };
    await expect(register(stage.context, values, undefined)).rejects.toMatchObject({ code: 'nick-in-use' });
    expect(stage.carrier.sent).toEqual([]);
  });

  it('S12 a number of the gateway itself cannot be brought, though its codes would arrive here', async () => {
    const shared = { number: '+12125550101', carrier: 'main', shared: true };
    const stage = new SmsStage({ numbers: [shared], claims: { allowed: true } });
    const step = await register(stage.context, { way: 'own-number', number: shared.number }, undefined);
    expect(form(step).problem).toEqual({ key: 'sms-number-of-gateway' });
    expect(stage.carrier.sent).toEqual([]);
  });

  it('S17 codes go only where texts may go', async () => {
    const stage = new SmsStage({ numbers: pool, claims: { allowed: true } });
    const values = { way: 'own-number', number: '+442079460000' };
    await expect(register(stage.context, values, undefined)).rejects.toMatchObject({ code: 'forbidden' });
    expect(stage.carrier.sent).toEqual([]);
  });

  it('C11 an account with a provider is asked for, its password is never shown', async () => {
    const api = await startTwilioApi();
    onTestFinished(() => api.stop());
    const stage = new SmsStage({ providers: { mine: { kind: 'twilio', apiBase: api.base } } });
    const values = { way: 'own-provider', number: '+12125550177' };
    const asked = form(await register(stage.context, values, undefined));
    const empty = form(await asked.submit({ provider: 'mine', user: ' ', password: '' }));
    expect(empty.problem).toEqual({ key: 'sms-provider-incomplete' });
    const malformed = form(await empty.submit({ provider: 'mine', user: 'AC1', password: 'token' }));
    expect(malformed.problem).toEqual({ key: 'sms-provider-malformed' });
    const { accountSid, authToken } = api;
    const given = { provider: 'mine', user: accountSid, password: authToken };
    const done = await malformed.submit(given);
    if (done.kind !== 'done') throw new Error('not done');
    expect(done.result.secrets).toEqual({ provider: authToken });
    const account = { ...stage.account(1, done.result.settings), secrets: { provider: authToken } };
    const again = form(await register(stage.context, {}, account));
    expect(JSON.stringify(again.form)).not.toContain(authToken);
    const kept = await again.submit({ ...given, password: '' });
    if (kept.kind !== 'done') throw new Error('not done');
    expect(kept.result.secrets).toEqual({ provider: authToken });
    expect(kept.result.settings?.provider).toEqual(done.result.settings?.provider);
  });

  it('C06 C07 a provider that refuses the account, or is away, leaves everything as it was', async () => {
    const api = await startTwilioApi();
    const stage = new SmsStage({ providers: { mine: { kind: 'twilio', apiBase: api.base } } });
    const values = { way: 'own-provider', number: '+12125550177' };
    const asked = form(await register(stage.context, values, undefined));
    const wrong = { provider: 'mine', user: api.accountSid, password: 'wrong' };
    const refused = form(await asked.submit(wrong));
    expect(refused.problem).toEqual({ key: 'sms-provider-refused' });
    await api.stop();
    await expect(refused.submit(wrong)).rejects.toMatchObject({
      code: 'network-unreachable',
      outcome: 'not-sent',
      retryable: true,
    });
  });
});
