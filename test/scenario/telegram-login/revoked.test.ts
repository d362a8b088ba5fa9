import { afterEach, expect, it } from 'vitest';
import { RpcFailure } from '../../servers/telegram/wire/schema.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { DOMAIN, ORCHARD } from '../../support/telegram/gateway-stage.js';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';

let stage: LoginStage;
let alice: ScriptedPerson;
afterEach(() => stage.stop());

const LOST = 'Telegram has ended this session';
const timesTold = () => stage.gateway.bodies(DOMAIN).filter((body) => body.includes(LOST)).length;
const connections = () => stage.gateway.server.centres.map((centre) => centre.connections);

async function loggedIn(): Promise<void> {
  stage = await LoginStage.start();
  alice = stage.gateway.server.person('Alice', { phone: PHONE });
  await stage.gateway.login(alice);
}

/** The gateway has answered: what it had to say before has been said. */
async function answered(): Promise<void> {
  await stage.gateway.write(DOMAIN, 'help');
  await stage.gateway.message(DOMAIN, 'register');
}

it('S18 C21 a session that was ended elsewhere is told once, also over a restart, and is not tried again', async () => {
  await loggedIn();
  alice.endsSession();
  const told = await stage.gateway.message(DOMAIN, LOST);
  expect(told.childText('body')).toContain('Register again');
  await expect.poll(connections).toEqual([0, 0]);
  await stage.gateway.restart();
  await stage.gateway.receive(`<presence from='${ORCHARD}' to='${DOMAIN}'/>`);
  await answered();
  expect(timesTold()).toBe(1);
  expect(connections()).toEqual([0, 0]);
  // Another login is another session, of which there may be news again.
  const { talk } = await stage.begin();
  expect((await talk.answer('code', stage.code())).text).toContain('logged in');
  await stage.gateway.begun();
  alice.endsSession();
  await stage.gateway.message(DOMAIN, LOST);
  expect(timesTold()).toBe(2);
});

it('S18 C21 who was offline hears of it when he comes, after a restart too', async () => {
  await loggedIn();
  await stage.gateway.receive(`<presence type='unavailable' from='${ORCHARD}' to='${DOMAIN}'/>`);
  alice.endsSession();
  await expect.poll(connections).toEqual([0, 0]);
  await stage.gateway.restart();
  expect(timesTold()).toBe(0);
  await stage.gateway.receive(`<presence from='${ORCHARD}' to='${DOMAIN}'/>`);
  await stage.gateway.message(DOMAIN, LOST);
});

it('C21 an account that Telegram has closed is told as such', async () => {
  await loggedIn();
  const [authorisation] = [...stage.gateway.server.world.authorisations.values()];
  if (authorisation) stage.gateway.server.revoke(authorisation, new RpcFailure(401, 'USER_DEACTIVATED_BAN'));
  await stage.gateway.message(DOMAIN, 'Telegram has closed or blocked this account.');
});
