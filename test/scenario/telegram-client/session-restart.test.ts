import { Api } from 'telegram';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { post } from '../../servers/telegram/world/posting.js';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open();
});
afterEach(() => stage.close());

it('goes on after a restart without logging in, with what was said meanwhile, once and in order', async () => {
  const { server } = stage;
  const alice = server.world.addPerson({ firstName: 'Alice', phone: '491701234567', homeCentre: 2 });
  const bob = server.world.addPerson({ firstName: 'Bob' });
  const one = await stage.login(alice);
  post(server, bob, alice, { text: 'before' });
  await one.next('message');
  await one.client.stop();
  for (let index = 0; index < 250; index += 1) post(server, bob, alice, { text: `${index}` });
  await one.restart();
  await one.until(() => one.at?.pts === alice.box.pts);
  expect(one.texts).toEqual(Array.from({ length: 250 }, (_, index) => `${index}`));
  expect(server.count(Api.auth.SendCode)).toBe(0);
});
