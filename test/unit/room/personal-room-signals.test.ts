import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomTypingChanged } from '../../../src/gateway/event.js';
import type { NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import { DOMAIN, ROMEO, ROMEO_PHONE, TEA } from '../../support/core/room-stage.js';
import { EVERYTHING, MemoryMessaging } from '../../support/memory-network/messaging.js';
import { contactOf, memberOf } from '../../support/memory-network/world.js';

const ROOM = '#tea' as RoomId;
const OWNER = 'romeo@example.org';
const EXPIRY_MS = 30_000;

const id = (text: string) => text as NetworkMessageId;
const stanzaIdOf = (stanza: XmlElement | undefined) => stanza?.child('stanza-id', NS.SID)?.attrs.id ?? '';
const displayedOf = (stanza: XmlElement | undefined) => stanza?.child('displayed', NS.CHAT_MARKERS)?.attrs.id;
const stateOf = (stanza: XmlElement | undefined) =>
  stanza?.elements().find(({ ns }) => ns === NS.CHAT_STATES)?.name;

async function inTheRoom(messaging = new MemoryMessaging(EVERYTHING)): Promise<PersonalRoomStage> {
  const stage = await PersonalRoomStage.start({
    network: { messaging },
    limits: { typingExpiryMs: EXPIRY_MS },
  });
  stage.world.enter('#tea', 'Alice');
  stage.world.enter('#tea', 'Bob');
  await stage.join(ROMEO, 'Romeo');
  return stage;
}

function writes(nick: string, composing: boolean, own = false): RoomTypingChanged {
  const who = { member: memberOf(nick), nick, contact: contactOf(nick), own };
  return { type: 'room-typing', room: ROOM, ...who, composing };
}

describe('who is writing in a room of the user’s own', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('I23 F15 is told to the clients that are there, once, and kept nowhere', async () => {
    const stage = await inTheRoom();
    await stage.join(ROMEO_PHONE, 'Romeo');
    const sent = await stage.happens(writes('Alice', true));
    expect(sent.map(({ attrs }) => [attrs.from, attrs.to, attrs.type])).toEqual([
      [`${TEA}/Alice`, ROMEO, 'groupchat'],
      [`${TEA}/Alice`, ROMEO_PHONE, 'groupchat'],
    ]);
    expect(sent.map(stateOf)).toEqual(['composing', 'composing']);
    expect(sent[0]?.child('no-store', NS.HINTS)).toBeDefined();
    expect(sent[0]?.child('body')).toBeUndefined();
    expect(await stage.happens(writes('Alice', true))).toEqual([]);
    expect((await stage.happens(writes('Alice', false))).map(stateOf)).toEqual(['paused', 'paused']);
    expect(await stage.happens(writes('Alice', false))).toEqual([]);
    expect(await stage.archive()).toEqual([]);
  });

  it('F15 ends by itself, and by a message without a word', async () => {
    const stage = await inTheRoom();
    await stage.happens(writes('Alice', true));
    vi.advanceTimersByTime(EXPIRY_MS - 1);
    expect(await stage.happens(writes('Alice', true))).toEqual([]);
    vi.advanceTimersByTime(EXPIRY_MS - 1);
    expect(stage.take()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(stage.take().map(stateOf)).toEqual(['paused']);
    await stage.happens(writes('Bob', true));
    await stage.hears('said', { nick: 'Bob' });
    vi.advanceTimersByTime(EXPIRY_MS);
    expect(stage.take()).toEqual([]);
  });

  it('is told of nobody who is not there, nor of oneself, nor while no client is', async () => {
    const stage = await inTheRoom();
    expect(await stage.happens(writes('Nobody', true))).toEqual([]);
    expect(await stage.happens(writes('Romeo', true, true))).toEqual([]);
    await stage.leave(ROMEO, 'Romeo');
    expect(await stage.happens(writes('Alice', true))).toEqual([]);
  });

  it('I23 is told of a few at a time', async () => {
    const stage = await inTheRoom();
    let told = 0;
    for (let person = 0; person < 30; person += 1) {
      stage.world.enter('#tea', `p${person}`);
      await stage.settled();
      stage.take();
      told += (await stage.happens(writes(`p${person}`, true))).length;
    }
    expect(told).toBe(10);
  });

  it('F15 reaches the network when the user writes there, changes alone', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const stage = await inTheRoom(messaging);
    const state = (name: string) =>
      stage.receive(
        `<message from='${ROMEO}' to='${TEA}' type='groupchat'><${name} xmlns='${NS.CHAT_STATES}'/></message>`,
      );
    for (const name of ['composing', 'composing', 'paused', 'active']) await state(name);
    expect(messaging.take()).toEqual(['typing #tea yes', 'typing #tea no']);
    expect(stage.take()).toEqual([]);
  });
});

describe('what the user has read elsewhere in a room of his own', () => {
  const read = (upTo: string) => ({ type: 'room-displayed', room: ROOM, upTo: id(upTo) }) as const;

  it('F14 I11 is a marker of his own occupant by the id of the room, forward only', async () => {
    const stage = await inTheRoom();
    const [first] = await stage.hears('one', { id: id('1') });
    const [second] = await stage.hears('two', { id: id('2') });
    const [marker, ...others] = await stage.happens(read('2'));
    expect(others).toEqual([]);
    expect(marker?.attrs).toMatchObject({ from: `${TEA}/Romeo`, to: ROMEO, type: 'groupchat' });
    expect(displayedOf(marker)).toBe(stanzaIdOf(second));
    expect(stanzaIdOf(first)).not.toBe('');
    expect(await stage.happens(read('1'))).toEqual([]);
    expect(await stage.happens(read('2'))).toEqual([]);
    expect(await stage.happens(read('unknown'))).toEqual([]);
    expect(await stage.archived()).toEqual(['one', 'two']);
  });

  it('F14 is told to a client that comes later, and names what others have said', async () => {
    const stage = await inTheRoom();
    const [said] = await stage.hears('one', { id: id('1') });
    await stage.say(ROMEO, 'mine');
    await stage.happens(read('post-1'));
    await stage.enter(ROMEO_PHONE, 'Romeo');
    const sent = stage.take(ROMEO_PHONE).filter((stanza) => displayedOf(stanza) !== undefined);
    expect(sent.map(displayedOf)).toEqual([stanzaIdOf(said)]);
  });

  it('J07 is kept on the user’s server where that lets the gateway, and no more when it refuses', async () => {
    const stage = await inTheRoom();
    const perm = `<perm access='iq'><namespace ns='${NS.PUBSUB}' type='both'/></perm>`;
    const privilege = `<privilege xmlns='${NS.PRIVILEGE}'>${perm}</privilege>`;
    await stage.receive(`<message from='example.org' to='${DOMAIN}'>${privilege}</message>`);
    stage.take();
    const names: string[] = [];
    for (const name of ['1', '2', '3', '4'])
      names.push(stanzaIdOf((await stage.hears(name, { id: id(name) }))[0]));
    const requests = (sent: readonly XmlElement[]) => sent.filter(({ name }) => name === 'iq');
    const [asked] = requests(await stage.happens(read('1')));
    expect(asked?.attrs).toMatchObject({ type: 'set', from: DOMAIN, to: OWNER });
    const inner = asked?.child('privileged_iq', NS.PRIVILEGE)?.child('iq', NS.CLIENT);
    expect(inner?.attrs).toMatchObject({ type: 'set', from: OWNER, to: OWNER });
    const pubsub = inner?.child('pubsub', NS.PUBSUB);
    const publish = pubsub?.child('publish');
    expect([publish?.attrs.node, publish?.child('item')?.attrs.id]).toEqual([NS.MDS, TEA]);
    const mark = (iq: XmlElement | undefined) => /<stanza-id[^>]* id='([^']*)'/.exec(String(iq))?.[1];
    expect(mark(asked)).toBe(names[0]);
    expect(String(pubsub?.child('publish-options'))).toContain('whitelist');
    // While one is on its way, the newest alone follows it.
    expect(requests(await stage.happens(read('2')))).toEqual([]);
    expect(requests(await stage.happens(read('3')))).toEqual([]);
    const answer = async (iq: XmlElement | undefined, type: string, inside: string) => {
      const reply = `<iq type='${type}' id='${iq?.attrs.id}' from='${OWNER}' to='${DOMAIN}'>${inside}</iq>`;
      await stage.receive(reply);
      return stage.take();
    };
    const done = `<privilege xmlns='${NS.PRIVILEGE}'><forwarded xmlns='${NS.FORWARD}'><iq xmlns='${NS.CLIENT}' type='result' id='i'/></forwarded></privilege>`;
    const [next, ...rest] = requests(await answer(asked, 'result', done));
    expect([mark(next), rest]).toEqual([names[2], []]);
    const forbidden = `<error type='auth'><forbidden xmlns='${NS.STANZA_ERRORS}'/></error>`;
    await answer(next, 'error', forbidden);
    expect(requests(await stage.happens(read('4')))).toEqual([]);
  });
});
