import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import { pageOf, wholeArchive } from '../../support/telegram/archive.js';
import { ORCHARD } from '../../support/telegram/gateway-stage.js';
import { type Company, company, enter, saidIn } from '../../support/telegram/room-talk.js';

/** Missed messages that are read anew at most. */
const MOST = 30;
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

let all: Company;
let verona: ChannelPlace;
let mantua: GroupPlace;
beforeEach(async () => {
  all = await company({ telegram: { conversations: { retryMs: 20, missedMessages: MOST } } });
  const { romeo, juliet, nurse } = all;
  verona = juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
  mantua = juliet.as.createsGroup('Mantua', romeo, nurse);
});
afterEach(() => all.stage.stop());

/** The gateway is away while people speak; resolves when it is there again. */
async function away(speak: () => void): Promise<void> {
  const { stage } = all;
  await stage.stopGateway();
  speak();
  stage.heard.clear();
  await stage.startGateway();
  await stage.begun();
}

describe.each([
  ['after a short absence', false],
  ['after one that was too long for Telegram to tell', true],
])('what was missed %s', (_name, tooLong) => {
  beforeEach(() => {
    if (!tooLong) return;
    all.server.tooLong = 10;
    all.server.channelTooLong = 10;
  });

  it('F08 of private talk comes once, in order', async () => {
    const { stage, juliet, romeo } = all;
    const from = stage.jid(juliet);
    juliet.says('before', romeo);
    await stage.message(from, 'before');
    await away(() => {
      for (const line of lines(20)) juliet.says(line, romeo);
    });
    juliet.says('after', romeo);
    await stage.message(from, 'after');
    expect(stage.bodies(from)).toEqual(['before', ...lines(20), 'after']);
  });

  it.each([
    ['a supergroup', () => verona],
    ['a basic group', () => mantua],
  ])('F08 in %s is there once, in order, for whoever comes in and in the archive', async (_kind, where) => {
    const { stage, juliet, nurse } = all;
    const { room } = await enter(stage, where());
    juliet.says('before', where());
    await saidIn(stage, room, 'before');
    await away(() => {
      for (const line of lines(20)) nurse.says(line, where());
    });
    nurse.says('after', where());
    await stage.next(({ attrs }) => attrs.from?.startsWith(room) === true, 'an invitation');
    const archived = async () =>
      (await wholeArchive(stage, room)).filter((body) => /^(before|after|line \d+)$/.test(body));
    await expect.poll(archived, { timeout: 10_000 }).toEqual(['before', ...lines(20), 'after']);
    const { history } = await enter(stage, where(), ORCHARD);
    expect(history.slice(-20)).toEqual([...lines(20).slice(1), 'after']);
  });
});

it.each([
  ['a supergroup', () => verona],
  ['a basic group', () => mantua],
])(
  'F08 of far too much in %s the newest comes, and the rest is read when somebody asks',
  async (_kind, where) => {
    const { stage, server, juliet, nurse } = all;
    server.tooLong = 10;
    server.channelTooLong = 10;
    const { room } = await enter(stage, where());
    juliet.says('before', where());
    await saidIn(stage, room, 'before');
    await away(() => {
      for (const line of lines(150)) nurse.says(line, where());
    });
    nurse.says('after', where());
    await stage.next(({ attrs }) => attrs.from?.startsWith(room) === true, 'an invitation');
    const archived = async () =>
      (await wholeArchive(stage, room)).filter((body) => /^(before|after|line \d+)$/.test(body));
    await expect.poll(archived, { timeout: 10_000 }).toEqual(['before', ...lines(150), 'after']);
    const [known] = (await pageOf(stage, room, '<max>1000</max>')).ids;
    const next = await pageOf(stage, room, `<max>20</max><after>${known}</after>`);
    expect(next.bodies).toHaveLength(20);
  },
);
