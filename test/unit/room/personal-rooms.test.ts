import { describe, expect, it, vi } from 'vitest';
import type { RoomEntered } from '../../../src/gateway/event.js';
import type { MemberId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import { StoreError } from '../../../src/store/error.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import { DOMAIN, JULIET, ROMEO, ROMEO_PHONE, TEA, wordOf } from '../../support/core/room-stage.js';
import { HALL, memberNamed, memberOf } from '../../support/memory-network/world.js';

const OWNER = 'romeo@example.org';
const ALICE = `alice@${DOMAIN}`;

const idOf = (stanza: XmlElement | undefined) => stanza?.attrs.id ?? '';
const stanzaIdOf = (stanza: XmlElement | undefined) => stanza?.child('stanza-id', NS.SID)?.attrs.id;
const invitations = (sent: readonly XmlElement[]) =>
  sent.filter((stanza) => stanza.child('x', NS.MUC_USER)?.child('invite', NS.MUC_USER));

const ENTERED: RoomEntered = {
  type: 'room-entered',
  room: '#tea' as RoomId,
  place: HALL,
  self: 'romeo' as MemberId,
  members: [],
  traits: { moderated: false, membersOnly: true, hidden: true, passwordProtected: false, openSubject: true },
  created: false,
  resumed: false,
};

async function inTheRoom(...users: readonly string[]): Promise<PersonalRoomStage> {
  const stage = await PersonalRoomStage.start({}, ...users);
  stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  return stage;
}

describe('what is said in a room of the user’s own', () => {
  it('F23 H25 I07 comes from the occupant to every client that is there, with ids of the room', async () => {
    const stage = await inTheRoom();
    await stage.join(ROMEO_PHONE, 'Romeo');
    const sent = await stage.hears('hello');
    expect(sent.map(({ attrs }) => attrs.to)).toEqual([ROMEO, ROMEO_PHONE]);
    const [stanza] = sent;
    expect(stanza?.attrs).toMatchObject({ from: `${TEA}/Alice`, type: 'groupchat' });
    expect(stanza?.childText('body')).toBe('hello');
    expect(stanza?.child('stanza-id', NS.SID)?.attrs).toEqual({ id: idOf(stanza), by: TEA });
    expect(stanza?.child('occupant-id', NS.OCCUPANT_ID)).toBeDefined();
    expect(stanza?.child('delay', NS.DELAY)).toBeUndefined();
    expect(await stage.archived()).toEqual(['hello']);
  });

  it('I15 that it calls out to the user says so, and where his name stands in it', async () => {
    const stage = await inTheRoom();
    const calls = { member: memberOf('Romeo') as MemberId, nick: 'Romeo' };
    const [named] = await stage.hears('👋 Romeo!', { calls });
    const [own] = (await stage.hears('mine', { own: true, nick: 'Romeo' })) ?? [];
    const occupantid = own?.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id;
    expect(named?.child('mention', NS.MENTIONS)?.attrs).toEqual({ begin: '2', end: '7', occupantid });
    const [answered] = await stage.hears('yes', { calls });
    expect(answered?.child('mention', NS.MENTIONS)?.attrs).toEqual({ occupantid });
    const [plain] = await stage.hears('Romeo is away');
    expect(plain?.child('mention', NS.MENTIONS)).toBeUndefined();
  });

  it('F08 the same message brought again is one, also where another account has it', async () => {
    const stage = await inTheRoom(ROMEO, JULIET);
    const id = await stage.brings('once');
    expect(stage.take().map(wordOf)).toEqual(['Alice: once']);
    expect(await stage.hears('once', { id })).toEqual([]);
    await stage.join(JULIET, 'Juliet');
    expect((await stage.hears('once', { id }, JULIET)).map(({ attrs }) => attrs.to)).toEqual([JULIET]);
    expect(await stage.archived()).toEqual(['once']);
  });

  it('F08 is not safe while the store cannot write: the network has to bring it again', async () => {
    const stage = await inTheRoom();
    const { messages } = stage.store;
    const broken = vi.spyOn(messages, 'accept').mockRejectedValueOnce(new StoreError('full', 'full'));
    const id = 'n-again' as NetworkMessageId;
    await expect(stage.brings('kept', { id })).rejects.toThrow('full');
    expect(stage.take()).toEqual([]);
    broken.mockRestore();
    expect((await stage.hears('kept', { id })).map(wordOf)).toEqual(['Alice: kept']);
    expect(await stage.archived()).toEqual(['kept']);
  });

  it('F07 F27 F24 subject with body, thread, time and marks that mean nothing', async () => {
    const stage = await inTheRoom();
    const [stanza] = await stage.hears('2*3*4', { subject: 'Offer', thread: 't1', time: 0 });
    expect(stanza?.childText('subject')).toBe('Offer');
    expect(stanza?.childText('thread')).toBe('t1');
    expect(stanza?.childText('body')).toBe('2*3*4');
    expect(stanza?.child('unstyled', NS.STYLING)).toBeDefined();
    expect(stanza?.child('delay', NS.DELAY)?.attrs).toEqual({ from: TEA, stamp: '1970-01-01T00:00:00.000Z' });
    // XEP-0045 §8.1: without a body it would be the subject of the room.
    const [bare] = await stage.hears('', { subject: 'Nothing more' });
    expect(bare?.childText('body')).toMatch(/\w/);
  });

  it('remarks of the gateway stand below the text, or alone', async () => {
    const stage = await inTheRoom();
    const remarks = [{ key: 'memory-refused' }, { key: 'memory-wrong-code' }];
    const [below] = await stage.hears('text\n', { remarks });
    const [alone] = await stage.hears('', { remarks });
    expect(below?.childText('body')).toBe('text\n[The network refuses.]\n[That is not the code.]');
    expect(alone?.childText('body')).toBe('[The network refuses.]\n[That is not the code.]');
  });

  it('F21 I11 a reply names the id of the room and the author there, with what is quoted', async () => {
    const stage = await inTheRoom();
    stage.world.enter('#tea', 'Bob');
    const first = await stage.brings('what time?');
    const [asked] = stage.take(ROMEO).filter(({ name }) => name === 'message');
    const replyTo = { id: first, own: false, quote: 'what time?' };
    const [answer] = await stage.hears('noon', { nick: 'Bob', replyTo });
    expect(answer?.child('reply', NS.REPLY)?.attrs).toMatchObject({
      to: `${TEA}/Alice`,
      id: stanzaIdOf(asked),
    });
    expect(answer?.childText('body')).toBe('> what time?\nnoon');
  });

  it('F32 what the user says elsewhere comes from his own occupant and calls nobody', async () => {
    const stage = await inTheRoom();
    const [own] = await stage.hears('from my phone', { nick: 'romeo mobile', own: true });
    expect(own?.attrs.from).toBe(`${TEA}/Romeo`);
    await stage.leave(ROMEO, 'Romeo');
    expect(await stage.hears('again', { nick: 'romeo mobile', own: true })).toEqual([]);
    expect(await stage.archived()).toEqual(['from my phone', 'again']);
  });

  it('S07 who is no member any more does not look like one who is', async () => {
    const stage = await inTheRoom();
    const [stanza] = await stage.hears('who am I?', { nick: 'Alice', member: 'another' as never });
    expect(stanza?.attrs.from).toBe(`${TEA}/Alice (2)`);
    expect(stanza?.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id).toMatch(/\w/);
  });
});

describe('a user who is not in his room', () => {
  it('I36 I35 is invited once per absence, and finds everything when he comes', async () => {
    const stage = await PersonalRoomStage.start();
    stage.world.enter('#tea', 'Alice');
    const [first, ...others] = await stage.hears('one', { roomName: 'Tea\ntime' });
    expect(others).toEqual([]);
    expect(first?.attrs).toMatchObject({ from: TEA, to: OWNER });
    const invite = first?.child('x', NS.MUC_USER)?.child('invite', NS.MUC_USER);
    expect(invite?.attrs.from).toBe(ALICE);
    expect(invite?.childText('reason')).toMatch(/Alice .*Tea time.* UTC/);
    expect(first?.child('x', NS.CONFERENCE)?.attrs).toMatchObject({
      jid: TEA,
      reason: invite?.childText('reason'),
    });
    expect(first?.childText('body')).toBe(invite?.childText('reason'));
    expect(await stage.hears('two')).toEqual([]);
    await stage.enter(ROMEO, 'Romeo');
    expect(stage.take(ROMEO).map(wordOf)).toEqual([
      '+Alice',
      '+Romeo',
      'Alice: one',
      'Alice: two',
      'room: ()',
    ]);
    expect((await stage.hears('three')).map(wordOf)).toEqual(['Alice: three']);
    await stage.leave(ROMEO, 'Romeo');
    expect(invitations(await stage.hears('four'))).toHaveLength(1);
    expect(await stage.hears('five')).toEqual([]);
    expect(await stage.archived()).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('I08 misses nothing that was long on its way when he asks for what came since the last that he knows', async () => {
    const stage = await inTheRoom();
    const known = Date.parse('2026-01-02T12:00:00Z');
    await stage.brings('known', { time: known });
    await stage.leave(ROMEO, 'Romeo');
    await stage.hears('late', { time: known - 3_600_000 });
    await stage.enter(ROMEO, 'Romeo', "<history since='2026-01-02T12:00:00Z'/>");
    const [first, second] = stage.take(ROMEO).filter(({ name, attrs }) => name === 'message' && attrs.id);
    expect([first, second].map((stanza) => stanza?.childText('body'))).toEqual(['known', 'late']);
    expect(second?.child('delay', NS.DELAY)?.attrs.stamp).toBe('2026-01-02T12:00:00.000Z');
    // A time to come is none, or everything after it would have to be later.
    await stage.brings('ahead', { time: Date.now() + 86_400_000 });
    const { newest } = await stage.store.archive.personalRoom(DOMAIN, stage.accountOf(ROMEO), '#tea');
    expect(newest).toBeLessThanOrEqual(Date.now());
  });

  it('I36 a restart forgets neither that he was invited nor what was said', async () => {
    const before = await PersonalRoomStage.start();
    await before.brings('one');
    await before.stop();
    const stage = new PersonalRoomStage({ store: before.store });
    await stage.start();
    stage.take();
    expect(invitations(await stage.hears('two', { id: 'later' as NetworkMessageId }))).toEqual([]);
    expect(await stage.archived()).toEqual(['one', 'two']);
  });

  it('F08 the invitation is sent again where it was not confirmed before the end', async () => {
    const before = await PersonalRoomStage.start();
    before.sink.whenConfirmed = () => new Promise(() => undefined);
    await before.brings('one');
    const stage = new PersonalRoomStage({ store: before.store });
    await stage.start();
    expect(invitations(stage.take(OWNER))).toHaveLength(1);
  });

  it('L01 an invitation that his server returns waits until a client of his is there', async () => {
    const stage = await PersonalRoomStage.start();
    await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}' type='unavailable'/>`);
    const [invitation] = invitations(await stage.hears('one'));
    await stage.receive(
      `<message from='${OWNER}' to='${TEA}' type='error' id='${idOf(invitation)}'>` +
        `<error type='cancel'><service-unavailable xmlns='${NS.STANZA_ERRORS}'/></error></message>`,
    );
    stage.take();
    await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
    expect(invitations(stage.take()).map(idOf)).toEqual([idOf(invitation)]);
  });

  it('whom he has blocked is not heard in rooms; whom he has muted does not call him', async () => {
    const stage = await PersonalRoomStage.start();
    const tell = async (text: string) => {
      await stage.receive(
        `<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>${text}</body></message>`,
      );
    };
    await tell('block bob');
    await tell('mute alice');
    await tell('1');
    stage.take();
    expect(await stage.hears('from Bob', { nick: 'Bob' })).toEqual([]);
    expect(await stage.hears('from Alice')).toEqual([]);
    expect(await stage.archived()).toEqual(['from Alice']);
    expect(invitations(await stage.hears('from Carol', { nick: 'Carol' }))).toHaveLength(1);
  });

  it('finds each message once when it comes while he is coming in', async () => {
    const stage = await PersonalRoomStage.start();
    stage.world.enter('#tea', 'Alice');
    await stage.brings('before');
    stage.take();
    const coming = stage.enter(ROMEO, 'Romeo');
    const during = ['a', 'b', 'c'].map((text) => stage.brings(text));
    await Promise.all([coming, ...during]);
    const bodies = stage.take(ROMEO).flatMap((stanza) => stanza.childText('body') ?? []);
    expect(bodies).toEqual(['before', 'a', 'b', 'c']);
  });

  it('where no archive is kept, gets the words themselves', async () => {
    const stage = await PersonalRoomStage.start({
      domain: { archive: { enabled: false, history: 0, maxPage: 50 } },
    });
    stage.world.enter('#tea', 'Alice');
    const sent = await stage.hears('one');
    expect(invitations(sent)).toHaveLength(1);
    expect(sent.at(-1)?.attrs).toMatchObject({ from: TEA, to: OWNER });
    expect(sent.at(-1)?.childText('body')).toBe('<Alice> one');
    await stage.join(ROMEO, 'Romeo');
    const [there] = await stage.hears('two');
    expect(there?.attrs).toMatchObject({ from: `${TEA}/Alice`, to: ROMEO, type: 'groupchat' });
  });
});

describe('service discovery of a room of the user’s own', () => {
  it('H01 Q06 tells the name that the network gives, to who is in it', async () => {
    const stage = await inTheRoom();
    const name = async () => {
      const info = await stage.result('get', ROMEO, TEA, `<query xmlns='${NS.DISCO_INFO}'/>`);
      return info.child('identity')?.attrs.name;
    };
    expect(await name()).toBe('#tea');
    await stage.observe(0, { ...ENTERED, name: 'Tea & cakes', members: [memberNamed('Romeo')] });
    expect(await name()).toBe('Tea & cakes');
    await stage.leave(ROMEO, 'Romeo');
    expect(await name()).toBe('#tea');
  });
});

describe('two users in rooms of one name', () => {
  it('S03 S12 see nothing of each other: members, messages, history, archive', async () => {
    const stage = await PersonalRoomStage.start({}, ROMEO, JULIET);
    await stage.join(ROMEO, 'Romeo');
    await stage.hears('for Romeo alone');
    await stage.host.emit(stage.accountOf(JULIET), { ...ENTERED, self: memberNamed('Juliet').id });
    expect(await stage.archived(JULIET)).toEqual([]);
    expect(await stage.hears('for Juliet', {}, JULIET)).toHaveLength(1);
    expect(await stage.archived(JULIET)).toEqual(['for Juliet']);
    expect(await stage.archived(ROMEO)).toEqual(['for Romeo alone']);
    const event = { type: 'member-joined', room: ENTERED.room, member: memberNamed('Bob') } as const;
    await stage.join(JULIET, 'Juliet');
    await stage.observe(0, event);
    const [toRomeo] = stage.take();
    await stage.observe(1, event);
    const [toJuliet] = stage.take();
    expect([toRomeo?.attrs.to, toJuliet?.attrs.to]).toEqual([ROMEO, JULIET]);
    const occupant = (stanza: XmlElement | undefined) =>
      stanza?.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id;
    expect(occupant(toJuliet)).not.toBe(occupant(toRomeo));
  });
});
