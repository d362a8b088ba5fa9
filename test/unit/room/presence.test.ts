import { describe, expect, it } from 'vitest';
import type { MemberId, RoomId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import {
  codesOf,
  conditionOf,
  DOMAIN,
  JULIET,
  ROMEO,
  ROMEO_PHONE,
  RoomStage,
  TEA,
  wordOf,
} from '../../support/core/room-stage.js';
import { HALL } from '../../support/memory-network/world.js';

const item = (stanza: ReturnType<RoomStage['take']>[number] | undefined) =>
  stanza?.child('x', NS.MUC_USER)?.child('item');
const TEA_ID = '#tea' as RoomId;

async function inside(): Promise<RoomStage> {
  const stage = new RoomStage();
  stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  return stage;
}

describe('leaving a room', () => {
  it('H20 unavailable → the own farewell with 110; the other client stays', async () => {
    const stage = await inside();
    await stage.join(ROMEO_PHONE, 'Romeo');
    await stage.receive(`<presence type='unavailable' from='${ROMEO}' to='${TEA}/Romeo'/>`);
    const [farewell, ...more] = stage.take();
    expect(more).toEqual([]);
    expect(farewell?.attrs).toMatchObject({ type: 'unavailable', from: `${TEA}/Romeo`, to: ROMEO });
    expect(codesOf(farewell)).toEqual(['110']);
    expect(item(farewell)?.attrs.role).toBe('none');
    expect(stage.world.room('#tea').members.has('romeo' as MemberId)).toBe(true);
  });

  it('H21 the last client leaves → the network is left', async () => {
    const stage = await inside();
    await stage.receive(`<presence type='unavailable' from='${ROMEO}' to='${TEA}/Romeo'/>`);
    expect(stage.world.room('#tea').members.has('romeo' as MemberId)).toBe(false);
    expect(stage.take().map(wordOf)).toEqual(['unavailable Romeo']);
  });

  it('H20 unavailable from a client that is not in the room → silence', async () => {
    const stage = await inside();
    await stage.receive(`<presence type='unavailable' from='${JULIET}' to='${TEA}/Juliet'/>`);
    await stage.receive(`<presence type='unavailable' from='${ROMEO_PHONE}' to='${TEA}/Romeo'/>`);
    expect(stage.take()).toEqual([]);
  });

  it.each([
    'gone',
    'item-not-found',
    'recipient-unavailable',
    'redirect',
    'remote-server-not-found',
    'remote-server-timeout',
  ])('H22 a bounce with %s → the client is out, and nothing is sent to it', async (condition) => {
    const stage = await inside();
    await stage.receive(
      `<message type='error' from='${ROMEO}' to='${TEA}'><error type='cancel'><${condition} xmlns='${NS.STANZA_ERRORS}'/></error></message>`,
    );
    expect(stage.take()).toEqual([]);
    expect(stage.world.room('#tea').members.has('romeo' as MemberId)).toBe(false);
  });

  it('H22 a bounce with service-unavailable is no reason', async () => {
    const stage = await inside();
    await stage.receive(
      `<message type='error' from='${ROMEO}' to='${TEA}'><error type='cancel'><service-unavailable xmlns='${NS.STANZA_ERRORS}'/></error></message>`,
    );
    expect(stage.world.room('#tea').members.has('romeo' as MemberId)).toBe(true);
  });

  it('H18 plain presence of a client that is not in → out with 110, 307, 333; no join', async () => {
    const stage = await inside();
    await stage.receive(`<presence from='${JULIET}' to='${TEA}/Juliet'/>`);
    const [kick, ...more] = stage.take();
    expect(more).toEqual([]);
    expect(kick?.attrs).toMatchObject({ type: 'unavailable', from: `${TEA}/Juliet`, to: JULIET });
    expect(codesOf(kick)).toEqual(['110', '307', '333']);
    expect(stage.world.room('#tea').members.has('juliet' as MemberId)).toBe(false);
  });

  it.each(['probe', 'subscribed', 'unsubscribe', 'unsubscribed'])(
    'H19 %s is neither join nor leave',
    async (type) => {
      const stage = await inside();
      await stage.receive(`<presence type='${type}' from='${ROMEO}' to='${TEA}/Romeo'/>`);
      await stage.receive(`<presence type='${type}' from='${JULIET}' to='${TEA}/Juliet'/>`);
      expect(stage.take()).toEqual([]);
      expect([...stage.world.room('#tea').members.keys()]).toEqual(['alice', 'romeo']);
    },
  );

  it('H19 subscribe to a room → refused', async () => {
    const stage = await inside();
    await stage.receive(`<presence type='subscribe' from='${ROMEO}' to='${TEA}'/>`);
    expect(stage.take().map(({ attrs }) => [attrs.type, attrs.from])).toEqual([['unsubscribed', TEA]]);
  });

  it('H32 an orderly stop → 110 and 332', async () => {
    const stage = await inside();
    await stage.stop();
    const farewell = stage.take().find(({ attrs }) => attrs.from === `${TEA}/Romeo`);
    expect(codesOf(farewell)).toEqual(['110', '332']);
  });

  it.each([
    ['H32', 'network-lost', ['110', '333'], 'none'],
    ['I26', 'removed', ['110', '307'], 'none'],
    ['I26', 'banned', ['110', '301'], 'outcast'],
  ] as const)('%s out by %s → its codes', async (_id, cause, codes, affiliation) => {
    const stage = await inside();
    await stage.observe(0, { type: 'room-left', room: TEA_ID, cause, by: 'Alice', reason: 'enough' });
    const [farewell, ...more] = stage.take();
    expect(more).toEqual([]);
    expect(codesOf(farewell)).toEqual(codes);
    expect(item(farewell)?.attrs).toMatchObject({ affiliation, role: 'none' });
    expect(item(farewell)?.childText('reason')).toBe('enough');
    expect(item(farewell)?.child('actor')?.attrs.nick).toBe(cause === 'network-lost' ? undefined : 'Alice');
    expect(conditionOf((await stage.say(ROMEO, 'still there?'))[0])).toBe('not-acceptable');
  });

  it('I26 another is kicked → 307 with actor and reason, once for each client', async () => {
    const stage = await inside();
    await stage.join(ROMEO_PHONE, 'Romeo');
    stage.world.broadcast(stage.world.room('#tea'), {
      type: 'member-left',
      room: TEA_ID,
      member: 'alice' as MemberId,
      cause: 'removed',
      by: 'Bob',
      reason: 'noise',
    });
    await stage.settled();
    const sent = stage.take();
    expect(sent.map(({ attrs }) => attrs.to)).toEqual([ROMEO, ROMEO_PHONE]);
    expect(codesOf(sent[0])).toEqual(['307']);
    expect(item(sent[0])?.child('actor')?.attrs.nick).toBe('Bob');
    expect(item(sent[0])?.childText('reason')).toBe('noise');
  });
});

describe('changes of presence in a room', () => {
  it('H24 a new nick → 303 under the old one, 110 for oneself, the same occupant-id', async () => {
    const stage = await inside();
    await stage.join(JULIET, 'Juliet');
    await stage.receive(`<presence from='${ROMEO}' to='${TEA}/Montague'/>`);
    const sent = stage.take();
    const own = sent.filter(({ attrs }) => attrs.to === ROMEO);
    const others = sent.filter(({ attrs }) => attrs.to === JULIET);
    expect(own.map(wordOf)).toEqual(['unavailable Romeo', '+Montague']);
    expect(own.map(codesOf)).toEqual([['303', '110'], ['110']]);
    expect(others.map(wordOf)).toEqual(['unavailable Romeo', '+Montague']);
    expect(others.map(codesOf)).toEqual([['303'], []]);
    expect(item(own[0])?.attrs.nick).toBe('Montague');
    const ids = new Set(sent.map((stanza) => stanza.child('occupant-id')?.attrs.id));
    expect(ids.size).toBe(1);
  });

  it('H24 in all rooms of the place', async () => {
    const stage = await inside();
    await stage.join(ROMEO, 'Romeo', `#ink@${DOMAIN}`);
    stage.world.enter('#ink', 'Alice');
    await stage.settled();
    stage.take();
    stage.world.rename('Alice', 'Eve');
    await stage.settled();
    expect(stage.take().map(({ attrs }) => attrs.from?.split('@')[0])).toEqual([
      '#tea',
      '#tea',
      '#ink',
      '#ink',
    ]);
  });

  it('H24 a nick that is taken → conflict; the old one stays', async () => {
    const stage = await inside();
    await stage.receive(`<presence from='${ROMEO}' to='${TEA}/Alice'/>`);
    const [error, ...more] = stage.take();
    expect(more).toEqual([]);
    expect(error?.attrs.from).toBe(`${TEA}/Alice`);
    expect(conditionOf(error)).toBe('conflict');
  });

  it('H24 S07 a foreign nick that prepares like another → a resource of its own', async () => {
    const stage = await inside();
    stage.world.enter('#tea', 'Bob');
    await stage.settled();
    stage.take();
    stage.world.rename('Bob', 'ＡLICE'.normalize('NFC'));
    await stage.settled();
    const names = stage.take().map(({ attrs }) => attrs.from);
    expect(names[0]).toBe(`${TEA}/Bob`);
    expect(names[1]).toBe(`${TEA}/ALICE`);
  });

  it('H26 a newcomer under a name that was given up gets another occupant-id', async () => {
    const stage = await inside();
    const idOf = () => stage.take(ROMEO).at(-1)?.child('occupant-id')?.attrs.id;
    stage.world.rename('Alice', 'Eve');
    await stage.settled();
    const alice = idOf();
    stage.world.enter('#tea', 'Alice');
    await stage.settled();
    const newcomer = idOf();
    expect(alice).toBeDefined();
    expect(newcomer).toBeDefined();
    expect(newcomer).not.toBe(alice);
  });

  it('H24 away and back → show, and the network is told of ours', async () => {
    const stage = await inside();
    for (const away of [true, false]) {
      await stage.observe(0, {
        type: 'person-away',
        place: HALL,
        member: 'alice' as MemberId,
        contact: 'alice' as never,
        away,
        ...(away && { text: 'tea' }),
      });
    }
    const [gone, back] = stage.take();
    expect([gone?.childText('show'), gone?.childText('status')]).toEqual(['away', 'tea']);
    expect(back?.child('show')).toBeUndefined();
    await stage.receive(`<presence from='${ROMEO}' to='${TEA}/Romeo'><show>xa</show></presence>`);
    expect(stage.session(0).awayText).toBe('xa');
    await stage.receive(`<presence from='${ROMEO}' to='${TEA}/Romeo'/>`);
    expect(stage.session(0).awayText).toBeUndefined();
    expect(stage.take()).toEqual([]);
  });

  it('I29 a new rank → presence with it, with 110 for oneself', async () => {
    const stage = await inside();
    for (const member of ['alice', 'romeo'] as MemberId[]) {
      await stage.observe(0, {
        type: 'member-changed',
        room: TEA_ID,
        member,
        affiliation: 'admin',
        role: 'moderator',
      });
    }
    const sent = stage.take();
    expect(sent.map(wordOf)).toEqual(['+Alice', '+Romeo']);
    expect(sent.map(codesOf)).toEqual([[], ['110']]);
    for (const stanza of sent)
      expect(item(stanza)?.attrs).toMatchObject({ affiliation: 'admin', role: 'moderator' });
  });

  it('I29 I31 a room becomes moderated → 104, and those without a role of their own are visitors', async () => {
    const stage = await inside();
    stage.world.enter('#tea', 'Oscar', 'admin', 'moderator');
    await stage.settled();
    stage.take();
    const { traits } = stage.world.room('#tea');
    await stage.observe(0, { type: 'traits-changed', room: TEA_ID, traits: { ...traits, moderated: true } });
    const [changed, ...presences] = stage.take();
    expect(changed?.attrs).toMatchObject({ from: TEA, type: 'groupchat' });
    expect(codesOf(changed)).toEqual(['104']);
    expect(presences.map((stanza) => [wordOf(stanza), item(stanza)?.attrs.role, codesOf(stanza)])).toEqual([
      ['+Alice', 'visitor', []],
      ['+Romeo', 'visitor', ['110']],
    ]);
  });

  it('what two accounts see happen is told to each of them once', async () => {
    const stage = await inside();
    await stage.join(JULIET, 'Juliet');
    stage.world.enter('#tea', 'Bob');
    stage.world.rename('Bob', 'Rob');
    stage.world.leave('#tea', 'Rob', 'bye');
    await stage.settled();
    const sent = stage.take();
    for (const one of [ROMEO, JULIET]) {
      expect(sent.filter(({ attrs }) => attrs.to === one).map(wordOf)).toEqual([
        '+Bob',
        'unavailable Bob',
        '+Rob',
        'unavailable Rob',
      ]);
    }
    const ids = new Set(sent.map((stanza) => stanza.child('occupant-id')?.attrs.id));
    expect(ids.size).toBe(1);
  });
});
