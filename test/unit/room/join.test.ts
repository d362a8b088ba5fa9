import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { ArchiveEntry } from '../../../src/store/store.js';
import { NS } from '../../../src/xmpp/namespace.js';
import {
  codesOf,
  conditionOf,
  JULIET,
  ROMEO,
  ROMEO_PHONE,
  RoomStage,
  TEA,
  wordOf,
} from '../../support/core/room-stage.js';

describe('joining a room', () => {
  it('H09 I09 shows others, the user himself, history, one subject, in that order', async () => {
    const stage = new RoomStage();
    stage.world.enter('#tea', 'Alice');
    stage.world.enter('#tea', 'Bob');
    await stage.join(ROMEO, 'Romeo');
    stage.world.say('#tea', 'Alice', 'before');
    await stage.settled();
    stage.take();
    await stage.enter(ROMEO_PHONE, 'Romeo');
    const sent = stage.take();
    expect(sent.map(wordOf)).toEqual(['+Alice', '+Bob', '+Romeo', 'Alice: before', 'room: ()']);
    expect(sent.every(({ attrs }) => attrs.to === ROMEO_PHONE)).toBe(true);
    expect(codesOf(sent[2])).toEqual(['110']);
    expect(sent[4]?.elements().map(({ name }) => name)).toEqual(['subject']);
  });

  it('H10 H25 every presence has one muc#user with one item, and one occupant-id', async () => {
    const stage = new RoomStage();
    stage.world.enter('#tea', 'Alice', 'owner', 'moderator');
    await stage.enter(ROMEO, 'Romeo');
    stage.world.leave('#tea', 'Alice');
    await stage.settled();
    await stage.receive(`<presence type='unavailable' from='${ROMEO}' to='${TEA}/Romeo'/>`);
    const presences = stage.take().filter(({ name }) => name === 'presence');
    expect(presences.map(wordOf)).toEqual(['+Alice', '+Romeo', 'unavailable Alice', 'unavailable Romeo']);
    for (const presence of presences) {
      const x = presence.childrenNamed('x', NS.MUC_USER);
      expect(x).toHaveLength(1);
      expect(x[0]?.childrenNamed('item')).toHaveLength(1);
      expect(x[0]?.child('item')?.attrs).toHaveProperty('affiliation');
      expect(x[0]?.child('item')?.attrs).toHaveProperty('role');
      expect(presence.childrenNamed('occupant-id', NS.OCCUPANT_ID)).toHaveLength(1);
    }
    expect(presences[0]?.child('x')?.child('item')?.attrs).toMatchObject({
      affiliation: 'owner',
      role: 'moderator',
    });
  });

  it('H11 where addresses show: 100, the contact of others, the own JID for oneself', async () => {
    const stage = new RoomStage({ anonymous: false });
    stage.world.enter('#tea', 'Alice');
    await stage.enter(ROMEO, 'Romeo');
    const [alice, self] = stage.take();
    expect(alice?.child('x')?.child('item')?.attrs.jid).toBe('alice@memory.example.org');
    expect(self?.child('x')?.child('item')?.attrs.jid).toBe(ROMEO);
    expect(codesOf(self)).toEqual(['100', '110']);
    await stage.enter(JULIET, 'Juliet');
    const told = stage.take(ROMEO);
    expect(told[0]?.child('x')?.child('item')?.attrs.jid).toBe('juliet@memory.example.org');
  });

  it('H11 where addresses are hidden: no 100 and no jid', async () => {
    const stage = new RoomStage();
    stage.world.enter('#tea', 'Alice');
    await stage.enter(ROMEO, 'Romeo');
    const [alice, self] = stage.take();
    expect(alice?.child('x')?.child('item')?.attrs).not.toHaveProperty('jid');
    expect(codesOf(self)).toEqual(['110']);
  });

  it('H12 without a nick → jid-malformed', async () => {
    const stage = new RoomStage();
    await stage.receive(`<presence from='${ROMEO}' to='${TEA}'><x xmlns='${NS.MUC}'/></presence>`);
    const [error] = stage.take();
    expect(conditionOf(error)).toBe('jid-malformed');
    expect(error?.child('error')?.attrs.type).toBe('modify');
  });

  it('H13 the network gives another nick → in with it, 110 and 210', async () => {
    const stage = new RoomStage();
    stage.world.room('#tea');
    await stage.enter(ROMEO, 'R'.repeat(40));
    const [self] = stage.take();
    expect(self?.attrs.from).toBe(`${TEA}/${'R'.repeat(30)}`);
    expect(codesOf(self)).toEqual(['210', '110']);
  });

  it('I32 a room that did not exist → 201', async () => {
    const stage = new RoomStage();
    await stage.enter(ROMEO, 'Romeo');
    expect(codesOf(stage.take()[0])).toEqual(['201', '110']);
  });

  it.each([
    ['H14 a nick that somebody has', 'conflict', 'cancel'],
    ['H15 a banned user', 'forbidden', 'auth'],
    ['H15 a wrong password', 'not-authorized', 'auth'],
  ])('%s → %s, by the room, with the x of the join', async (_case, condition, type) => {
    const stage = new RoomStage();
    const room = stage.world.room('#tea');
    if (condition === 'conflict') stage.world.enter('#tea', 'Romeo');
    if (condition === 'forbidden') room.banned.add('romeo' as never);
    if (condition === 'not-authorized') room.password = 'open sesame';
    await stage.enter(ROMEO, 'Romeo', '<password>wrong</password>');
    const [error, ...more] = stage.take();
    expect(more).toEqual([]);
    expect(error?.attrs).toMatchObject({ type: 'error', from: `${TEA}/Romeo`, to: ROMEO });
    expect(error?.child('x', NS.MUC)).toBeDefined();
    expect(error?.child('error')?.attrs).toMatchObject({ type, by: TEA });
    expect(conditionOf(error)).toBe(condition);
  });

  it('H14 another client of the same user joins the same occupant', async () => {
    const stage = new RoomStage();
    await stage.join(ROMEO, 'Romeo');
    await stage.enter(ROMEO_PHONE, 'Romeo');
    expect(stage.take().map(({ attrs }) => attrs.to)).toEqual([ROMEO_PHONE, ROMEO_PHONE]);
    stage.world.say('#tea', 'Alice', 'to both');
    await stage.settled();
    expect(stage.take().map(({ attrs }) => attrs.to)).toEqual([ROMEO, ROMEO_PHONE]);
  });

  it('H17 a join of a client that is in → all is shown again', async () => {
    const stage = new RoomStage();
    stage.world.enter('#tea', 'Alice');
    await stage.enter(ROMEO, 'Romeo');
    const first = stage.take().map(String);
    await stage.enter(ROMEO, 'Romeo');
    expect(stage.take().map(String)).toEqual(first);
  });

  it('S07 nicks that prepare to the same resource, to nothing, or deceive get resources of their own', async () => {
    const stage = new RoomStage();
    const room = stage.world.room('#tea');
    for (const [id, name] of [
      ['a', 'ｂob'],
      ['b', 'bob'],
      ['c', '\u200b'],
      ['d', 'ev\u202eil'],
      ['e', '  '],
    ] as const) {
      stage.world.admit(room, {
        id: id as never,
        nick: name,
        contact: id as never,
        affiliation: 'none',
        role: 'default',
      });
    }
    await stage.enter(ROMEO, 'Romeo');
    const names = stage.take().flatMap(({ name, attrs }) => (name === 'presence' ? [attrs.from] : []));
    expect(names).toEqual(['bob', 'bob (2)', '?', 'evil', '? (2)', 'Romeo'].map((one) => `${TEA}/${one}`));
  });

  it('S16 more clients than one user may have → resource-constraint', async () => {
    const stage = new RoomStage({ limits: { resourcesPerUser: 1 } });
    await stage.join(ROMEO, 'Romeo');
    await stage.enter(ROMEO_PHONE, 'Romeo');
    expect(conditionOf(stage.take()[0])).toBe('resource-constraint');
    await stage.say(ROMEO, 'still here');
    expect(stage.faults).toEqual([]);
  });

  describe('history', () => {
    async function withHistory(): Promise<RoomStage> {
      const stage = new RoomStage();
      await stage.join(ROMEO, 'Romeo');
      for (const text of ['one', 'two', 'three']) stage.world.say('#tea', 'Alice', text);
      await stage.settled();
      stage.take();
      return stage;
    }
    const bodies = (stage: RoomStage) =>
      stage.take().flatMap((stanza) => (stanza.child('body') ? [stanza.childText('body')] : []));

    it.each([
      ['', ['one', 'two', 'three']],
      ["<history maxstanzas='2'/>", ['two', 'three']],
      ["<history maxstanzas='0'/>", []],
      ["<history maxchars='0'/>", []],
      ["<history seconds='3600' maxstanzas='2'/>", ['two', 'three']],
      ["<history since='1970-01-01T00:00:00Z'/>", ['one', 'two', 'three']],
      ["<history since='2970-01-01T00:00:00Z' maxstanzas='2'/>", []],
    ])('I08 %s', async (request, expected) => {
      const stage = await withHistory();
      await stage.enter(ROMEO_PHONE, 'Romeo', request);
      expect(bodies(stage)).toEqual(expected);
    });

    it('I08 maxchars counts whole stanzas, the newest first', async () => {
      const stage = await withHistory();
      await stage.enter(ROMEO_PHONE, 'Romeo', "<history maxstanzas='1'/>");
      const length = stage.sink.sent.find((xml) => xml.includes('three'))?.length ?? 0;
      stage.take();
      await stage.enter(ROMEO_PHONE, 'Romeo', `<history maxchars='${length}'/>`);
      expect(bodies(stage)).toEqual(['three']);
      await stage.enter(ROMEO_PHONE, 'Romeo', `<history maxchars='${length - 1}'/>`);
      expect(bodies(stage)).toEqual([]);
    });

    it('I08 has the delay of the room, and the stanza-id that the live message had', async () => {
      const stage = new RoomStage();
      await stage.join(ROMEO, 'Romeo');
      stage.world.say('#tea', 'Alice', 'one');
      await stage.settled();
      const [live] = stage.take();
      await stage.enter(ROMEO_PHONE, 'Romeo');
      const old = stage.take().find((stanza) => stanza.child('body'));
      expect(old?.child('delay', NS.DELAY)?.attrs.from).toBe(TEA);
      expect(old?.child('delay')?.attrs.stamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(live?.child('stanza-id', NS.SID)?.attrs.by).toBe(TEA);
      expect(old?.child('stanza-id')?.attrs).toEqual(live?.child('stanza-id')?.attrs);
      expect(live?.child('delay')).toBeUndefined();
    });

    it('H09 live traffic waits until history and subject have been shown', async () => {
      const stage = await withHistory();
      let release: (entries: readonly ArchiveEntry[]) => void = () => undefined;
      stage.store.archive.history = () => new Promise((resolve) => (release = resolve));
      await stage.enter(ROMEO_PHONE, 'Romeo');
      stage.world.say('#tea', 'Alice', 'live');
      await stage.settled();
      expect(stage.take(ROMEO_PHONE).map(wordOf)).toEqual(['+Romeo']);
      release([]);
      await stage.settled();
      expect(stage.take(ROMEO_PHONE).map(wordOf)).toEqual(['room: ()', 'Alice: live']);
    });

    it('a store that fails costs the history, not the join', async () => {
      const stage = await withHistory();
      stage.store.archive.history = () => Promise.reject(new Error('disk'));
      await stage.enter(ROMEO_PHONE, 'Romeo');
      expect(stage.take().map(wordOf)).toEqual(['+Romeo', 'room: ()']);
    });

    it('I21 shows nobody what was said before he came, whoever else was there', async () => {
      const stage = await withHistory();
      await stage.enter(JULIET, 'Juliet');
      expect(stage.take(JULIET).filter((stanza) => stanza.child('body'))).toEqual([]);
    });
  });

  it('a room of which the store knows no key → the join is refused, once', async () => {
    const stage = new RoomStage();
    stage.store.archive.roomKey = () => Promise.reject(new Error('disk'));
    await stage.enter(ROMEO, 'Romeo');
    expect(stage.take().map(conditionOf)).toEqual(['internal-server-error']);
    expect(stage.world.rooms.has('#tea' as RoomId)).toBe(false);
  });
});
