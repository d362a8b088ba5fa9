import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open(1);
});
afterEach(() => stage.close());

describe('numbers that client and server have to agree on', () => {
  it.each([-3_600_000, 3_600_000])('a clock that is off by %i ms is no matter', async (ahead) => {
    stage.server.clockAhead = ahead;
    const alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
    const one = await stage.login(alice);
    expect(await one.client.me()).toMatchObject({ firstName: 'Alice' });
  });

  it('a clock that changes its mind is followed', async () => {
    const alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
    const one = await stage.login(alice);
    for (const ahead of [3_600_000, 7_200_000, -3_600_000, 0, -300_000]) {
      stage.server.clockAhead = ahead;
      const all = await Promise.all(Array.from({ length: 5 }, () => one.client.me()));
      expect(all.map(({ firstName }) => firstName)).toEqual(Array(5).fill('Alice'));
    }
    expect(one.states).not.toContain('away');
  });

  it('another salt is taken over, and what was said with the old one is said again', async () => {
    const alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
    const one = await stage.login(alice);
    for (let round = 0; round < 3; round += 1) {
      stage.server.changeSalts();
      const all = await Promise.all(Array.from({ length: 20 }, () => one.client.me()));
      expect(all).toHaveLength(20);
    }
    expect(stage.server.count(Api.users.GetUsers)).toBe(60);
  });
});
