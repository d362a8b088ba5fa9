import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { floodWait } from '../../servers/telegram/faults.js';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import { pageBefore, pageOf, wholeArchive } from '../../support/telegram/archive.js';
import { type Company, company, enter, saidIn } from '../../support/telegram/room-talk.js';

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

/** Pages as large as anybody asks for. */
const WIDE = { domain: { archive: { enabled: true, history: 20, maxPage: 1_000 } } };

let all: Company;
afterEach(() => all.stage.stop());

/** Juliet and the nurse have said so many lines in turn before Romeo logged in; the last is the newest. */
async function spoken(make: (company: Company) => ChannelPlace | GroupPlace, lines: number) {
  let place: ChannelPlace | GroupPlace | undefined;
  all = await company(WIDE, (before) => {
    place = make(before);
    for (const [index, line] of numbered(1, lines).entries())
      (index % 2 === 0 ? before.juliet : before.nurse).says(line, place);
  });
  if (!place) throw new Error('there is no group');
  return place;
}

const supergroup = ({ juliet, romeo, nurse }: Company) =>
  juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
const basicGroup = ({ juliet, romeo, nurse }: Company) => juliet.as.createsGroup('Verona', romeo, nurse);

describe.each([
  ['a supergroup', supergroup],
  ['a basic group', basicGroup],
])('what was said in %s before the gateway was there', (_name, make) => {
  it('is there for a newcomer, and page by page for who scrolls back, once and in order', async () => {
    const place = await spoken(make, 260);
    const { stage } = all;
    const { room, history } = await enter(stage, place);
    expect(history.slice(-3)).toEqual(numbered(258, 260));
    const bodies = (await wholeArchive(stage, room)).filter((body) => body.startsWith('line'));
    expect(bodies).toEqual(numbered(1, 260));
    all.juliet.says('line 261', place);
    await saidIn(stage, room, 'line 261');
    const again = (await wholeArchive(stage, room, 100)).filter((body) => body.startsWith('line'));
    expect(again).toEqual(numbered(1, 261));
  });

  it('F22 keeps its authors and what is answered', async () => {
    const place = await spoken(make, 3);
    const { stage, juliet, nurse } = all;
    juliet.answers(nurse.says('a question', place), 'an answer', place);
    const { room } = await enter(stage, place);
    const page = await pageBefore(stage, room);
    const sent = stage.heard.all.flatMap((one) => {
      const message = one
        .child('result', NS.MAM)
        ?.child('forwarded', NS.FORWARD)
        ?.child('message', NS.CLIENT);
      return message ?? [];
    });
    const answer = sent.find((one) => one.childText('body')?.endsWith('an answer'));
    expect(answer?.attrs.from).toBe(`${room}/Juliet`);
    const index = page.bodies.indexOf('a question');
    expect(answer?.child('reply', NS.REPLY)?.attrs.id).toBe(page.ids[index]);
  });
});

it('a wait that Telegram imposes fails no query', async () => {
  const place = await spoken(supergroup, 120);
  const { stage, server } = all;
  const { room } = await enter(stage, place);
  server.faults.next(Api.messages.GetHistory, floodWait(3_600));
  const page = await pageBefore(stage, room, '', 1_000);
  expect(page.bodies.at(-1)).toBe('line 120');
  expect(page.complete).toBe(false);
});

it('I18 a query by time reads as far back as that', async () => {
  const place = await spoken(supergroup, 150);
  const { stage } = all;
  const { room } = await enter(stage, place);
  const start = `<field var='start'><value>2001-01-01T00:00:00Z</value></field>`;
  const page = await pageOf(stage, room, '<max>1000</max>', start);
  expect(page.bodies.filter((body) => body.startsWith('line'))).toEqual(numbered(1, 150));
});

it('a group that became a supergroup has its words from before', async () => {
  const group = (await spoken(basicGroup, 120)) as GroupPlace;
  const { stage, juliet, nurse } = all;
  const place = juliet.as.migrates(group);
  for (const line of numbered(121, 240)) nurse.says(line, place);
  const heard = async () => (await pageBefore(stage, stage.jid(group))).bodies.at(-1);
  await expect.poll(heard, { timeout: 10_000 }).toBe('line 240');
  const { room } = await enter(stage, group);
  const bodies = (await wholeArchive(stage, room)).filter((body) => body.startsWith('line'));
  expect(bodies).toEqual(numbered(1, 240));
});
