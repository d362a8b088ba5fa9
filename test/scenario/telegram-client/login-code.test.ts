import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open();
});
afterEach(() => stage.close());

const PHONE = '491701234567';

describe('logging in by a code (C21)', () => {
  it.each([
    ['app', 'app'],
    ['sms', 'sms'],
    ['call', 'call'],
    ['flash-call', 'call'],
    ['missed-call', 'call'],
    ['email', 'email'],
    ['fragment', 'other'],
  ] as const)('C21 says where the code went: %s', async (codesBy, where) => {
    stage.server.world.addPerson({ firstName: 'Alice', phone: PHONE, codesBy });
    const sent = await stage.client().client.login.sendCode('+49 170 1234567');
    expect(sent).toMatchObject({ kind: 'code', where });
  });

  it('C21 is logged in with the right code, at the data centre where the account lives', async () => {
    const alice = stage.server.world.addPerson({ firstName: 'Alice', phone: PHONE, homeCentre: 2 });
    const one = stage.client();
    const sent = await one.client.login.sendCode(PHONE);
    const code = stage.server.codes.get(PHONE)?.code ?? '';
    const done = await one.client.login.signIn(PHONE, sent.kind === 'code' ? sent.hash : '', code);
    expect(done).toMatchObject({ kind: 'done', me: { id: `u${alice.id}`, firstName: 'Alice', self: true } });
    expect((await stage.server.asked(Api.auth.SignIn)).centre).toBe(2);
    // Goes on as it is, and after a restart.
    await one.client.start(undefined, new Map());
    await one.restart();
    expect(await one.client.me()).toMatchObject({ id: `u${alice.id}` });
    expect(stage.server.world.authorisations.size).toBe(1);
  });

  it('C21 a wrong code can be tried again', async () => {
    stage.server.world.addPerson({ firstName: 'Alice', phone: PHONE });
    const { login } = stage.client().client;
    const sent = await login.sendCode(PHONE);
    const hash = sent.kind === 'code' ? sent.hash : '';
    await expect(login.signIn(PHONE, hash, '1')).rejects.toMatchObject({
      ...{ kind: 'refused', reason: 'PHONE_CODE_INVALID' },
    });
    const code = stage.server.codes.get(PHONE)?.code ?? '';
    expect(await login.signIn(PHONE, hash, code)).toMatchObject({ kind: 'done', me: { firstName: 'Alice' } });
  });

  it('C21 a code that is too old is told as such', async () => {
    stage.server.world.addPerson({ firstName: 'Alice', phone: PHONE });
    const { login } = stage.client().client;
    const sent = await login.sendCode(PHONE);
    const known = stage.server.codes.get(PHONE);
    if (known) known.expired = true;
    await expect(
      login.signIn(PHONE, sent.kind === 'code' ? sent.hash : '', known?.code ?? ''),
    ).rejects.toMatchObject({ reason: 'PHONE_CODE_EXPIRED' });
  });

  it('a number without an account is told as such, and none is made', async () => {
    const { login } = stage.client().client;
    const sent = await login.sendCode(PHONE);
    const code = stage.server.codes.get(PHONE)?.code ?? '';
    expect(await login.signIn(PHONE, sent.kind === 'code' ? sent.hash : '', code)).toEqual({
      kind: 'no-account',
    });
    expect(stage.server.world.byPhone(PHONE)).toBeUndefined();
  });

  it('a banned number is refused', async () => {
    stage.server.world.addPerson({ firstName: 'Alice', phone: PHONE, banned: true });
    await expect(stage.client().client.login.sendCode(PHONE)).rejects.toMatchObject({
      ...{ kind: 'refused', reason: 'PHONE_NUMBER_BANNED' },
    });
  });
});
