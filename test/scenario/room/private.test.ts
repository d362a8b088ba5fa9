import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';

const MUC_X = ['x', 'http://jabber.org/protocol/muc#user'] as const;

describe('private messages through a room', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('I05 I06 the answer comes the way the question went, and the conversation goes on', async () => {
    const room = stage.room('#pm');
    const carol = await stage.person('carol');
    await carol.join('#pm');
    const phone = await stage.user('alice', 'phone');
    const laptop = await stage.user('alice', 'laptop');
    await phone.joinRoom(room, 'ally');
    await laptop.joinRoom(room, 'ally');
    await phone.message(`${room}/carol`, 'a word?', 'chat');
    await carol.waitForMessage('carol', 'a word?');
    carol.say('ally', 'go on');
    for (const client of [phone, laptop]) {
      const answer = await client.waitFor({ body: 'go on' }, 'the answer');
      expect(answer.attrs).toMatchObject({ from: `${room}/carol`, type: 'chat' });
      expect(answer.getChild(...MUC_X)).toBeDefined();
    }
    await laptop.message(`${room}/carol`, 'two', 'chat');
    await carol.waitForMessage('carol', 'two');
    expect(carol.count(/ PRIVMSG #pm /)).toBe(0);
  });

  it('I06 somebody of IRC who begins speaks from his contact address, and is answered there', async () => {
    const dave = await stage.person('dave');
    await dave.join('#pm2');
    const alice = await stage.user('alice', 'begun');
    await alice.joinRoom(stage.room('#pm2'), 'ally');
    dave.say('ally', 'psst');
    const first = await alice.waitFor({ body: 'psst' }, 'the message');
    expect(first.attrs).toMatchObject({ from: stage.contact('dave'), type: 'chat' });
    await alice.message(stage.contact('dave'), 'yes?', 'chat');
    await dave.waitForMessage('dave', 'yes?');
  });

  it('I04 I05 what cannot be delivered is refused', async () => {
    const room = stage.room('#pm3');
    const bob = await stage.user('bob');
    const outside = await bob.message(`${room}/erin`, 'x', 'chat');
    expect(errorCondition(await bob.waitFor({ type: 'error', id: outside }, 'the refusal'))).toBe(
      'not-acceptable',
    );
    const loud = await bob.message(room, 'x', 'groupchat');
    expect(errorCondition(await bob.waitFor({ type: 'error', id: loud }, 'the refusal'))).toBe(
      'not-acceptable',
    );
    const erin = await stage.person('erin');
    await erin.join('#pm3');
    await bob.joinRoom(room, 'bobby');
    const nobody = await bob.message(`${room}/nobody`, 'x', 'chat');
    expect(errorCondition(await bob.waitFor({ type: 'error', id: nobody }, 'the refusal'))).toBe(
      'item-not-found',
    );
    const toOne = await bob.message(`${room}/erin`, 'x', 'groupchat');
    expect(errorCondition(await bob.waitFor({ type: 'error', id: toOne }, 'the refusal'))).toBe(
      'bad-request',
    );
    await erin.barrier();
    expect(erin.count(/ PRIVMSG /)).toBe(0);
  });
});
