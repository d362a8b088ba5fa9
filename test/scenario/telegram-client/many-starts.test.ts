import { Api } from 'telegram';
import { afterEach, expect, it } from 'vitest';
import { held } from '../../servers/telegram/faults.js';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
afterEach(() => stage.close());

it('connects accounts one after the other that start together', async () => {
  stage = await ClientStage.open(1, { atOnce: 1, perSecond: 1_000 });
  const { server } = stage;
  const greetings = [held(), held(), held()];
  server.faults.next(Api.help.GetConfig, ...greetings.map(({ fault }) => fault));
  const people = ['Alice', 'Bob', 'Carol'].map((firstName) => server.world.addPerson({ firstName }));
  const starts = Promise.all(people.map((person) => stage.login(person)));
  for (const { release } of greetings) {
    await server.asked(Api.help.GetConfig);
    expect(server.count(Api.help.GetConfig)).toBe(0);
    release();
  }
  await expect(starts).resolves.toHaveLength(3);
});

it('lets whoever logs in pass by those who wait', async () => {
  stage = await ClientStage.open(1, { atOnce: 1, perSecond: 1_000 });
  const { server } = stage;
  const { fault, release } = held();
  server.faults.next(Api.help.GetConfig, fault);
  const start = stage.login(server.world.addPerson({ firstName: 'Alice' }));
  await server.asked(Api.help.GetConfig);
  server.world.addPerson({ firstName: 'Bob', phone: '491701234567' });
  const one = stage.client();
  await expect(one.client.login.sendCode('491701234567')).resolves.toMatchObject({ kind: 'code' });
  release();
  await start;
});
