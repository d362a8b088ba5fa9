import { describe, expect, it } from 'vitest';
import type { MemberId, RoomId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import {
  conditionOf,
  DOMAIN,
  JULIET,
  ROMEO,
  ROMEO_PHONE,
  RoomStage,
  TEA,
  wordOf,
} from '../../support/core/room-stage.js';

const TEA_ID = '#tea' as RoomId;
const INK = `#ink@${DOMAIN}`;

async function inside(...clients: string[]): Promise<RoomStage> {
  const stage = new RoomStage();
  stage.world.enter('#tea', 'Alice');
  for (const client of clients) await stage.join(client, client.startsWith('romeo') ? 'Romeo' : 'Juliet');
  return stage;
}

const stanzaId = (stanza: ReturnType<RoomStage['take']>[number] | undefined) =>
  stanza?.child('stanza-id', NS.SID)?.attrs.id;

describe('messages in a room', () => {
  it('I01 come back to all clients of the sender with his id and a stanza-id', async () => {
    const stage = await inside(ROMEO, ROMEO_PHONE);
    const sent = await stage.say(ROMEO, 'hello', 'x1');
    expect(sent.map(({ attrs }) => attrs.to)).toEqual([ROMEO, ROMEO_PHONE]);
    for (const message of sent) {
      expect(message.attrs).toMatchObject({ from: `${TEA}/Romeo`, type: 'groupchat', id: 'x1' });
      expect(message.childText('body')).toBe('hello');
      expect(message.childrenNamed('stanza-id', NS.SID).map(({ attrs }) => attrs.by)).toEqual([TEA]);
      expect(message.childrenNamed('occupant-id')).toHaveLength(1);
    }
  });

  it('I01 without an id get one', async () => {
    const stage = await inside(ROMEO);
    await stage.receive(`<message from='${ROMEO}' to='${TEA}' type='groupchat'><body>hi</body></message>`);
    const [message] = stage.take();
    expect(message?.attrs.id).toBe(stanzaId(message));
  });

  it('I02 I07 are seen once by other users of the gateway, with the same id, stanza-id and occupant-id', async () => {
    const stage = await inside(ROMEO, JULIET);
    const sent = await stage.say(ROMEO, 'hello', 'x1');
    expect(sent.map(({ attrs }) => attrs.to).sort()).toEqual([JULIET, ROMEO]);
    expect(new Set(sent.map(stanzaId)).size).toBe(1);
    expect(new Set(sent.map(({ attrs }) => attrs.id))).toEqual(new Set(['x1']));
    expect(new Set(sent.map((stanza) => stanza.child('occupant-id')?.attrs.id)).size).toBe(1);
  });

  it('I07 I19 of the network are rendered and archived once for all accounts', async () => {
    const stage = await inside(ROMEO, JULIET);
    const archived: unknown[] = [];
    const { append } = stage.store.archive;
    stage.store.archive.append = (entry) => {
      archived.push(entry);
      return append(entry);
    };
    stage.world.say('#tea', 'Alice', 'hello');
    await stage.settled();
    const sent = stage.take();
    expect(sent.map(({ attrs }) => [attrs.from, attrs.to])).toEqual([
      [`${TEA}/Alice`, ROMEO],
      [`${TEA}/Alice`, JULIET],
    ]);
    expect(new Set(sent.map(stanzaId)).size).toBe(1);
    expect(archived).toHaveLength(1);
  });

  it('I03 carry nothing that only the room may say', async () => {
    const stage = await inside(ROMEO);
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='x1'><body>hi</body>` +
        `<stanza-id xmlns='${NS.SID}' id='forged' by='${TEA}'/><occupant-id xmlns='${NS.OCCUPANT_ID}' id='forged'/>` +
        `<x xmlns='${NS.MUC_USER}'><item affiliation='owner' role='moderator' jid='ceo@example.org'/></x>` +
        `<delay xmlns='${NS.DELAY}' stamp='1999-01-01T00:00:00Z'/><origin-id xmlns='${NS.SID}' id='o1'/></message>`,
    );
    const [message] = stage.take();
    expect(String(message)).not.toContain('forged');
    expect(message?.child('x')).toBeUndefined();
    expect(message?.child('delay')).toBeUndefined();
    expect(message?.child('origin-id')?.attrs.id).toBe('o1');
    expect(message?.childrenNamed('stanza-id')).toHaveLength(1);
  });

  it('I04 of who is not in the room → not-acceptable, not relayed', async () => {
    const stage = await inside(ROMEO);
    for (const from of [JULIET, ROMEO_PHONE]) {
      const [error, ...more] = await stage.say(from, 'let me in');
      expect(more).toEqual([]);
      expect(conditionOf(error)).toBe('not-acceptable');
      expect(error?.attrs.to).toBe(from);
    }
    expect(conditionOf((await stage.say(ROMEO, 'hi', 'x1', INK))[0])).toBe('not-acceptable');
  });

  it('I04 F02 to an address that cannot exist → item-not-found', async () => {
    const stage = await inside(ROMEO);
    const [error] = await stage.say(ROMEO, 'hi', 'x1', `#@${DOMAIN}`);
    expect(conditionOf(error)).toBe('item-not-found');
  });

  it('I04 that the network refuses → its error, for the id, and no reflection', async () => {
    const stage = await inside(ROMEO);
    stage.session(0).rooms.joined.clear();
    const [error, ...more] = await stage.say(ROMEO, 'hi', 'x1');
    expect(more).toEqual([]);
    expect(error?.attrs).toMatchObject({ type: 'error', id: 'x1' });
    expect(conditionOf(error)).toBe('not-acceptable');
  });

  it('I05 groupchat to an occupant → bad-request', async () => {
    const stage = await inside(ROMEO);
    const [error] = await stage.say(ROMEO, 'psst', 'x1', `${TEA}/Alice`);
    expect(conditionOf(error)).toBe('bad-request');
    expect(stage.world.person('Alice').heard).toEqual([]);
  });

  it('I05 private to an occupant → the person; to nobody → item-not-found; from outside → not-acceptable', async () => {
    const stage = await inside(ROMEO);
    const whisper = async (from: string, nick: string) => {
      await stage.receive(
        `<message from='${from}' to='${TEA}/${nick}' type='chat' id='p1'><body>psst</body></message>`,
      );
      return stage.take().map(conditionOf);
    };
    expect(await whisper(ROMEO, 'Alice')).toEqual([]);
    expect(stage.world.person('Alice').heard).toEqual(['psst']);
    expect(await whisper(ROMEO, 'Nobody')).toEqual(['item-not-found']);
    expect(await whisper(JULIET, 'Alice')).toEqual(['not-acceptable']);
    expect(stage.world.person('Alice').heard).toEqual(['psst']);
  });

  it('I06 an answer to a private message comes from the occupant', async () => {
    const stage = await inside(ROMEO);
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}/Alice' type='chat' id='p1'><body>psst</body></message>`,
    );
    await stage.observe(0, {
      type: 'direct-message',
      from: 'alice' as never,
      nick: 'Alice',
      text: 'what?',
      style: 'text',
    });
    const [answer] = stage.take();
    expect(answer?.attrs).toMatchObject({ from: `${TEA}/Alice`, type: 'chat' });
    expect(answer?.child('x', NS.MUC_USER)).toBeDefined();
  });

  it('I09 I10 a change of the subject → one message with it and no body, from who made it', async () => {
    const stage = await inside(ROMEO, JULIET);
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='s1'><subject>tea &amp; cake</subject></message>`,
    );
    const sent = stage.take();
    expect(sent.map(({ attrs }) => [attrs.to, attrs.from])).toEqual([
      [ROMEO, `${TEA}/Romeo`],
      [JULIET, `${TEA}/Romeo`],
    ]);
    for (const message of sent) {
      expect(message.childText('subject')).toBe('tea & cake');
      expect(message.child('body')).toBeUndefined();
    }
    await stage.enter(ROMEO, 'Romeo');
    const last = stage.take().at(-1);
    expect(last?.childText('subject')).toBe('tea & cake');
    expect(last?.child('delay', NS.DELAY)?.attrs.from).toBe(TEA);
  });

  it('I10 subject with body is an ordinary message', async () => {
    const stage = await inside(ROMEO);
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='s1'><subject>no</subject><body>hi</body></message>`,
    );
    expect(stage.take().map((stanza) => stanza.childText('body'))).toEqual(['hi']);
    expect(stage.world.room('#tea').subject).toBeUndefined();
  });

  it('I12 a correction is one only of the own message; of another it is plain text', async () => {
    const stage = await inside(ROMEO, JULIET);
    await stage.say(ROMEO, 'helo', 'x1');
    const correct = async (from: string) => {
      await stage.receive(
        `<message from='${from}' to='${TEA}' type='groupchat' id='${from.length}'><body>hello</body>` +
          `<replace xmlns='${NS.CORRECT}' id='x1'/></message>`,
      );
      return stage.take(JULIET)[0];
    };
    expect((await correct(JULIET))?.child('replace')).toBeUndefined();
    expect((await correct(ROMEO))?.child('replace')?.attrs.id).toBe('x1');
  });

  it.each([
    ['reactions', `<reactions xmlns='${NS.REACTIONS}' id='1'><reaction>x</reaction></reactions>`],
    ['retraction', `<retract xmlns='${NS.RETRACT}' id='1'/>`],
  ])('I11 %s that the network has not → an error in words', async (_name, payload) => {
    const stage = await inside(ROMEO);
    await stage.receive(`<message from='${ROMEO}' to='${TEA}' type='groupchat' id='x1'>${payload}</message>`);
    const [error] = stage.take();
    expect(conditionOf(error)).toBe('feature-not-implemented');
    expect(error?.child('error')?.childText('text')).not.toBe('');
  });

  it('I29 a request for voice → an error in words', async () => {
    const stage = await inside(ROMEO);
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}'><x xmlns='${NS.DATA}' type='submit'>` +
        `<field var='FORM_TYPE'><value>${NS.MUC_REQUEST}</value></field>` +
        `<field var='muc#role'><value>participant</value></field></x></message>`,
    );
    const [error] = stage.take();
    expect(conditionOf(error)).toBe('feature-not-implemented');
    expect(error?.child('error')?.childText('text')).toContain('Voice');
  });

  it('I23 F09 chat states and markers go nowhere and get no error', async () => {
    const stage = await inside(ROMEO, JULIET);
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='c1'><composing xmlns='${NS.CHAT_STATES}'/></message>`,
    );
    expect(stage.take()).toEqual([]);
  });

  it('S08 S09 text of the network cannot break out of its element', async () => {
    const stage = await inside(ROMEO);
    stage.world.say('#tea', 'Alice', "</body><x a='1'/>]]>&\u0000\ud800");
    stage.world.say('#tea', "<Eve'/>", 'hi');
    await stage.settled();
    const [message, other] = stage.take();
    expect(message?.childText('body')).toMatch(/^<\/body><x a='1'\/>\]\]>&/);
    expect(message?.elements().map(({ name }) => name)).toEqual(['body', 'occupant-id', 'stanza-id']);
    expect(other && wordOf(other)).toContain('hi');
  });

  it('a message of one who has left is still shown under his name', async () => {
    const stage = await inside(ROMEO);
    await stage.observe(0, {
      type: 'room-message',
      room: TEA_ID,
      member: 'ghost' as MemberId,
      nick: 'Ghost',
      text: 'boo',
      style: 'action',
    });
    expect(stage.take().map(wordOf)).toEqual(['Ghost: /me boo']);
  });
});
