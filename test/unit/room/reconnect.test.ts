import { describe, expect, it } from 'vitest';
import type { RoomEntered, RoomMember } from '../../../src/gateway/event.js';
import type { MemberId, RoomId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import {
  codesOf,
  JULIET,
  ROMEO,
  ROMEO_PHONE,
  RoomStage,
  TEA,
  wordOf,
} from '../../support/core/room-stage.js';
import { HALL, memberNamed, memberOf } from '../../support/memory-network/world.js';

const TEA_ID = '#tea' as RoomId;

/** The room as the network lists it after the connection was made again. */
function resumed(
  stage: RoomStage,
  members: readonly RoomMember[],
  changes: Partial<RoomEntered> = {},
): RoomEntered {
  return {
    type: 'room-entered',
    room: TEA_ID,
    place: HALL,
    self: memberOf('Romeo'),
    members,
    traits: stage.world.room('#tea').traits,
    created: false,
    resumed: true,
    ...changes,
  };
}

async function suspendedStage(...more: string[]): Promise<RoomStage> {
  const stage = new RoomStage();
  stage.world.enter('#tea', 'Alice');
  stage.world.enter('#tea', 'Bob');
  await stage.join(ROMEO, 'Romeo');
  for (const client of more) await stage.join(client, client === JULIET ? 'Juliet' : 'Romeo');
  await stage.observe(0, { type: 'room-suspended', room: TEA_ID });
  return stage;
}

const named = (...nicks: string[]) => nicks.map(memberNamed);

describe('a connection that was lost and made again', () => {
  it('H32 nothing has changed → nothing is sent', async () => {
    const stage = await suspendedStage();
    await stage.observe(0, resumed(stage, named('Alice', 'Bob', 'Romeo')));
    expect(stage.take()).toEqual([]);
  });

  it('H32 exactly the differences, to every client', async () => {
    const stage = await suspendedStage(ROMEO_PHONE);
    const bob: RoomMember = { ...memberNamed('Bob'), affiliation: 'admin', role: 'moderator' };
    await stage.observe(0, resumed(stage, [...named('Carol', 'Romeo'), bob]));
    const sent = stage.take();
    for (const client of [ROMEO, ROMEO_PHONE]) {
      const own = sent.filter(({ attrs }) => attrs.to === client);
      expect(own.map(wordOf)).toEqual(['unavailable Alice', '+Carol', '+Bob']);
      expect(own.flatMap(codesOf)).toEqual([]);
      expect(own.every((stanza) => stanza.child('occupant-id') !== undefined)).toBe(true);
    }
  });

  it('H26 a leaver is told under the resource and the occupant-id that he had', async () => {
    const stage = new RoomStage();
    stage.world.enter('#tea', 'Alice');
    await stage.join(ROMEO, 'Romeo');
    stage.world.admit(stage.world.room('#tea'), { ...memberNamed('ev\u202eil'), id: 'x' as MemberId });
    stage.world.rename('Alice', 'Eve');
    await stage.settled();
    const shown = stage.take().filter(({ attrs }) => attrs.type === undefined);
    await stage.observe(0, { type: 'room-suspended', room: TEA_ID });
    await stage.observe(0, resumed(stage, named('Romeo')));
    const gone = stage.take();
    expect(gone.map(({ attrs }) => attrs.from)).toEqual(shown.map(({ attrs }) => attrs.from));
    const ids = (stanzas: typeof gone) => stanzas.map((stanza) => stanza.child('occupant-id')?.attrs.id);
    expect(ids(gone)).toEqual(ids(shown));
  });

  it('H24 the network gave another nick → 303 and 110 under the old one', async () => {
    const stage = await suspendedStage();
    await stage.observe(0, resumed(stage, named('Alice', 'Bob', 'Romeo_'), { self: memberOf('Romeo_') }));
    const sent = stage.take();
    expect(sent.map(wordOf)).toEqual(['unavailable Romeo', '+Romeo_']);
    expect(sent.map(codesOf)).toEqual([['303', '110'], ['110']]);
    expect(sent[0]?.child('x')?.child('item')?.attrs.nick).toBe('Romeo_');
    expect(await stage.say(ROMEO, 'hi')).not.toEqual([]);
  });

  it('I29 the room has become moderated meanwhile → the roles that follow from it', async () => {
    const stage = await suspendedStage();
    const traits = { ...stage.world.room('#tea').traits, moderated: true };
    await stage.observe(0, resumed(stage, named('Alice', 'Bob', 'Romeo'), { traits }));
    const sent = stage.take();
    expect(sent.map(wordOf)).toEqual(['+Alice', '+Bob', '+Romeo']);
    expect(sent.map((stanza) => stanza.child('x')?.child('item')?.attrs.role)).toEqual(
      sent.map(() => 'visitor'),
    );
    expect(sent.map(codesOf)).toEqual([[], [], ['110']]);
  });

  it('I09 the subject has changed meanwhile → it is told', async () => {
    const stage = await suspendedStage();
    const subject = { text: 'new', by: 'Alice' };
    await stage.observe(0, resumed(stage, named('Alice', 'Bob', 'Romeo'), { subject }));
    expect(stage.take().map(wordOf)).toEqual(['Alice: (new)']);
  });

  it('a nick in another spelling → the old address goes, the new one comes', async () => {
    const stage = await suspendedStage();
    await stage.observe(0, resumed(stage, named('ALICE', 'Bob', 'Romeo')));
    expect(stage.take().map(wordOf)).toEqual(['unavailable Alice', '+ALICE']);
  });

  it('it did not come back → 110 and 333, no 307', async () => {
    const stage = await suspendedStage();
    await stage.observe(0, { type: 'room-left', room: TEA_ID, cause: 'network-lost' });
    expect(stage.take().map((stanza) => [wordOf(stanza), codesOf(stanza)])).toEqual([
      ['unavailable Romeo', ['110', '333']],
    ]);
  });

  it('another account whose connection held is told by it alone', async () => {
    const stage = await suspendedStage(JULIET);
    stage.world.leave('#tea', 'Alice');
    await stage.settled();
    stage.take();
    await stage.observe(0, resumed(stage, named('Bob', 'Romeo', 'Juliet')));
    expect(stage.take(JULIET)).toEqual([]);
  });

  it('I21 what was said while the connection was lost is not in the own archive', async () => {
    const stage = await suspendedStage(JULIET);
    stage.session(0).rooms.joined.clear();
    stage.world.room('#tea').observers.delete('romeo' as MemberId);
    stage.world.say('#tea', 'Alice', 'missed');
    await stage.settled();
    await stage.observe(0, resumed(stage, named('Alice', 'Bob', 'Romeo', 'Juliet')));
    stage.take();
    const results = async (who: string) =>
      (await stage.ask('set', who, TEA, `<query xmlns='${NS.MAM}'/>`)).filter(
        ({ name }) => name === 'message',
      );
    expect(await results(ROMEO)).toEqual([]);
    expect(await results(JULIET)).toHaveLength(1);
  });
});
