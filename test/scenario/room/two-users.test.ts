import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { fromRoom, occupantIdOf, stanzaIdOf, XMPP_SERVERS } from './occupants.js';

describe.each(XMPP_SERVERS)('two users of the gateway in one channel, on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('I01 I02 I07 I11 each message is seen once, with the same id and stanza-id, in the same order', async () => {
    const room = stage.room('#pair');
    const carol = await stage.person('carol');
    await carol.join('#pair');
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    await alice.joinRoom(room, 'ally');
    await bob.joinRoom(room, 'bobby');
    for (let n = 0; n < 5; n += 1) {
      await alice.message(room, `a${n}`, 'groupchat');
      await bob.message(room, `b${n}`, 'groupchat');
      carol.say('#pair', `c${n}`);
      // The very same words again are another message.
      carol.say('#pair', 'same');
    }
    await alice.message(room, `long ${'word '.repeat(300)}end`, 'groupchat');
    await alice.waitFor({ body: / end$/ }, 'the long message');
    await bob.waitFor({ body: / end$/ }, 'the long message');
    carol.say('#pair', 'enough');
    await alice.waitFor({ body: 'enough' }, 'the end');
    await bob.waitFor({ body: 'enough' }, 'the end');
    const seen = (client: typeof alice) =>
      fromRoom(client, room)
        .filter((stanza) => stanza.getChild('body'))
        .map((stanza) => ({
          body: stanza.getChildText('body'),
          from: stanza.attrs.from,
          id: stanza.attrs.id,
          stanzaId: stanzaIdOf(stanza),
          occupant: occupantIdOf(stanza),
        }));
    const [byAlice, byBob] = [seen(alice), seen(bob)];
    const key = (one: { stanzaId: string }) => one.stanzaId;
    expect(byAlice).toHaveLength(22);
    expect(new Map(byAlice.map((one) => [key(one), one]))).toEqual(
      new Map(byBob.map((one) => [key(one), one])),
    );
    expect(new Set(byAlice.map(key)).size).toBe(22);
    // What one author says stays in his order.
    for (const author of ['ally', 'bobby', 'carol'])
      for (const list of [byAlice, byBob]) {
        const own = list.filter(({ from }) => from === `${room}/${author}`).map(({ body }) => body);
        const other = byAlice.filter(({ from }) => from === `${room}/${author}`).map(({ body }) => body);
        expect(own).toEqual(other);
      }
  });

  it('I03 H25 what only the room may say is taken out of what a client says', async () => {
    const room = stage.room('#forged');
    const alice = await stage.user('alice', 'forger');
    const bob = await stage.user('bob', 'reader');
    const { self } = await alice.joinRoom(room, 'ally');
    await bob.joinRoom(room, 'bobby');
    await alice.send(
      `<message type='groupchat' to='${room}' id='forged'><body>honest</body>` +
        `<stanza-id xmlns='urn:xmpp:sid:0' by='${room}' id='forged-id'/>` +
        `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='somebody-else'/>` +
        `<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' jid='eve@localhost'/></x>` +
        `<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/>` +
        `<origin-id xmlns='urn:xmpp:sid:0' id='mine'/></message>`,
    );
    for (const client of [alice, bob]) {
      const seen = await client.waitFor({ body: 'honest' }, 'the message');
      expect(stanzaIdOf(seen)).not.toBe('forged-id');
      expect(occupantIdOf(seen)).toBe(occupantIdOf(self));
      expect(seen.getChild('x')).toBeUndefined();
      expect(seen.getChild('delay')).toBeUndefined();
      expect(seen.getChild('origin-id')?.attrs.id).toBe('mine');
    }
  });

  it('I11 I12 Q09 a correction by its author is a correction to XMPP and words to IRC; by another one it is none', async () => {
    const room = stage.room('#correct');
    const dave = await stage.person('dave');
    await dave.join('#correct');
    const alice = await stage.user('alice', 'author');
    const bob = await stage.user('bob', 'other');
    await alice.joinRoom(room, 'ally');
    await bob.joinRoom(room, 'bobby');
    const id = await alice.message(room, 'teh', 'groupchat');
    const first = await bob.waitFor({ body: 'teh' }, 'the message');
    const correct = (client: typeof alice, body: string) =>
      client.send(
        `<message type='groupchat' to='${room}' id='${client.nextId()}'><body>${body}</body>` +
          `<replace xmlns='urn:xmpp:message-correct:0' id='${id}'/></message>`,
      );
    await correct(alice, 'the');
    await dave.waitForMessage('#correct', '* the');
    for (const client of [alice, bob]) {
      const seen = await client.waitFor({ body: 'the' }, 'the correction');
      expect(seen.getChild('replace', 'urn:xmpp:message-correct:0')?.attrs.id).toBe(id);
      expect(occupantIdOf(seen)).toBe(occupantIdOf(first));
      expect(seen.attrs.id).not.toBe(id);
    }
    await correct(bob, 'forged');
    const forged = await alice.waitFor({ body: 'forged' }, 'what another one says');
    expect(forged.getChild('replace')).toBeUndefined();
    await dave.waitForMessage('#correct', 'forged');
  });

  it('F16 F18 F19 what IRC cannot do is refused in words, not dropped', async () => {
    const room = stage.room('#cannot');
    const alice = await stage.user('alice', 'cannot');
    await alice.joinRoom(room, 'ally');
    const payloads = {
      reactions: "<reactions xmlns='urn:xmpp:reactions:0' id='x'><reaction>👍</reaction></reactions>",
      retract: "<retract xmlns='urn:xmpp:message-retract:1' id='x'/>",
    };
    for (const [id, payload] of Object.entries(payloads)) {
      await alice.send(`<message type='groupchat' to='${room}' id='${id}'>${payload}</message>`);
      const refused = await alice.waitFor({ name: 'message', type: 'error', id }, 'the refusal');
      expect(errorCondition(refused)).toBe('feature-not-implemented');
      expect(refused.getChild('error')?.getChildText('text')).toBeTruthy();
    }
  });
});
