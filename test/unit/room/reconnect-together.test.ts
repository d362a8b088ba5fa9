import { describe, expect, it } from 'vitest';
import type { RoomMember } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import { JULIET, ROMEO, ROMEO_PHONE, RoomStage, wordOf } from '../../support/core/room-stage.js';
import { HALL, memberNamed, memberOf } from '../../support/memory-network/world.js';

const TEA_ID = '#tea' as RoomId;
const ROMEO_SESSION = 0;
const JULIET_SESSION = 1;

const named = (...nicks: string[]) => nicks.map(memberNamed);

/** Alice of the network, and two users of the gateway. */
async function twoUsers(): Promise<RoomStage> {
  const stage = new RoomStage();
  stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  await stage.join(JULIET, 'Juliet');
  stage.take();
  return stage;
}

async function suspend(stage: RoomStage, ...sessions: number[]): Promise<void> {
  for (const session of sessions) await stage.observe(session, { type: 'room-suspended', room: TEA_ID });
}

function resume(stage: RoomStage, session: number, members: readonly RoomMember[]): Promise<void> {
  return stage.observe(session, {
    type: 'room-entered',
    room: TEA_ID,
    place: HALL,
    self: memberOf(session === ROMEO_SESSION ? 'Romeo' : 'Juliet'),
    members,
    traits: stage.world.room('#tea').traits,
    created: false,
    resumed: true,
  });
}

const seenBy = (stage: RoomStage, client: string) => stage.take(client).map(wordOf);

const comes = (nick: string) =>
  ({ type: 'member-joined', room: TEA_ID, member: memberNamed(nick), memo: undefined }) as const;

describe('users of one room whose connections were lost together', () => {
  it('H32 come back one after the other: nobody is told of the others’ absence and return', async () => {
    const stage = await twoUsers();
    await suspend(stage, ROMEO_SESSION, JULIET_SESSION);
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo'));
    await stage.observe(ROMEO_SESSION, comes('Juliet'));
    await resume(stage, JULIET_SESSION, named('Alice', 'Romeo', 'Juliet'));
    expect(stage.take().map(wordOf)).toEqual([]);
    stage.world.say('#tea', 'Alice', 'hello');
    await stage.settled();
    expect(stage.take().map(wordOf)).toEqual(['Alice: hello', 'Alice: hello']);
  });

  it('H32 one who does not come back is told to be gone once that is certain', async () => {
    const stage = await twoUsers();
    await suspend(stage, ROMEO_SESSION, JULIET_SESSION);
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo'));
    expect(seenBy(stage, ROMEO)).toEqual([]);
    await stage.observe(JULIET_SESSION, { type: 'room-left', room: TEA_ID, cause: 'network-lost' });
    expect(seenBy(stage, ROMEO)).toEqual(['unavailable Juliet']);
  });

  it('H32 one who comes back in another standing is told as he is now', async () => {
    const stage = await twoUsers();
    await suspend(stage, ROMEO_SESSION, JULIET_SESSION);
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo'));
    await stage.observe(ROMEO_SESSION, {
      ...comes('Juliet'),
      member: { ...memberNamed('Juliet'), affiliation: 'admin', role: 'moderator' },
    });
    expect(seenBy(stage, ROMEO)).toEqual(['+Juliet']);
  });

  it('H09 a client that enters meanwhile sees who is there, and the others then know it too', async () => {
    const stage = await twoUsers();
    await suspend(stage, ROMEO_SESSION, JULIET_SESSION);
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo'));
    stage.take();
    await stage.enter(ROMEO_PHONE, 'Romeo');
    const sent = stage.take();
    const words = (client: string) => sent.filter(({ attrs }) => attrs.to === client).map(wordOf);
    expect(words(ROMEO)).toEqual(['unavailable Juliet']);
    expect(words(ROMEO_PHONE)).not.toContain('+Juliet');
    await stage.observe(ROMEO_SESSION, comes('Juliet'));
    expect(stage.take().map(wordOf)).toEqual(['+Juliet', '+Juliet']);
  });

  it('H32 lost again before all were back: those who then stay away are told', async () => {
    const stage = await twoUsers();
    await suspend(stage, ROMEO_SESSION, JULIET_SESSION);
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo'));
    await suspend(stage, ROMEO_SESSION);
    await stage.observe(JULIET_SESSION, { type: 'room-left', room: TEA_ID, cause: 'network-lost' });
    stage.take();
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo'));
    expect(seenBy(stage, ROMEO)).toEqual(['unavailable Juliet']);
  });
});

describe('a connection that is behind another one when it is lost', () => {
  const quits = (nick: string) =>
    ({
      type: 'person-left',
      place: HALL,
      member: memberOf(nick),
      contact: memberNamed(nick).contact,
      memo: undefined,
    }) as const;

  it('H32 its own end, seen by the other first, is no news to its user', async () => {
    const stage = await twoUsers();
    await stage.observe(JULIET_SESSION, quits('Romeo'));
    await suspend(stage, ROMEO_SESSION);
    stage.take();
    await stage.observe(JULIET_SESSION, comes('Romeo'));
    await resume(stage, ROMEO_SESSION, named('Alice', 'Romeo', 'Juliet'));
    expect(seenBy(stage, ROMEO)).toEqual([]);
  });

  it('H32 who left unseen by it is told to be gone', async () => {
    const stage = await twoUsers();
    await stage.observe(JULIET_SESSION, quits('Alice'));
    await suspend(stage, ROMEO_SESSION);
    stage.take();
    await resume(stage, ROMEO_SESSION, named('Romeo', 'Juliet'));
    expect(seenBy(stage, ROMEO)).toEqual(['unavailable Alice']);
  });

  it('H32 who left and was seen by both is told once', async () => {
    const stage = await twoUsers();
    const event = quits('Alice');
    await stage.observe(JULIET_SESSION, event);
    await stage.observe(ROMEO_SESSION, event);
    await suspend(stage, ROMEO_SESSION);
    stage.take();
    await resume(stage, ROMEO_SESSION, named('Romeo', 'Juliet'));
    expect(seenBy(stage, ROMEO)).toEqual([]);
  });
});
