import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { occupantIdOf } from './occupants.js';

describe('the subject of a room', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('I09 I10 F24 both ways: one message with a subject and nothing else, from who set it', async () => {
    const room = stage.room('#topic');
    const carol = await stage.person('carol');
    await carol.join('#topic');
    const alice = await stage.user('alice');
    const joined = await alice.joinRoom(room, 'ally');
    expect(joined.subject.getChildText('subject')).toBe('');
    carol.send('TOPIC #topic :From \x02IRC\x02 <&>');
    const set = await alice.waitFor({ name: 'message', subject: 'From *IRC* <&>' }, 'the topic');
    expect(set.attrs).toMatchObject({ type: 'groupchat', from: `${room}/carol` });
    expect(set.getChild('body')).toBeUndefined();
    expect(set.getChild('thread')).toBeUndefined();
    expect(occupantIdOf(set)).toBe(joined.occupants.map(occupantIdOf)[0]);

    const subject = (text: string) =>
      alice.send(`<message type='groupchat' to='${room}' id='set'><subject>${text}</subject></message>`);
    await subject('From XMPP\nin two lines');
    await carol.waitForLine(/^:ally\S* TOPIC #topic :From XMPP in two lines$/);
    const own = await alice.waitFor({ name: 'message', subject: 'From XMPP in two lines' }, 'the own topic');
    expect(own.attrs.from).toBe(`${room}/ally`);
    await subject('');
    await carol.waitForLine(/^:ally\S* TOPIC #topic :$/);
    await alice.waitFor({ name: 'message', subject: '' }, 'no topic');
  });

  it('I10 without the right → forbidden; a subject beside a body is no change', async () => {
    const room = stage.room('#fixed');
    const dave = await stage.person('dave');
    await dave.join('#fixed');
    dave.send('MODE #fixed +t');
    dave.send('TOPIC #fixed :Stays');
    await dave.barrier();
    const alice = await stage.user('alice', 'fixed');
    const joined = await alice.joinRoom(room, 'ally');
    expect(joined.subject.getChildText('subject')).toBe('Stays');
    expect(joined.subject.getChild('delay', 'urn:xmpp:delay')?.attrs.from).toBe(room);
    expect(joined.subject.attrs.from).toBe(`${room}/dave`);
    await alice.send(`<message type='groupchat' to='${room}' id='no'><subject>Mine</subject></message>`);
    const refused = await alice.waitFor({ name: 'message', type: 'error', id: 'no' }, 'the refusal');
    expect(errorCondition(refused)).toBe('forbidden');
    await alice.send(
      `<message type='groupchat' to='${room}' id='text'><subject>S</subject><body>text</body></message>`,
    );
    await dave.waitForMessage('#fixed', 'text');
    await dave.barrier();
    expect(dave.count(/ TOPIC #fixed :(Mine|S)$/)).toBe(0);
  });
});
