import { describe, expect, it } from 'vitest';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { HistoryStage, TEA_ROOM } from '../../support/core/history-stage.js';
import { DOMAIN, ROMEO, TEA } from '../../support/core/room-stage.js';

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

describe('history that the network remembers', () => {
  it('I18 a query that goes beyond what was told is answered with what the network has, in order', async () => {
    const stage = await HistoryStage.open({ page: 10 });
    stage.were(...numbered(1, 25));
    await stage.told('m26', 'm27');
    const last = await stage.back('', 5);
    expect(last).toMatchObject({ bodies: numbered(23, 27), complete: false });
    expect([...last.times]).toEqual([...last.times].sort((a, b) => a - b));
    const before = await stage.back(last.ids[0], 15);
    expect(before).toMatchObject({ bodies: numbered(8, 22), complete: false });
    const first = await stage.back(before.ids[0], 15);
    expect(first).toMatchObject({ bodies: numbered(1, 7), complete: true });
    const asked = stage.past.asked.length;
    expect((await stage.everything()).bodies).toEqual(numbered(1, 27));
    expect(stage.past.asked).toHaveLength(asked);
  });

  it('I18 a room of which nothing was ever told is read too, also from its beginning and by time', async () => {
    const stage = await HistoryStage.open();
    stage.were(...numbered(1, 30));
    expect(await stage.query({}, '<max>10</max>')).toMatchObject({
      bodies: numbered(1, 10),
      complete: false,
    });
    const times = stage.past.of(TEA_ROOM).map(({ time }) => new Date(time).toISOString());
    const since = await stage.query({ start: times[24] ?? '' });
    expect(since).toMatchObject({ bodies: numbered(25, 30), complete: true });
    const until = await stage.query({ end: times[4] ?? '' }, '<before/>');
    expect(until).toMatchObject({ bodies: numbered(1, 5), complete: true });
  });

  it('S17 one query reads only so many pages, and the next goes on', async () => {
    const stage = await HistoryStage.open({ page: 5, pagesPerQuery: 2 });
    stage.were(...numbered(1, 30));
    const answer = await stage.back('', 20);
    expect(answer).toMatchObject({ bodies: numbered(21, 30), complete: false });
    expect(stage.past.asked).toHaveLength(2);
    expect(await stage.back(answer.ids[0], 20)).toMatchObject({ bodies: numbered(11, 20), complete: false });
  });

  it('S17 nothing older is read where a room has as much as it may have', async () => {
    const stage = await HistoryStage.open({ page: 5, perRoom: 10 });
    stage.were(...numbered(1, 30));
    await stage.back('', 10);
    expect(stage.past.asked).toHaveLength(2);
    expect(await stage.back('', 20)).toMatchObject({ bodies: numbered(21, 30), complete: false });
    expect(stage.past.asked).toHaveLength(2);
  });

  it('S17 a network that refuses fails no query, and is left alone for a while', async () => {
    const stage = await HistoryStage.open({ pauseMs: 60_000 });
    stage.were('m1');
    await stage.told('m2');
    stage.past.failures = 1;
    expect(await stage.back()).toMatchObject({ bodies: ['m2'], complete: false });
    expect(await stage.back()).toMatchObject({ bodies: ['m2'], complete: false });
    expect(stage.past.asked).toHaveLength(1);
    expect(stage.faults).toEqual([]);
  });

  it('a network that is slow is not waited for; what it brings late is there the next time', async () => {
    const stage = await HistoryStage.open({ timeoutMs: 1 });
    stage.were('m1');
    await stage.told('m2');
    let release = (): void => undefined;
    stage.past.hold = new Promise((resolve) => {
      release = resolve;
    });
    const asked = stage.receive(
      `<iq type='set' id='slow' from='${ROMEO}' to='${TEA}'><query xmlns='${NS.MAM}'><set xmlns='${NS.RSM}'><before/></set></query></iq>`,
    );
    await asked;
    while (!stage.take().some(({ attrs }) => attrs.id === 'slow'))
      await new Promise((done) => setTimeout(done, 1));
    release();
    await stage.settled();
    expect(await stage.back()).toMatchObject({ bodies: ['m1', 'm2'], complete: true });
    expect(stage.past.asked).toHaveLength(1);
  });

  it('queries at the same time share what is read', async () => {
    const stage = await HistoryStage.open();
    stage.were(...numbered(1, 8));
    const query = (id: string) =>
      `<iq type='set' id='${id}' from='${ROMEO}' to='${TEA}'><query xmlns='${NS.MAM}'><set xmlns='${NS.RSM}'><before/></set></query></iq>`;
    await stage.receive(query('a') + query('b') + query('c'));
    await stage.settled();
    const sent = stage.take();
    expect(sent.filter(({ name }) => name === 'iq')).toHaveLength(3);
    expect(sent.filter((stanza) => stanza.child('result', NS.MAM))).toHaveLength(24);
    expect(stage.past.asked).toHaveLength(1);
  });

  it('F08 what was missed lies in its place, whichever way it is asked for', async () => {
    for (const way of ['forward', 'backward'] as const) {
      const stage = await HistoryStage.open({ page: 3, pagesPerQuery: 9 });
      await stage.told('m1', 'm2');
      stage.were(...numbered(3, 12));
      const [next] = stage.were('m13');
      if (!next?.id) throw new Error('no message');
      await stage.host.emit(stage.accountOf('romeo@example.org'), {
        ...{ type: 'room-missed', room: TEA_ROOM, before: next.id },
      });
      await stage.brings('m13', next);
      const known = await stage.query({ end: new Date((next.time ?? 0) - 11_000).toISOString() });
      expect(known.bodies).toEqual(['m1', 'm2']);
      const page = way === 'forward' ? await stage.on(known.ids[1] ?? '', 4) : await stage.back('', 5);
      expect(page.bodies).toEqual(way === 'forward' ? numbered(3, 6) : numbered(9, 13));
      expect(stage.past.asked.at(-1)?.from).toBe(way === 'forward' ? 'oldest' : 'newest');
      expect((await stage.everything()).bodies).toEqual(numbered(1, 13));
    }
  });

  it('F08 a gap before what is known already is none', async () => {
    const stage = await HistoryStage.open();
    await stage.told('m1', 'm2');
    const [, second] = stage.past.of(TEA_ROOM);
    const missed = { type: 'room-missed', room: TEA_ROOM, before: second?.id as NetworkMessageId } as const;
    await stage.host.emit(stage.accountOf('romeo@example.org'), missed);
    await stage.everything();
    const asked = stage.past.asked.length;
    expect((await stage.on((await stage.back()).ids[0] ?? '')).bodies).toEqual(['m2']);
    expect(stage.past.asked).toHaveLength(asked);
  });

  it('somebody who comes into a room for the first time finds what was said last', async () => {
    const stage = await HistoryStage.open({ newcomer: 3 });
    stage.were(...numbered(1, 9));
    await stage.enter(ROMEO, 'Romeo');
    const shown = stage.take(ROMEO).filter(({ attrs }) => attrs.type === 'groupchat');
    const said = shown.filter((stanza) => stanza.child('body'));
    expect(said.map((stanza) => stanza.childText('body'))).toEqual(numbered(1, 9));
    expect(said.every((stanza) => stanza.child('delay', NS.DELAY))).toBe(true);
    expect(shown.at(-1)?.child('subject')).toBeDefined();
    await stage.leave(ROMEO, 'Romeo');
    await stage.enter(ROMEO, 'Romeo');
    expect(stage.past.asked).toHaveLength(1);
  });

  it('F22 replies, edits and retractions find what was read, and replies in it name each other', async () => {
    const stage = await HistoryStage.open();
    const [first] = stage.were('m1');
    stage.past.say(TEA_ROOM, 'm2', stage.tick(), {
      replyTo: { id: first?.id as NetworkMessageId, own: false },
    });
    const { ids } = await stage.everything();
    await stage.join(ROMEO, 'Romeo');
    await stage.brings('m3', { replyTo: { id: first?.id as NetworkMessageId, own: false } });
    const [live] = stage.take(ROMEO).filter((stanza) => stanza.childText('body')?.endsWith('m3'));
    expect(live?.child('reply', NS.REPLY)?.attrs.id).toBe(ids[0]);
    const sent = await stage.ask('set', ROMEO, TEA, `<query xmlns='${NS.MAM}'/>`);
    const answers = sent.flatMap((stanza) => {
      const message = stanza
        .child('result', NS.MAM)
        ?.child('forwarded', NS.FORWARD)
        ?.child('message', NS.CLIENT);
      return message?.child('reply', NS.REPLY)?.attrs.id ?? [];
    });
    expect(answers).toEqual([ids[0], ids[0]]);
  });

  it('S03 blocked people are not heard in what is read either', async () => {
    const stage = await HistoryStage.open();
    await stage.receive(
      `<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>block bob</body></message>`,
    );
    for (const nick of ['Alice', 'Bob', 'Alice'])
      stage.past.say(TEA_ROOM, `from ${nick}`, stage.tick(), { nick });
    expect((await stage.everything()).bodies).toEqual(['from Alice', 'from Alice']);
  });

  it('of files that are not fetched it is said what they are', async () => {
    const stage = await HistoryStage.open({ files: 1 });
    let opened = 0;
    const photo = (name: string) => ({
      ...{ name, size: 2_000_000 },
      open: () => {
        opened += 1;
        return Promise.reject(new Error('no such file'));
      },
    });
    stage.past.say(TEA_ROOM, '', stage.tick(), { attachments: [photo('old.jpg')] });
    stage.past.say(TEA_ROOM, '', stage.tick(), { attachments: [photo('new.jpg')] });
    const { bodies } = await stage.everything();
    expect(bodies[0]).toContain('old.jpg');
    expect(bodies[1]).toContain('new.jpg');
    expect(opened).toBeLessThanOrEqual(1);
  });
});
