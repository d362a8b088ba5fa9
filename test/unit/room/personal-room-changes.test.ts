import { describe, expect, it, vi } from 'vitest';
import type {
  RoomMessageEdited,
  RoomMessageRetracted,
  RoomReactionsChanged,
} from '../../../src/gateway/event.js';
import type { MemberId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import { StoreError } from '../../../src/store/error.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import type { RoomStageOptions } from '../../support/core/room-stage.js';
import { conditionOf, ROMEO, ROMEO_PHONE, TEA } from '../../support/core/room-stage.js';
import { EVERYTHING, MemoryMessaging } from '../../support/memory-network/messaging.js';
import { contactOf, memberOf } from '../../support/memory-network/world.js';

const ROOM = '#tea' as RoomId;
const OWNER = 'romeo@example.org';
const NO_ARCHIVE = { archive: { enabled: false, history: 20, maxPage: 50 } };

const stanzaIdOf = (stanza: XmlElement | undefined) => stanza?.child('stanza-id', NS.SID)?.attrs.id ?? '';
const occupantOf = (stanza: XmlElement | undefined) => stanza?.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id;
const replaced = (stanza: XmlElement | undefined) => stanza?.child('replace', NS.CORRECT)?.attrs.id;
const retracted = (stanza: XmlElement | undefined) => stanza?.child('retract', NS.RETRACT)?.attrs.id;
const reactionsOf = (stanza: XmlElement | undefined) => {
  const reactions = stanza?.child('reactions', NS.REACTIONS);
  return reactions && [reactions.attrs.id, ...reactions.elements().map((one) => one.text())];
};
/** The words among what was sent to a user who is not in the room. */
const chat = (sent: readonly XmlElement[]) => sent.find(({ attrs }) => attrs.type === 'chat');
const at = (id: NetworkMessageId, own = false) => ({ id, own });
const id = (text: string) => text as NetworkMessageId;

const by = (nick: string) => ({
  room: ROOM,
  member: memberOf(nick) as MemberId,
  nick,
  contact: contactOf(nick),
});

function edit(message: string, text: string, more: Partial<RoomMessageEdited> = {}): RoomMessageEdited {
  return { type: 'room-message-edited', ...by('Alice'), message: at(id(message)), text, ...more };
}

function retract(message: string, more: Partial<RoomMessageRetracted> = {}): RoomMessageRetracted {
  return { type: 'room-message-retracted', room: ROOM, message: at(id(message)), ...more };
}

function react(message: string, emojis: readonly string[], more: Partial<RoomReactionsChanged> = {}) {
  const event = { type: 'room-reactions-changed', ...by('Bob'), message: at(id(message)), emojis } as const;
  return { ...event, ...more };
}

async function inTheRoom(options: RoomStageOptions = {}): Promise<PersonalRoomStage> {
  const stage = await PersonalRoomStage.start(options);
  stage.world.enter('#tea', 'Alice');
  stage.world.enter('#tea', 'Bob');
  await stage.join(ROMEO, 'Romeo');
  return stage;
}

/** A message of a client, as its clients see it. */
async function write(stage: PersonalRoomStage, inside: string, stanzaId: string): Promise<XmlElement[]> {
  const to = `to='${TEA}' type='groupchat' id='${stanzaId}'`;
  await stage.receive(`<message from='${ROMEO}' ${to}>${inside}</message>`);
  return stage.take();
}

describe('a message of a room of the user’s own is edited', () => {
  it('F17 I12 as a correction by its author that names the first id, with ids of its own, archived', async () => {
    const stage = await inTheRoom();
    await stage.join(ROMEO_PHONE, 'Romeo');
    const [first] = await stage.hears('teh', { id: id('m') });
    const sent = await stage.happens(edit('m', 'the'));
    expect(sent.map(({ attrs }) => attrs.to)).toEqual([ROMEO, ROMEO_PHONE]);
    const [correction] = sent;
    expect(correction?.attrs).toMatchObject({ from: `${TEA}/Alice`, type: 'groupchat' });
    expect(correction?.childText('body')).toBe('the');
    expect(replaced(correction)).toBe(first?.attrs.id);
    expect(occupantOf(correction)).toBe(occupantOf(first));
    expect(stanzaIdOf(correction)).not.toBe(stanzaIdOf(first));
    const [again] = await stage.happens(edit('m', 'these'));
    expect(replaced(again)).toBe(first?.attrs.id);
    expect(await stage.archived()).toEqual(['teh', 'the', 'these']);
  });

  it('F08 the same words again say nothing new, whatever was said first, also after a restart', async () => {
    const stage = await inTheRoom();
    await stage.hears('same', { id: id('m') });
    expect(await stage.happens(edit('m', 'same'))).toEqual([]);
    expect(await stage.happens(edit('m', 'other'))).toHaveLength(1);
    expect(await stage.happens(edit('m', 'other'))).toEqual([]);
    const after = new PersonalRoomStage({ store: stage.store });
    await after.start();
    await after.join(ROMEO, 'Romeo');
    expect(await after.happens(edit('m', 'other'))).toEqual([]);
    expect(await after.happens(edit('m', 'same'))).toHaveLength(1);
    expect(await after.archived()).toEqual(['same', 'other', 'same']);
  });

  it('is archived and calls nobody while no client is there', async () => {
    const stage = await inTheRoom();
    await stage.hears('teh', { id: id('m') });
    await stage.leave(ROMEO, 'Romeo');
    expect(await stage.happens(edit('m', 'the'))).toEqual([]);
    expect(await stage.happens(edit('unknown', 'new words'))).toEqual([]);
    expect(await stage.archived()).toEqual(['teh', 'the', 'Corrected: new words']);
  });

  it('is shown as new words where nobody knows the message, and once', async () => {
    const stage = await inTheRoom();
    const [stanza] = await stage.happens(edit('older', 'new words'));
    expect(stanza?.attrs.from).toBe(`${TEA}/Alice`);
    expect(stanza?.childText('body')).toBe('Corrected: new words');
    expect(replaced(stanza)).toBeUndefined();
    expect(await stage.happens(edit('older', 'new words'))).toEqual([]);
    expect(replaced((await stage.happens(edit('older', 'newer words')))[0])).toBe(stanza?.attrs.id);
  });

  it('F32 by the user elsewhere: from his own occupant, by the id that his client gave', async () => {
    const stage = await inTheRoom();
    await write(stage, '<body>teh</body>', 'mine');
    const [correction] = await stage.happens(
      edit('post-1', 'the', { ...by('romeo mobile'), own: true, message: at(id('post-1'), true) }),
    );
    expect(correction?.attrs.from).toBe(`${TEA}/Romeo`);
    expect(replaced(correction)).toBe('mine');
  });

  it('with remarks, and as words where only they are left', async () => {
    const stage = await inTheRoom();
    await stage.hears('a picture', { id: id('m') });
    const remarks = [{ key: 'memory-refused' }];
    const [both] = await stage.happens(edit('m', 'another', { remarks }));
    expect(both?.childText('body')).toBe('another\n[The network refuses.]');
    const [alone] = await stage.happens(edit('m', '', { remarks }));
    expect(alone?.childText('body')).toBe('[The network refuses.]');
    expect((await stage.happens(edit('m', '')))[0]?.childText('body')).toMatch(/\w/);
  });

  it('works where no archive is kept: for those who are there, else as words of the room', async () => {
    const stage = await inTheRoom({ domain: NO_ARCHIVE });
    const [first] = await stage.hears('teh', { id: id('m') });
    const [correction] = await stage.happens(edit('m', 'the'));
    expect(correction?.attrs).toMatchObject({ from: `${TEA}/Alice`, to: ROMEO, type: 'groupchat' });
    expect(replaced(correction)).toBe(first?.attrs.id);
    expect(correction?.child('stanza-id', NS.SID)).toBeUndefined();
    await stage.leave(ROMEO, 'Romeo');
    const words = chat(await stage.hears('so', { id: id('n') }));
    const [later] = await stage.happens(edit('n', 'so it is'));
    expect(later?.attrs).toMatchObject({ from: TEA, to: OWNER, type: 'chat' });
    expect(later?.childText('body')).toBe('<Alice> so it is');
    expect(replaced(later)).toBe(words?.attrs.id);
    expect(await stage.happens(edit('n', 'so it is'))).toEqual([]);
  });

  it('S23 is not safe while the store cannot write: the network has to bring it again', async () => {
    const stage = await inTheRoom();
    await stage.hears('teh', { id: id('m') });
    vi.spyOn(stage.store.messages, 'change').mockRejectedValueOnce(new StoreError('full', 'full'));
    await expect(stage.happens(edit('m', 'the'))).rejects.toThrow('full');
    expect(stage.take()).toEqual([]);
    expect(await stage.happens(edit('m', 'the'))).toHaveLength(1);
  });
});

describe('a message of a room of the user’s own is taken back', () => {
  it('F18 I22 by its author: history has a tombstone, and none of the words that were there', async () => {
    const stage = await inTheRoom();
    const [first] = await stage.hears('secret', { id: id('m') });
    await stage.happens(edit('m', 'secret too'));
    const [stanza] = await stage.happens(retract('m'));
    expect(stanza?.attrs).toMatchObject({ from: `${TEA}/Alice`, type: 'groupchat' });
    expect(retracted(stanza)).toBe(stanzaIdOf(first));
    expect(stanza?.child('fallback', NS.FALLBACK)?.attrs.for).toBe(NS.RETRACT);
    expect(occupantOf(stanza)).toBe(occupantOf(first));
    const archive = await stage.archive();
    expect(archive.join('')).not.toContain('secret');
    expect(archive.map((one) => one.childText('body', NS.CLIENT))).toEqual([
      undefined,
      undefined,
      'This message was taken back.',
    ]);
    expect(archive[0]?.child('retracted', NS.RETRACT)?.attrs.id).toBe(stanza?.attrs.id);
    expect(occupantOf(archive[0])).toBe(occupantOf(first));
    await stage.enter(ROMEO_PHONE, 'Romeo');
    expect(stage.take().join('')).not.toContain('secret');
  });

  it('F08 once, and what is said of it afterwards is passed over', async () => {
    const stage = await inTheRoom();
    await stage.hears('gone', { id: id('m') });
    expect(await stage.happens(retract('m'))).toHaveLength(1);
    expect(await stage.happens(retract('m'))).toEqual([]);
    expect(await stage.happens(edit('m', 'back'))).toEqual([]);
    expect(await stage.happens(react('m', ['👍']))).toEqual([]);
    expect(await stage.happens(retract('unknown'))).toEqual([]);
  });

  it('I13 by a moderator: from the room itself, with who he is and why', async () => {
    const stage = await inTheRoom();
    const [first] = await stage.hears('rude', { id: id('m') });
    const [stanza] = await stage.happens(retract('m', { by: 'Bob', reason: 'be kind' }));
    expect(stanza?.attrs).toMatchObject({ from: TEA, type: 'groupchat' });
    const retraction = stanza?.child('retract', NS.RETRACT);
    expect(retraction?.attrs.id).toBe(stanzaIdOf(first));
    const moderated = retraction?.child('moderated', NS.MODERATE);
    expect(moderated?.attrs.by).toBe(`${TEA}/Bob`);
    expect(moderated?.child('occupant-id', NS.OCCUPANT_ID)).toBeDefined();
    expect(retraction?.childText('reason', NS.RETRACT)).toBe('be kind');
    const [tombstone] = await stage.archive();
    const inside = tombstone?.child('retracted', NS.RETRACT);
    expect(inside?.child('moderated', NS.MODERATE)?.attrs.by).toBe(`${TEA}/Bob`);
    expect(occupantOf(tombstone)).toBe(occupantOf(first));
  });

  it('all parts of it', async () => {
    const stage = await inTheRoom({ limits: { messageLength: 100 } });
    const parts = await stage.hears('word '.repeat(50), { id: id('m') });
    expect(parts.length).toBeGreaterThan(1);
    const sent = await stage.happens(retract('m'));
    expect(sent.map(retracted)).toEqual(parts.map(stanzaIdOf));
    expect((await stage.archive()).join('')).not.toContain('word');
  });

  it('where the network does not say in which room', async () => {
    const stage = await inTheRoom();
    const [first] = await stage.hears('somewhere', { id: id('m') });
    const [stanza] = await stage.happens({ type: 'message-retracted', message: at(id('m')) });
    expect(stanza?.attrs).toMatchObject({ from: `${TEA}/Alice`, type: 'groupchat' });
    expect(retracted(stanza)).toBe(stanzaIdOf(first));
  });

  it('by an author who is gone, while no client is there, and where no archive is kept', async () => {
    const stage = await inTheRoom();
    const [first] = await stage.hears('bye', { id: id('m') });
    stage.world.leave('#tea', 'Alice');
    await stage.settled();
    stage.take();
    const [stanza] = await stage.happens(retract('m'));
    expect([stanza?.attrs.from, occupantOf(stanza)]).toEqual([`${TEA}/Alice`, occupantOf(first)]);
    await stage.brings('later', { id: id('n') });
    await stage.leave(ROMEO, 'Romeo');
    expect(await stage.happens(retract('n'))).toEqual([]);
    expect((await stage.archive()).join('')).not.toContain('later');
    const bare = await inTheRoom({ domain: NO_ARCHIVE });
    const [shown] = await bare.hears('bye', { id: id('m') });
    const [live] = await bare.happens(retract('m'));
    expect([live?.attrs.from, retracted(live)]).toEqual([`${TEA}/Alice`, shown?.attrs.id]);
    await bare.leave(ROMEO, 'Romeo');
    const words = chat(await bare.hears('alone', { id: id('n') }));
    const [told] = await bare.happens(retract('n'));
    expect([told?.attrs.from, told?.attrs.to, retracted(told)]).toEqual([TEA, OWNER, words?.attrs.id]);
  });
});

describe('reactions in a room of the user’s own', () => {
  it('F19 I11 come from who reacts, name the id of the room, and are archived', async () => {
    const stage = await inTheRoom();
    const [first] = await stage.hears('tea?', { id: id('m') });
    const [stanza] = await stage.happens(react('m', ['👍', '🍰']));
    expect(stanza?.attrs).toMatchObject({ from: `${TEA}/Bob`, type: 'groupchat' });
    expect(reactionsOf(stanza)).toEqual([stanzaIdOf(first), '👍', '🍰']);
    expect(stanza?.child('store', NS.HINTS)).toBeDefined();
    expect(reactionsOf((await stage.happens(react('m', [])))[0])).toEqual([stanzaIdOf(first)]);
    expect((await stage.archive()).map(reactionsOf)).toEqual([
      undefined,
      [stanzaIdOf(first), '👍', '🍰'],
      [stanzaIdOf(first)],
    ]);
  });

  it('F08 the same again say nothing new; those of messages that nobody knows are passed over', async () => {
    const stage = await inTheRoom();
    await stage.hears('tea?', { id: id('m') });
    expect(await stage.happens(react('m', ['👍', '🍰']))).toHaveLength(1);
    expect(await stage.happens(react('m', ['🍰', '👍']))).toEqual([]);
    expect(await stage.happens(react('unknown', ['👍']))).toEqual([]);
  });

  it('F32 the user’s own from elsewhere come from his occupant, and those of his client once', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const stage = await inTheRoom({ network: { messaging } });
    const [first] = await stage.hears('tea?', { id: id('m') });
    const own = { ...by('romeo mobile'), own: true };
    const [stanza] = await stage.happens(react('m', ['👍'], own));
    expect(stanza?.attrs.from).toBe(`${TEA}/Romeo`);
    const name = stanzaIdOf(first);
    const mine = `<reactions xmlns='${NS.REACTIONS}' id='${name}'><reaction>🍰</reaction></reactions>`;
    const [reflected] = await write(stage, mine, 'r1');
    expect([reflected?.attrs.from, reflected?.attrs.id]).toEqual([`${TEA}/Romeo`, 'r1']);
    expect(messaging.take()).toContain('react #tea their m 🍰');
    expect(await stage.happens(react('m', ['🍰'], own))).toEqual([]);
  });

  it('S03 nobody hears of a person whom he has blocked', async () => {
    const stage = await inTheRoom();
    await stage.hears('tea?', { id: id('m') });
    await stage.happens({ type: 'contact-blocked', contact: contactOf('Bob'), blocked: true });
    expect(await stage.happens(react('m', ['👍']))).toEqual([]);
    expect(await stage.happens(edit('m', 'other', by('Bob')))).toEqual([]);
  });
});

describe('what the user does to messages of a room of his own', () => {
  const replace = (name: string) => `<replace xmlns='${NS.CORRECT}' id='${name}'/>`;
  const takeBack = (name: string) => `<retract xmlns='${NS.RETRACT}' id='${name}'/>`;

  it('F16 an edit reaches the network by the first id, again and again, and comes back once', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const stage = await inTheRoom({ network: { messaging } });
    await write(stage, '<body>teh</body>', 'm1');
    messaging.take();
    const [reflected] = await write(stage, `<body>the</body>${replace('m1')}`, 'm2');
    expect([reflected?.attrs.id, replaced(reflected)]).toEqual(['m2', 'm1']);
    await write(stage, `<body>these</body>${replace('m1')}`, 'm3');
    expect(messaging.take()).toEqual(['edit #tea post-1 the', 'edit #tea post-1 these']);
    const echo = { ...by('romeo'), own: true, message: at(id('post-1'), true) };
    expect(await stage.happens(edit('post-1', 'these', echo))).toEqual([]);
    expect(await stage.archived()).toEqual(['teh', 'the', 'these']);
  });

  it('F18 I22 a retraction reaches the network, is archived, and takes all words along; it is told once', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const stage = await inTheRoom({ network: { messaging } });
    const [first] = await write(stage, '<body>secret</body>', 'm1');
    await write(stage, `<body>secret too</body>${replace('m1')}`, 'm2');
    messaging.take();
    const [reflected] = await write(stage, takeBack(stanzaIdOf(first)), 'm3');
    expect([reflected?.attrs.from, reflected?.attrs.id]).toEqual([`${TEA}/Romeo`, 'm3']);
    expect(messaging.take()).toEqual(['retract #tea post-1']);
    const archive = await stage.archive();
    expect(archive.join('')).not.toContain('secret');
    expect(archive[0]?.child('retracted', NS.RETRACT)?.attrs.id).toBe('m3');
    expect(retracted(archive[2])).toBe(stanzaIdOf(first));
    expect(await stage.happens({ type: 'message-retracted', message: at(id('post-1'), true) })).toEqual([]);
  });

  it('S23 is an error, and not shown, when it cannot be committed', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const stage = await inTheRoom({ network: { messaging } });
    await write(stage, '<body>teh</body>', 'm1');
    vi.spyOn(stage.store.messages, 'change').mockRejectedValueOnce(new StoreError('full', 'full'));
    const [refused, ...others] = await write(stage, `<body>the</body>${replace('m1')}`, 'm2');
    expect(others).toEqual([]);
    expect([refused?.attrs.type, refused?.attrs.id]).toEqual(['error', 'm2']);
    expect(conditionOf(refused)).toBeDefined();
  });
});
