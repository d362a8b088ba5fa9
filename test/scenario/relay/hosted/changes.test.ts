import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../../client/xmpp-client.js';
import { archived, archiveOf, bodyOf, createRoom, stanzaId } from '../../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../../support/relay/relay-stage.js';

const RETRACT = 'urn:xmpp:message-retract:1';
const REACTIONS = 'urn:xmpp:reactions:0';
const CORRECT = 'urn:xmpp:message-correct:0';

describe('messages of a hosted room and of one on another server', () => {
  let stage: RelayStage;
  let hosted: string;
  let room: string;
  let alice: XmppClient;
  let bob: XmppClient;
  beforeAll(async () => {
    stage = await relayStage();
    room = stage.room('pair');
    bob = await stage.user('bob');
    await bob.joinRoom(room, 'Bob');
    hosted = await createRoom(stage, stage.boss, 'pair');
    await stage.link(hosted, room);
    alice = await stage.user('alice');
    await alice.joinRoom(hosted, 'Alice');
  });

  it('F17 are corrected on both sides', async () => {
    const id = await alice.message(hosted, 'teh cat', 'groupchat');
    const first = await bob.waitFor((stanza) => bodyOf(stanza) === 'teh cat', 'the words');
    await alice.send(
      `<message to='${hosted}' type='groupchat' id='${alice.nextId()}'><body>the cat</body><replace xmlns='${CORRECT}' id='${id}'/></message>`,
    );
    const corrected = await bob.waitFor((stanza) => bodyOf(stanza) === 'the cat', 'the correction');
    expect(corrected.getChild('replace', CORRECT)?.attrs.id).toBe(first.attrs.id);

    const other = await bob.message(room, 'hte dog', 'groupchat');
    const told = await alice.waitFor((stanza) => bodyOf(stanza) === 'hte dog', 'the words from there');
    await bob.send(
      `<message to='${room}' type='groupchat' id='${bob.nextId()}'><body>the dog</body><replace xmlns='${CORRECT}' id='${other}'/></message>`,
    );
    const after = await alice.waitFor((stanza) => bodyOf(stanza) === 'the dog', 'the correction from there');
    expect(after.getChild('replace', CORRECT)?.attrs.id).toBe(told.attrs.id);
    expect(after.attrs.from).toBe(told.attrs.from);
  });

  it('F19 I11 get reactions by the ids of the rooms', async () => {
    await bob.message(room, 'who comes along?', 'groupchat');
    const asked = await alice.waitFor((stanza) => bodyOf(stanza) === 'who comes along?', 'the question');
    await alice.send(
      `<message to='${hosted}' type='groupchat' id='${alice.nextId()}'><reactions xmlns='${REACTIONS}' id='${stanzaId(asked)}'><reaction>👍</reaction></reactions></message>`,
    );
    const reaction = await bob.waitFor(
      (stanza) => stanza.getChild('reactions', REACTIONS) !== undefined,
      'the reaction',
    );
    const question = bob.received.find((stanza) => bodyOf(stanza) === 'who comes along?');
    expect(reaction.getChild('reactions', REACTIONS)?.attrs.id).toBe(question && stanzaId(question));
    expect(reaction.attrs.from).toBe(`${room}/Alice`);
  });

  it('I12 I22 are taken back by their author only, and their words leave the archive', async () => {
    await bob.message(room, 'my secret', 'groupchat');
    const told = await alice.waitFor((stanza) => bodyOf(stanza) === 'my secret', 'the words from there');
    const id = stanzaId(told);
    await alice.send(
      `<message to='${hosted}' type='groupchat' id='steal'><retract xmlns='${RETRACT}' id='${id}'/></message>`,
    );
    const refused = await alice.waitFor({ name: 'message', id: 'steal' }, 'the refusal');
    expect(refused.getChild('error')?.getChild('forbidden')).toBeDefined();

    const there = await bob.waitFor((stanza) => bodyOf(stanza) === 'my secret', 'his own words');
    await bob.send(
      `<message to='${room}' type='groupchat' id='${bob.nextId()}'><retract xmlns='${RETRACT}' id='${stanzaId(there)}'/></message>`,
    );
    const gone = await alice.waitFor(
      (stanza) => stanza.getChild('retract', RETRACT)?.attrs.id !== undefined && stanza.attrs.id !== 'steal',
      'the retraction',
    );
    expect(gone.getChild('retract', RETRACT)?.attrs.id).toBe(id);
    await alice.barrier(hosted);
    await expect
      .poll(async () => {
        const results = await archiveOf(alice, hosted, 50);
        const entry = results.find((result) => result.getChild('result', 'urn:xmpp:mam:2')?.attrs.id === id);
        return entry && archived(entry).getChild('retracted', RETRACT) !== undefined;
      })
      .toBe(true);
    const words = (await archiveOf(alice, hosted, 50)).map((result) => bodyOf(archived(result)));
    expect(words).not.toContain('my secret');
  });
});
