import { Api } from 'telegram';
import { computeCheck } from 'telegram/Password.js';
import { afterEach, describe, expect, it } from 'vitest';
import { RpcFailure } from '../../../servers/telegram/wire/schema.js';
import { Stages } from './stage.js';

describe('logins', () => {
  const stages = new Stages();
  afterEach(() => stages.close());

  const api = { apiId: 1, apiHash: 'hash' };

  async function stage() {
    const all = await stages.open();
    const there = await all.join();
    const sendCode = async (phoneNumber: string) => {
      const sent = await there.client.invoke(
        new Api.auth.SendCode({ ...{ phoneNumber, ...api }, settings: new Api.CodeSettings({}) }),
      );
      return sent as Api.auth.SentCode;
    };
    const signIn = (phoneNumber: string, phoneCodeHash: string, phoneCode?: string) =>
      there.client.invoke(
        new Api.auth.SignIn({ phoneNumber, phoneCodeHash, ...(phoneCode !== undefined && { phoneCode }) }),
      );
    return { ...all, there: there.client, hears: there, sendCode, signIn };
  }

  it('sends codes to other clients, and counts wrong ones', async () => {
    const { server, alice, next, sendCode, signIn } = await stage();
    const sent = await sendCode('+49 170 1234567');
    expect(sent.type).toMatchObject({ className: 'auth.SentCodeTypeApp', length: 5 });
    const { code = '' } = server.codes.get('491701234567') ?? {};
    expect((await next(Api.UpdateNewMessage)).message).toMatchObject({
      message: expect.stringContaining(code),
    });
    const { phoneCodeHash } = sent;
    await expect(signIn('491701234567', 'other', code)).rejects.toThrow('PHONE_CODE_HASH_EMPTY');
    await expect(signIn('491701234567', phoneCodeHash, '1')).rejects.toThrow('PHONE_CODE_INVALID');
    expect(await signIn('491701234567', phoneCodeHash, code)).toMatchObject({ user: { self: true } });
    await next(Api.UpdateNewAuthorization);
    const again = await sendCode('491701234567');
    for (let wrong = 0; wrong < 5; wrong += 1)
      await expect(signIn('491701234567', again.phoneCodeHash, '1')).rejects.toThrow('PHONE_CODE_INVALID');
    const right = server.codes.get('491701234567')?.code ?? '';
    await expect(signIn('491701234567', again.phoneCodeHash, right)).rejects.toThrow('PHONE_CODE_EXPIRED');
    expect(alice.person.box.messages.size).toBe(2);
  });

  it('refuses numbers that are none, are banned, ask too often or have no account', async () => {
    const { server, sendCode, signIn, there } = await stage();
    await expect(sendCode('12')).rejects.toThrow('PHONE_NUMBER_INVALID');
    server.person('Mail', { phone: '49155551', codesBy: 'email' });
    server.person('Trent', { phone: '491555555', banned: true });
    await expect(sendCode('491555555')).rejects.toThrow('PHONE_NUMBER_BANNED');
    expect((await sendCode('49155551')).type.className).toBe('auth.SentCodeTypeEmailCode');
    const { phoneCodeHash } = await sendCode('4917099999');
    const { code = '' } = server.codes.get('4917099999') ?? {};
    expect(await signIn('4917099999', phoneCodeHash, code)).toBeInstanceOf(
      Api.auth.AuthorizationSignUpRequired,
    );
    const resent = await there.invoke(new Api.auth.ResendCode({ phoneNumber: '4917099999', phoneCodeHash }));
    expect(resent).toMatchObject({ type: { className: 'auth.SentCodeTypeSms' } });
    for (let sent = 2; sent < 5; sent += 1) await sendCode('4917099999');
    await expect(sendCode('4917099999')).rejects.toThrow('PHONE_NUMBER_FLOOD');
  });

  it('asks for the second factor', async () => {
    const { server, there, sendCode, signIn } = await stage();
    server.person('Carol', { phone: '4917011111', password: 'geheim', passwordHint: 'secret' });
    const { phoneCodeHash } = await sendCode('4917011111');
    const { code = '' } = server.codes.get('4917011111') ?? {};
    await expect(signIn('4917011111', phoneCodeHash, code)).rejects.toThrow('SESSION_PASSWORD_NEEDED');
    const check = async (password: string) => {
      const asked = await there.invoke(new Api.account.GetPassword());
      expect(asked.hint).toBe('secret');
      return there.invoke(new Api.auth.CheckPassword({ password: await computeCheck(asked, password) }));
    };
    await expect(check('falsch')).rejects.toThrow('PASSWORD_HASH_INVALID');
    expect(await check('geheim')).toMatchObject({ user: { firstName: 'Carol' } });
  });

  it('lets a client in by QR code, moving to the home data centre', async () => {
    const { server, alice, there, hears } = await stage();
    const ask = () => there.invoke(new Api.auth.ExportLoginToken({ ...api, exceptIds: [] }));
    const first = await ask();
    if (!(first instanceof Api.auth.LoginToken)) throw new Error('no token');
    alice.scans(`tg://login?token=${first.token.toString('base64url')}`);
    await hears.next(Api.UpdateLoginToken);
    expect(await ask()).toMatchObject({ authorization: { user: { firstName: 'Alice' } } });
    expect(() => alice.scans('tg://login?token=none')).toThrow('AUTH_TOKEN_INVALID');
    const far = server.person('Dave', { homeCentre: 2 });
    const second = await ask();
    if (!(second instanceof Api.auth.LoginToken)) throw new Error('no token');
    far.scans(`tg://login?token=${second.token.toString('base64url')}`);
    expect(await ask()).toMatchObject({ className: 'auth.LoginTokenMigrateTo', dcId: 2 });
  });

  it('ends sessions from elsewhere, and sends keys away that are used twice', async () => {
    const { server, alice, bob, client, join } = await stage();
    alice.endsSession();
    await expect(client.invoke(new Api.updates.GetState())).rejects.toThrow('SESSION_REVOKED');
    await expect(client.invoke(new Api.updates.GetState())).rejects.toThrow('AUTH_KEY_UNREGISTERED');
    const other = await join(bob);
    const known = [...server.world.authorisations.values()].find(({ person }) => person === bob.person);
    if (known) server.revoke(known, new RpcFailure(406, 'AUTH_KEY_DUPLICATED'));
    for (let time = 0; time < 2; time += 1)
      await expect(other.client.invoke(new Api.help.GetConfig())).rejects.toThrow('AUTH_KEY_DUPLICATED');
  });

  it('logs bots in, and out again', async () => {
    const { server, there } = await stage();
    const bot = server.person('Bot', { bot: true, botToken: '1:abc' });
    const enter = (botAuthToken: string) =>
      there.invoke(new Api.auth.ImportBotAuthorization({ ...{ flags: 0, ...api }, botAuthToken }));
    await expect(enter('nothing')).rejects.toThrow('ACCESS_TOKEN_INVALID');
    await expect(enter('2:abc')).rejects.toThrow('ACCESS_TOKEN_EXPIRED');
    expect(await enter('1:abc')).toMatchObject({ user: { bot: true } });
    await there.invoke(new Api.auth.LogOut());
    expect([...server.world.authorisations.values()].some(({ person }) => person === bot.person)).toBe(false);
  });
});
