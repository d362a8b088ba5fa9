import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomDescribed } from '../../../src/gateway/event.js';
import type { NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomChanges } from '../../../src/gateway/session.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import type { RoomStageOptions } from '../../support/core/room-stage.js';
import { conditionOf, ROMEO, TEA } from '../../support/core/room-stage.js';
import { EVERYTHING, MemoryMessaging } from '../../support/memory-network/messaging.js';
import type { MemoryRooms } from '../../support/memory-network/rooms.js';
import { memberNamed } from '../../support/memory-network/world.js';

const ROOM = '#tea' as RoomId;
const id = (text: string) => text as NetworkMessageId;
const stanzaIdOf = (stanza: XmlElement | undefined) => stanza?.child('stanza-id', NS.SID)?.attrs.id ?? '';

/** Romeo is in the room, as its owner unless it is there already. */
async function inTheRoom(options: RoomStageOptions = {}, owned = true) {
  const messaging = new MemoryMessaging({ ...EVERYTHING, ...options.network?.messaging?.abilities });
  const stage = await PersonalRoomStage.start({ ...options, network: { messaging } });
  if (!owned) stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  if (owned) stage.world.enter('#tea', 'Alice');
  await stage.settled();
  stage.take();
  return { stage, messaging };
}

const moderate = (name: string, reason = '') =>
  `<moderate xmlns='${NS.MODERATE}' id='${name}'><retract xmlns='${NS.RETRACT}'/>${reason}</moderate>`;

async function featuresOf(stage: PersonalRoomStage): Promise<readonly (string | undefined)[]> {
  const info = await stage.result('get', ROMEO, TEA, `<query xmlns='${NS.DISCO_INFO}'/>`);
  return info.childrenNamed('feature').map(({ attrs }) => attrs.var);
}

describe('moderation in a room of the user’s own', () => {
  it('I13 I14 the network is asked, all are told by whom and why, then comes the result', async () => {
    const { stage, messaging } = await inTheRoom();
    const [said] = await stage.hears('rude', { id: id('m') });
    messaging.take();
    const reason = '<reason>be kind</reason>';
    const sent = await stage.ask('set', ROMEO, TEA, moderate(stanzaIdOf(said), reason));
    expect(messaging.take()).toEqual(['moderate #tea m be kind']);
    expect(sent.map(({ name, attrs }) => [name, attrs.type])).toEqual([
      ['message', 'groupchat'],
      ['iq', 'result'],
    ]);
    const retract = sent[0]?.child('retract', NS.RETRACT);
    expect(sent[0]?.attrs.from).toBe(TEA);
    expect(retract?.attrs.id).toBe(stanzaIdOf(said));
    expect(retract?.child('moderated', NS.MODERATE)?.attrs.by).toBe(`${TEA}/Romeo`);
    expect(retract?.childText('reason', NS.RETRACT)).toBe('be kind');
    expect((await stage.archive()).join('')).not.toContain('rude');
    expect(await featuresOf(stage)).toEqual(
      expect.arrayContaining([NS.MODERATE, NS.RETRACT, NS.RETRACT_TOMBSTONE]),
    );
  });

  it('F08 what the network tells of it meanwhile, and afterwards, is the same', async () => {
    const { stage } = await inTheRoom();
    const [said] = await stage.hears('rude', { id: id('m') });
    const echo = { type: 'message-retracted', message: { id: id('m'), own: false } } as const;
    const rooms: MemoryRooms & { moderate?: unknown } = stage.session(0).rooms;
    rooms.moderate = () => stage.host.emit(stage.accountOf(ROMEO), echo);
    const sent = await stage.ask('set', ROMEO, TEA, moderate(stanzaIdOf(said)));
    expect(sent.map(({ name }) => name)).toEqual(['message', 'iq']);
    const by = sent[0]?.child('retract', NS.RETRACT)?.child('moderated', NS.MODERATE)?.attrs.by;
    expect(by).toBe(`${TEA}/Romeo`);
    expect(await stage.happens(echo)).toEqual([]);
  });

  it('I13 the user’s own words are taken back', async () => {
    const { stage, messaging } = await inTheRoom();
    const [mine] = await stage.say(ROMEO, 'mine');
    messaging.take();
    await stage.ask('set', ROMEO, TEA, moderate(stanzaIdOf(mine)));
    expect(messaging.take()).toEqual(['retract #tea post-1']);
  });

  it('I13 is refused to who may not, for what is not there, and as the network refuses', async () => {
    const { stage } = await inTheRoom();
    const [said] = await stage.hears('rude', { id: id('m') });
    const refused = (payload: string, from = ROMEO) => stage.refusal('set', from, TEA, payload);
    expect(await refused(moderate('made up'))).toBe('item-not-found');
    expect(await refused(`<moderate xmlns='${NS.MODERATE}' id='x'/>`)).toBe('bad-request');
    expect(await refused(moderate('x'), 'stranger@example.org/x')).toBe('forbidden');
    const rooms: MemoryRooms & { moderate?: unknown } = stage.session(0).rooms;
    rooms.moderate = async () => {
      throw new GatewayError('forbidden', { key: 'memory-refused' });
    };
    expect(await refused(moderate(stanzaIdOf(said)))).toBe('forbidden');
    expect(await stage.archived()).toEqual(['rude']);
    const other = await inTheRoom({}, false);
    const [theirs] = await other.stage.hears('rude', { id: id('m') });
    expect(await other.stage.refusal('set', ROMEO, TEA, moderate(stanzaIdOf(theirs)))).toBe('forbidden');
  });

  it('I13 is neither offered nor done where the network cannot', async () => {
    const network = { messaging: new MemoryMessaging({ moderation: false }) };
    const { stage } = await inTheRoom({ network });
    const [said] = await stage.hears('rude', { id: id('m') });
    expect(await featuresOf(stage)).not.toContain(NS.MODERATE);
    expect(await stage.refusal('set', ROMEO, TEA, moderate(stanzaIdOf(said)))).toBe(
      'feature-not-implemented',
    );
  });
});

describe('a user without voice in a room of his own', () => {
  it('I38 I04 is refused at once, and nothing waits; what has no words is the network’s to judge', async () => {
    const { stage, messaging } = await inTheRoom({}, false);
    const room = stage.world.room('#tea');
    const traits = { ...room.traits, moderated: true };
    await stage.happens({ type: 'traits-changed', room: ROOM, traits });
    const [post] = await stage.hears('news', { id: id('m') });
    const [refused] = await stage.say(ROMEO, 'a word');
    expect(conditionOf(refused)).toBe('forbidden');
    expect(refused?.child('error')?.childText('text')).toMatch(/\w/);
    expect(stage.post.texts('#tea')).toEqual([]);
    const account = stage.accountOf(ROMEO);
    expect(await stage.store.messages.waiting(account)).toEqual([]);
    messaging.take();
    const like = `<reactions xmlns='${NS.REACTIONS}' id='${stanzaIdOf(post)}'><reaction>👍</reaction></reactions>`;
    await stage.receive(`<message from='${ROMEO}' to='${TEA}' type='groupchat' id='r'>${like}</message>`);
    expect(messaging.take()).toEqual(['react #tea their m 👍']);
  });

  it('I38 speaks again when he has got it', async () => {
    const { stage } = await inTheRoom({}, false);
    const { affiliation } = memberNamed('Romeo');
    const self = memberNamed('Romeo').id;
    const changed = { type: 'member-changed', room: ROOM, member: self, affiliation } as const;
    await stage.happens({ ...changed, role: 'visitor' });
    expect(conditionOf((await stage.say(ROMEO, 'no'))[0])).toBe('forbidden');
    await stage.happens({ ...changed, role: 'participant' });
    await stage.say(ROMEO, 'yes');
    expect(stage.post.texts('#tea')).toEqual(['yes']);
  });
});

describe('limits of reactions in a room of the user’s own', () => {
  it('F20 are told in disco and kept, each room’s own', async () => {
    const limits = ({ id: where }: { readonly id?: string }) =>
      where === '#tea' ? { maxPerUser: 1, allowed: ['👍', '👎'] } : undefined;
    const reactions = { limits } as NonNullable<MemoryMessaging['abilities']['reactions']>;
    const network = { messaging: new MemoryMessaging({ reactions }) };
    const { stage, messaging } = await inTheRoom({ network });
    const form = async (room: string) => {
      const info = await stage.result('get', ROMEO, room, `<query xmlns='${NS.DISCO_INFO}'/>`);
      return info
        .childrenNamed('x', NS.DATA)
        .find((x) => x.childrenNamed('field')[0]?.childText('value', NS.DATA) === NS.REACTIONS_RESTRICTIONS);
    };
    expect((await form(TEA))?.childrenNamed('field').map((field) => field.attrs.var)).toEqual([
      'FORM_TYPE',
      'max_reactions_per_user',
      'allowlist',
    ]);
    expect(await form(TEA.replace('tea', 'cake'))).toBeUndefined();
    const [said] = await stage.hears('tea?', { id: id('m') });
    messaging.take();
    const like = (emoji: string) =>
      `<reactions xmlns='${NS.REACTIONS}' id='${stanzaIdOf(said)}'><reaction>${emoji}</reaction></reactions>`;
    const to = `to='${TEA}' type='groupchat'`;
    await stage.receive(`<message from='${ROMEO}' ${to} id='r1'>${like('🍰')}</message>`);
    expect(conditionOf(stage.take()[0])).toBe('not-acceptable');
    await stage.receive(`<message from='${ROMEO}' ${to} id='r2'>${like('👍')}</message>`);
    expect(messaging.take()).toEqual(['react #tea their m 👍']);
  });
});

describe('name and description in the settings of a room of the user’s own', () => {
  const owner = (inside = '') => `<query xmlns='${NS.MUC_OWNER}'>${inside}</query>`;
  const described: RoomDescribed = {
    type: 'room-described',
    room: ROOM,
    name: 'Tea',
    description: 'All about tea.\nNo coffee.',
  };

  it('I30 are shown, changed alone, and left as they are by a client that sends all back', async () => {
    const { stage } = await inTheRoom();
    const changes: RoomChanges[] = [];
    const rooms: MemoryRooms & { configure?: unknown } = stage.session(0).rooms;
    rooms.configure = async (_room: string, change: RoomChanges) => {
      changes.push(change);
    };
    await stage.happens(described);
    const form = (await stage.result('get', ROMEO, TEA, owner())).child('x', NS.DATA);
    const field = (name: string) =>
      form
        ?.childrenNamed('field')
        .find(({ attrs }) => attrs.var === `muc#roomconfig_${name}`)
        ?.childrenNamed('value')
        .map((value) => value.text());
    expect([field('roomname'), field('roomdesc')]).toEqual([['Tea'], ['All about tea.', 'No coffee.']]);
    const submit = (name: string, ...lines: readonly string[]) =>
      owner(
        `<x xmlns='${NS.DATA}' type='submit'><field var='muc#roomconfig_roomname'><value>${name}</value></field>` +
          `<field var='muc#roomconfig_roomdesc'>${lines.map((line) => `<value>${line}</value>`).join('')}</field></x>`,
      );
    await stage.result('set', ROMEO, TEA, submit('Cake', 'About cake.')).catch(() => undefined);
    await stage
      .result('set', ROMEO, TEA, submit('Tea', 'All about tea.', 'No coffee.'))
      .catch(() => undefined);
    await stage.result('set', ROMEO, TEA, submit('', '')).catch(() => undefined);
    expect(changes).toEqual([{ name: 'Cake', description: 'About cake.' }, { description: '' }]);
  });
});
