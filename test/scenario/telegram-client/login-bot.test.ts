import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open();
});
afterEach(() => stage.close());

it('a bot is logged in by its token, wherever it lives', async () => {
  const facts = { firstName: 'Relay', bot: true, botToken: '1:secret', homeCentre: 2 };
  const bot = stage.server.world.addPerson(facts);
  const { login } = stage.client().client;
  await expect(login.bot('1:wrong')).rejects.toMatchObject({ kind: 'refused' });
  expect(await login.bot('1:secret')).toMatchObject({ kind: 'done', me: { id: `u${bot.id}`, bot: true } });
});
