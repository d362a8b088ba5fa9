import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptLogin } from '../../servers/telegram/api/qr.js';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open();
});
afterEach(() => stage.close());

function tokenOf(link: string): Buffer {
  return Buffer.from(link.replace('tg://login?token=', ''), 'base64url');
}

describe('logging in by a link that another device takes (C21)', () => {
  it('C21 is logged in once the link was taken', async () => {
    const alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
    const { login } = stage.client().client;
    const qr = await login.qr();
    acceptLogin(stage.server, alice, tokenOf(qr.link));
    expect(await qr.taken).toMatchObject({ kind: 'done', me: { firstName: 'Alice' } });
  });

  it('C21 follows to the data centre where the account lives, and asks for its second factor', async () => {
    const alice = stage.server.world.addPerson({ firstName: 'Alice', homeCentre: 2, password: 'geheim' });
    const one = stage.client();
    const qr = await one.client.login.qr();
    acceptLogin(stage.server, alice, tokenOf(qr.link));
    expect(await qr.taken).toEqual({ kind: 'password' });
    expect(await one.client.login.password('geheim')).toMatchObject({ kind: 'done' });
    expect((await stage.server.asked(Api.auth.CheckPassword)).centre).toBe(2);
  });

  it('C21 a link that nobody takes ends, and another one follows', async () => {
    // So far in the future that the link is too old for this machine when it comes.
    stage.server.clockAhead = -60_000;
    const { login } = stage.client().client;
    const first = await login.qr();
    expect(await first.taken).toEqual({ kind: 'expired' });
    expect((await login.qr()).link).not.toBe(first.link);
  });
});
