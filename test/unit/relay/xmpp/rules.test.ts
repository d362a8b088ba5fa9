import { describe, expect, it, vi } from 'vitest';
import type { RelayContent } from '../../../../src/core/relay/model.js';
import { carol, crossing, foreignRoom, joinedRoom, ROOM, said } from '../../../support/relay/foreign-room.js';

const CAPTCHA =
  "<message from='club@rooms.example.org' to='%'><body>solve this</body><captcha xmlns='urn:xmpp:captcha'/></message>";

describe('a foreign room that does not let the relay in', () => {
  it.each([
    ['registration-required', 'relay-room-members-only'],
    ['not-authorized', 'relay-room-password'],
    ['forbidden', 'relay-room-banned'],
    ['item-not-found', 'relay-room-missing'],
    ['not-allowed', 'relay-room-missing'],
  ])('H15 with %s waits for somebody with rights there', async (condition, key) => {
    const { leg } = foreignRoom({ rules: { admits: () => condition } });
    await vi.waitFor(() => expect(leg.state).toMatchObject({ state: 'refused', reason: { key } }));
    await leg.stop();
  });

  it('H15 because it is full, lets it in when there is a place', async () => {
    let full = true;
    const rules = { admits: () => (full ? 'service-unavailable' : undefined) };
    const { leg, states } = foreignRoom({ rules });
    await vi.waitFor(() => expect(states).toContainEqual(expect.objectContaining({ state: 'away' })));
    full = false;
    await vi.waitFor(() => expect(leg.state).toEqual({ state: 'joined' }));
  });

  it('because it did not exist, is not made by it', async () => {
    const { room, leg } = foreignRoom({ rules: { created: true } });
    await vi.waitFor(() =>
      expect(leg.state).toMatchObject({ state: 'refused', reason: { key: 'relay-room-missing' } }),
    );
    expect(room.nicks).toEqual([]);
    expect(`${room.requests[0]}`).toContain('<destroy/>');
    await leg.stop();
  });

  it('before a riddle is solved, is told of to the operator, and nothing is answered', async () => {
    const { room, leg } = foreignRoom({ rules: { asks: CAPTCHA } });
    await vi.waitFor(() =>
      expect(leg.state).toMatchObject({ state: 'refused', reason: { key: 'relay-room-captcha' } }),
    );
    expect(room.private).toEqual([]);
    await leg.stop();
  });
});

describe('a foreign room where the relay may not speak', () => {
  it('is asked for voice once, and told what waited when it gives it', async () => {
    const { room, leg } = foreignRoom({ rules: { role: () => 'visitor' } });
    await vi.waitFor(() =>
      expect(leg.state).toMatchObject({ state: 'refused', reason: { key: 'relay-room-no-voice' } }),
    );
    const asked = () => room.private.filter((stanza) => `${stanza}`.includes('muc#request'));
    expect(asked()).toHaveLength(1);
    room.grants('Relay', 'participant');
    await vi.waitFor(() => expect(leg.state).toEqual({ state: 'joined' }));
    room.grants('Relay', 'visitor');
    await vi.waitFor(() => expect(leg.state).toMatchObject({ state: 'refused' }));
    expect(asked()).toHaveLength(1);
  });

  it('hears those who have no voice by the relay until they have', async () => {
    const role = (address: string): string => (address.startsWith('carol') ? 'visitor' : 'participant');
    const { room, leg } = await joinedRoom({ rules: { role } });
    await leg.cross(crossing(said(carol, 'one')));
    room.grants('carol', 'participant');
    await leg.cross(crossing(said(carol, 'two')));
    expect(room.words).toEqual(['Relay: *carol*: one', 'carol: two']);
  });

  it('that takes the voice of somebody while he speaks, hears it by the relay', async () => {
    let mute = false;
    const takes = (address: string) => (mute && address.startsWith('carol') ? 'forbidden auth' : undefined);
    const { room, leg } = await joinedRoom({ rules: { takes } });
    await leg.cross(crossing(said(carol, 'one')));
    mute = true;
    await leg.cross(crossing(said(carol, 'two')));
    expect(room.words).toEqual(['carol: one', 'Relay: *carol*: two']);
  });
});

describe('names in a foreign room', () => {
  it('H21 change where they are changed, without leaving', async () => {
    const { room, leg } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    await leg.cross(crossing(said({ ...carol, nick: 'caroline' }, 'two')));
    expect(room.words).toEqual(['carol: one', 'caroline: two']);
    expect(room.left).toEqual([]);
  });

  it('come and go where somebody has another address by his new one, as on IRC', async () => {
    const { room, leg } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    const caro = { ...carol, key: 'caro', nick: 'caro' };
    const { from } = crossing(said(caro, ''));
    leg.signal(from, { kind: 'renamed', speaker: caro, beforeKey: carol.key });
    await vi.waitFor(() => expect(room.nicks).toEqual(['Relay', 'caro']));
    leg.signal(from, { kind: 'renamed', speaker: { ...caro, key: 'x', nick: 'x' }, beforeKey: 'who' });
    await leg.cross(crossing(said(caro, 'two')));
    expect(room.words).toEqual(['carol: one', 'caro: two']);
    expect(room.nicks).toEqual(['Relay', 'caro']);
  });

  it('stay as they were where the new one is taken in every form', async () => {
    const { room, leg } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    room.rules = { ...room.rules, admits: () => 'not-acceptable' };
    await leg.cross(crossing(said({ ...carol, nick: 'owner' }, 'two')));
    expect(room.words).toEqual(['carol: one', 'carol: two']);
  });

  it('H16 are as the service makes them', async () => {
    const { room, leg, events } = await joinedRoom({ rules: { calls: (nick) => `${nick}-1` } });
    await leg.cross(crossing(said(carol, 'one')));
    expect(room.words).toEqual(['carol-1: one']);
    expect(events).toEqual([]);
  });

  it('S07 are never those by which one is taken for another', async () => {
    const { room, leg } = await joinedRoom();
    room.enters('Alice');
    for (const [key, nick] of [
      ['a', 'аlice'],
      ['b', 'R\u200belay'],
      ['c', '\u202e  '],
    ] as const)
      await leg.cross(crossing(said({ key, nick }, key)));
    expect(room.words).toEqual(['аlice [irc]: a', 'Relay [irc]: b', '?: c']);
  });

  it('belong to who had them first, whoever comes in first later', async () => {
    const { room, leg } = await joinedRoom();
    const other = { key: 'other', nick: 'Carol' };
    await leg.cross(crossing(said(carol, 'one')));
    leg.signal(crossing(said(carol, '')).from, { kind: 'gone', speaker: carol });
    await leg.cross(crossing(said(other, 'two')));
    await leg.cross(crossing(said(carol, 'three')));
    expect(room.words).toEqual(['carol: one', 'Carol [irc]: two', 'carol: three']);
  });
});

describe('words in a foreign room', () => {
  it('keep their order when many are under way at once', async () => {
    const { room, leg } = await joinedRoom({
      options: { standIns: { most: 5, idleMs: 60_000, refusedMs: 1 } },
    });
    const people = ['a', 'b', 'c', 'd'].map((key) => ({ key, nick: key }));
    const all = Array.from({ length: 40 }, (_, index) => said(people[index % 4] ?? carol, `${index}`));
    await Promise.all(all.map((content) => leg.cross(crossing(content))));
    expect(room.words.map((words) => words.slice(3))).toEqual(all.map((_, index) => `${index}`));
  });

  it('are told again when the room was too busy, and for a while one by one', async () => {
    let busy = true;
    const { room, leg } = await joinedRoom({
      rules: { takes: () => (busy ? 'policy-violation wait' : undefined) },
    });
    expect(leg.window).toBe(4);
    await expect(leg.cross(crossing(said(carol, 'x')))).rejects.toMatchObject({
      code: 'limit',
      retryable: true,
    });
    expect(leg.window).toBe(1);
    busy = false;
    await leg.cross(crossing(said(carol, 'x')));
    expect(room.words).toEqual(['carol: x']);
  });

  it('that are too long for the room are given up', async () => {
    const { leg } = await joinedRoom({ rules: { takes: () => 'policy-violation modify' } });
    const refusal = { code: 'too-long', retryable: false };
    await expect(leg.cross(crossing(said(carol, 'x')))).rejects.toMatchObject(refusal);
  });

  it('that the room has shown too late are not said again', async () => {
    const { room, leg } = await joinedRoom({ options: { reflectMs: 20 } });
    await leg.cross(crossing(said(carol, 'before')));
    room.hold();
    const late = crossing(said(carol, 'once'));
    await expect(leg.cross(late)).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
    room.release();
    await expect.poll(() => leg.cross(late)).toHaveLength(2);
    expect(room.words).toEqual(['carol: before', 'carol: once']);
  });

  it('are changed by who has said them, also when he has gone since', async () => {
    const { room, leg } = await joinedRoom();
    const ids = await leg.cross(crossing(said(carol, 'helo')));
    leg.signal(crossing(said(carol, '')).from, { kind: 'gone', speaker: carol });
    const target = { id: 'x' };
    const edited: RelayContent = { kind: 'edited', speaker: carol, words: { text: 'hello' }, target };
    await leg.cross(crossing(edited, { reference: { ids } }));
    leg.signal(crossing(said(carol, '')).from, { kind: 'gone', speaker: carol });
    await leg.cross(crossing({ kind: 'retracted', target }, { reference: { ids } }));
    const [, correction, retraction] = room.shown;
    expect(correction?.nick).toBe('carol');
    expect(correction?.stanza.child('replace')).toBeDefined();
    expect(retraction?.nick).toBe('carol');
    expect(retraction?.stanza.child('retract')?.attrs.id).toBe('s1');
  });

  it('of the last visit are known again, and those of others are told', async () => {
    const ours = await joinedRoom();
    await ours.leg.cross(crossing(said(carol, 'ours')));
    const delay = "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>";
    const before = ours.room.shown.map(({ stanza }) =>
      `${stanza}`.replace('</message>', `${delay}</message>`),
    );
    const theirs = `<message from='${ROOM}/Bob' to='%' type='groupchat' id='b'><body>theirs</body>${delay}<stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='t1'/></message>`;
    const { events } = await joinedRoom({ rules: { history: [...before, theirs] } });
    expect(events).toMatchObject([
      { content: { kind: 'said', words: { text: 'theirs' } }, time: Date.parse('2026-01-01T00:00:00Z') },
    ]);
  });
});
