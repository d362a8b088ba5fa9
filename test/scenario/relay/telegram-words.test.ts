import { Api } from 'telegram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TELEGRAM } from '../../support/relay/telegram-relay-stage.js';
import { stanzaIdOf, type Verona, verona } from '../../support/relay/telegram-verona.js';

const NS = {
  reply: 'urn:xmpp:reply:0',
  fallback: 'urn:xmpp:fallback:0',
  correct: 'urn:xmpp:message-correct:0',
  retract: 'urn:xmpp:message-retract:1',
  reactions: 'urn:xmpp:reactions:0',
  states: 'http://jabber.org/protocol/chatstates',
};

describe.each(['group', 'supergroup'] as const)(
  'a room of Prosody and a %s of Telegram with the relay’s bot as an admin',
  (kind) => {
    let all: Verona;
    beforeAll(async () => {
      all = await verona(kind);
    });
    afterAll(() => all.stage.stop());

    it('are one conversation: a stand-in here, a name in bold there', async () => {
      const { juliet, group, room, alice, here, there, say, texts } = all;
      juliet.says('hello from Telegram', group);
      expect((await here('hello from Telegram')).attrs.from).toBe(`${room}/Juliet`);
      await say('hello *from* XMPP');
      const said = await there('hello from XMPP');
      expect(said.text).toBe('Alice: hello from XMPP');
      expect(said.entities.map(({ className, offset, length }) => [className, offset, length])).toEqual([
        ['MessageEntityBold', 0, 5],
        ['MessageEntityBold', 13, 4],
      ]);
      await alice.barrier(room);
      expect(texts().filter((text) => text.includes('hello'))).toHaveLength(2);
      expect(alice.count((one) => one.getChildText('body')?.includes('from XMPP') === true)).toBeLessThan(2);
    });

    it('carry replies both ways to the very message that is meant', async () => {
      const { juliet, group, here, there, say } = all;
      const asked = await say('who is there?');
      const question = await there('who is there?');
      juliet.answers({ message: question }, 'it is me', group);
      const answer = await here('it is me');
      expect(answer.getChild('reply', NS.reply)?.attrs.id).toBe(asked);
      await say(
        'welcome',
        `<reply xmlns='${NS.reply}' id='${stanzaIdOf(answer)}' to='${answer.attrs.from}'/>`,
      );
      const welcome = await there('welcome');
      const mine = await there('it is me');
      expect(welcome.replyTo).toMatchObject({ replyToMsgId: mine.id });
    });

    it('carry edits both ways', async () => {
      const { juliet, group, room, alice, here, there, say, texts } = all;
      const posted = juliet.says('a typp', group);
      const before = await here('a typp');
      juliet.edits(posted, 'a typo');
      const edited = await here('a typo');
      expect(edited.getChild('replace', NS.correct)?.attrs.id).toBe(before.attrs.id);
      expect(edited.attrs.from).toBe(`${room}/Juliet`);
      const id = alice.nextId();
      await alice.send(`<message type='groupchat' to='${room}' id='${id}'><body>wrogn</body></message>`);
      await there('wrogn');
      await say('wrong', `<replace xmlns='${NS.correct}' id='${id}'/>`);
      await there('Alice: wrong');
      expect(texts().filter((text) => text.includes('wrogn'))).toEqual([]);
    });

    it('carry deletions both ways, also by an admin', async () => {
      const { stage, juliet, group, room, alice, here, there, say, texts } = all;
      const posted = juliet.says('forget this', group);
      const told = await here('forget this');
      juliet.deletes(posted);
      const gone = await alice.waitFor(
        (one) => one.getChild('retract', NS.retract)?.attrs.id === stanzaIdOf(told),
        'the retraction of what was deleted there',
      );
      expect(gone.attrs.from).toBe(`${room}/Juliet`);
      const id = await say('nobody heard this');
      await there('nobody heard this');
      await alice.send(
        `<message type='groupchat' to='${room}' id='${alice.nextId()}'><retract xmlns='${NS.retract}' id='${id}'/><fallback xmlns='${NS.fallback}' for='${NS.retract}'/><body>gone</body></message>`,
      );
      await expect.poll(() => texts()).not.toContain('Alice: nobody heard this');
      // The admin of the group does away with words of others.
      const nurse = stage.telegram.person('Nurse');
      juliet.as.adds(group, nurse);
      nurse.says('something rude', group);
      const rude = await here('something rude');
      juliet.deletes({ message: await there('something rude') });
      await alice.waitFor(
        (one) => one.getChild('retract', NS.retract)?.attrs.id === stanzaIdOf(rude),
        'the retraction by the admin of the group',
      );
    });

    it('carry reactions both ways', async () => {
      const { juliet, group, room, alice, here, there, say } = all;
      const loved = await say('a rose');
      juliet.reacts({ message: await there('a rose') }, '❤');
      const reaction = await alice.waitFor(
        (one) => one.getChild('reactions', NS.reactions)?.attrs.id === loved,
        'the reaction of Telegram',
      );
      expect(reaction.attrs.from).toBe(`${room}/Juliet`);
      juliet.says('by any other name', group);
      const told = await here('by any other name');
      await alice.send(
        `<message type='groupchat' to='${room}' id='${alice.nextId()}'><reactions xmlns='${NS.reactions}' id='${stanzaIdOf(told)}'><reaction>👍</reaction></reactions></message>`,
      );
      const words = await there('👍');
      expect(words.text).toContain('Alice');
      expect(words.replyTo).toMatchObject({ replyToMsgId: (await there('by any other name')).id });
    });

    it('show who is typing', async () => {
      const { stage, juliet, group, room, alice } = all;
      juliet.types(group);
      await alice.waitFor(
        (one) => one.attrs.from === `${room}/Juliet` && one.getChild('composing', NS.states) !== undefined,
        'that Juliet types',
      );
      await alice.send(`<message type='groupchat' to='${room}'><composing xmlns='${NS.states}'/></message>`);
      await stage.telegram.asked(Api.messages.SetTyping);
    });

    it('tell nobody of the bot’s people and rooms', async () => {
      const { stage } = all;
      expect(await stage.order('accounts')).toContain(`${TELEGRAM}: connected`);
      expect(stage.boss.count(({ attrs }) => attrs.from?.endsWith(TELEGRAM) === true)).toBe(0);
    });
  },
);
