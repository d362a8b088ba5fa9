import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RpcFailure } from '../../servers/telegram/wire/schema.js';
import type { Authorisation, Person } from '../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
  one = await stage.login(alice);
});
afterEach(() => stage.close());

const authorisation = () => [...stage.server.world.authorisations.values()][0] as Authorisation;

describe('a session that is no more', () => {
  it.each([
    [401, 'SESSION_REVOKED'],
    [401, 'AUTH_KEY_UNREGISTERED'],
    [401, 'USER_DEACTIVATED'],
    [406, 'AUTH_KEY_DUPLICATED'],
  ])('is told once, and nothing is asked of the server any more: %i %s', async (code, reason) => {
    stage.server.revoke(authorisation(), new RpcFailure(code, reason));
    await one.until(() => one.losses.length > 0);
    for (let count = 0; count < 3; count += 1)
      await expect(one.client.me()).rejects.toMatchObject({ kind: 'lost' });
    expect(one.losses).toHaveLength(1);
    expect(stage.server.sessionsOf(alice)).toHaveLength(0);
  });

  it('is told when the server has lost its key', async () => {
    stage.server.forgetKeys(alice);
    stage.server.centres[0]?.drop();
    await one.until(() => one.losses.length > 0);
    expect(one.losses).toEqual(['AUTH_KEY_UNREGISTERED']);
  });

  it('is ended by logging out', async () => {
    await one.client.logOut();
    expect(stage.server.world.authorisations.size).toBe(0);
    expect(one.losses).toEqual([]);
  });
});

describe('other sessions of the account', () => {
  it('are listed, and can be ended', async () => {
    const two = await stage.login(alice);
    const sessions = await one.client.otherSessions();
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    const other = sessions.find(({ current }) => !current);
    expect(other).toMatchObject({ device: 'gateway' });
    await one.client.endSession(other?.id ?? '');
    await two.until(() => two.losses.length > 0);
    expect(one.losses).toEqual([]);
    expect(stage.server.count(Api.account.ResetAuthorization)).toBe(1);
  });
});
