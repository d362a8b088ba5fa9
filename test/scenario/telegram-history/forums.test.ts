import { afterEach, expect, it } from 'vitest';
import { settingsWith } from '../../../gateways/telegram/account/chat-settings.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { wholeArchive } from '../../support/telegram/archive.js';
import { DOMAIN, ROMEO } from '../../support/telegram/gateway-stage.js';
import { type Company, company, enter } from '../../support/telegram/room-talk.js';

let all: Company;
afterEach(() => all.stage.stop());

/** A forum with two topics in which the lines were said in turn. */
async function forum(topics: 'rooms' | 'threads', lines: number) {
  let place: ChannelPlace | undefined;
  let topic = 0;
  all = await company({}, ({ romeo, juliet }) => {
    place = juliet.as.createsChannel({ title: 'Tea', forum: true }, romeo);
    const green = juliet.as.opensTopic(place, 'Green');
    topic = green.id;
    const black = juliet.as.opensTopic(place, 'Black');
    for (let line = 1; line <= lines; line += 1)
      juliet.saysIn(line % 2 === 0 ? green : black, `line ${line}`, place);
  });
  const { stage } = all;
  await stage.stopGateway();
  const { id, settings } = await stage.store.accounts.ensure(DOMAIN, ROMEO);
  await stage.store.accounts.update(id, { settings: settingsWith({ settings }, { topics }) });
  await stage.startGateway();
  await stage.begun();
  if (!place) throw new Error('there is no forum');
  return { place, topic };
}

it('I18 a topic that is a room has what was said in it alone', async () => {
  const { place, topic } = await forum('rooms', 130);
  const { stage } = all;
  const { room } = await enter(stage, { kind: 'channel', id: `${place.id}.${topic}` as unknown as number });
  const bodies = (await wholeArchive(stage, room)).filter((body) => body.startsWith('line'));
  expect(bodies).toEqual(Array.from({ length: 65 }, (_, index) => `line ${2 * (index + 1)}`));
});

it('I18 a forum that is one room has what was said in all of its topics, and says in which', async () => {
  const { place } = await forum('threads', 130);
  const { stage } = all;
  const { room } = await enter(stage, place);
  const bodies = (await wholeArchive(stage, room)).filter((body) => body.includes('line'));
  expect(bodies.map((body) => body.split('\n')[0])).toEqual(
    Array.from({ length: 130 }, (_, index) => `line ${index + 1}`),
  );
  expect(bodies.some((body) => body.includes('Green'))).toBe(true);
});
