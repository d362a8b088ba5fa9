import { expect, it } from 'vitest';
import { DOMAIN, ROMEO, RoomStage } from '../../support/core/room-stage.js';

const BOUNCES = 20;
const bounce = `<message type='error' from='${ROMEO}' to='romeo%person@${DOMAIN}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;

async function online(): Promise<RoomStage> {
  const stage = new RoomStage();
  const account = await stage.store.accounts.ensure(DOMAIN, 'romeo@example.org');
  await stage.store.accounts.update(account.id, { registered: true });
  await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
  stage.take();
  return stage;
}

it('S15 a user whose server returns everything counts as offline; nothing of him is erased', async () => {
  const stage = await online();
  for (let n = 1; n < BOUNCES; n += 1) await stage.receive(bounce);
  expect(stage.take()).toEqual([]);
  await stage.receive(bounce);
  expect(stage.take().map(({ name, attrs }) => [name, attrs.type, attrs.to])).toEqual([
    ['presence', 'unavailable', 'romeo@example.org'],
  ]);
  await stage.receive(bounce);
  expect(stage.take()).toEqual([]);
  expect((await stage.store.accounts.find(DOMAIN, 'romeo@example.org'))?.registered).toBe(true);
});

it('S15 a sign of life starts the count anew', async () => {
  const stage = await online();
  for (let n = 1; n < BOUNCES; n += 1) await stage.receive(bounce);
  await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
  await stage.receive(bounce);
  expect(stage.take().filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
});
