import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open();
});
afterEach(() => stage.close());

it('C21 asks for the second factor by SRP, as often as it is wrong', async () => {
  const phone = '491701234567';
  const password = 'korrekt, Pferd';
  stage.server.world.addPerson({ firstName: 'Alice', phone, password, passwordHint: 'a horse' });
  const { login } = stage.client().client;
  const sent = await login.sendCode(phone);
  const code = stage.server.codes.get(phone)?.code ?? '';
  expect(await login.signIn(phone, sent.kind === 'code' ? sent.hash : '', code)).toEqual({
    ...{ kind: 'password', hint: 'a horse' },
  });
  await expect(login.password('falsch')).rejects.toMatchObject({ reason: 'PASSWORD_HASH_INVALID' });
  expect(await login.password(password)).toMatchObject({ kind: 'done', me: { firstName: 'Alice' } });
});
