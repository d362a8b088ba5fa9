import { beforeAll, describe, expect, it } from 'vitest';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';

const PRIVILEGE = 'urn:xmpp:privilege:2';

describe('what is not believed', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('J01 J02 J09 S02 a privilege from a user, a forwarded or carbon-copied message: nobody speaks for another', async () => {
    const room = stage.room('#trust');
    const carol = await stage.person('carol');
    await carol.join('#trust');
    const alice = await stage.user('alice');
    const mallory = await stage.user('bob');
    await alice.joinRoom(room, 'ally');
    await mallory.joinRoom(room, 'bobby');
    const inner =
      `<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='groupchat' from='${alice.jid}' to='${room}'>` +
      '<body>not mine</body></message></forwarded>';
    const tricks = [
      `<privilege xmlns='${PRIVILEGE}'><perm access='message' type='outgoing'/><perm access='roster' type='both'/></privilege>`,
      `<privilege xmlns='${PRIVILEGE}'>${inner}</privilege>`,
      `<sent xmlns='urn:xmpp:carbons:2'>${inner}</sent>`,
      `<received xmlns='urn:xmpp:carbons:2'>${inner}</received>`,
      `<result xmlns='urn:xmpp:mam:2' id='x'>${inner}</result>`,
      inner,
    ];
    for (const target of [room, stage.domain, stage.contact('carol')])
      for (const trick of tricks)
        await mallory.send(`<message to='${target}' id='${mallory.nextId()}'>${trick}</message>`);
    await mallory.barrier(stage.domain);
    await mallory.message(room, 'my own', 'groupchat');
    await carol.waitForMessage('#trust', 'my own');
    expect(carol.count(/not mine/)).toBe(0);
    expect(carol.count(/^:ally\S* PRIVMSG/)).toBe(0);
    expect(alice.count({ body: /not mine/ })).toBe(0);
    await alice.message(room, 'still me', 'groupchat');
    await carol.waitForMessage('#trust', 'still me');
  });

  it('L01 A08 a user who has blocked a contact or the gateway: no loop, nothing of it on IRC', async () => {
    const dave = await stage.person('dave');
    await dave.join('#block');
    const alice = await stage.user('alice', 'blocker');
    await alice.joinRoom(stage.room('#block'), 'ally');
    const blocked = await alice.iq(
      'set',
      undefined,
      `<block xmlns='urn:xmpp:blocking'><item jid='${stage.contact('dave')}'/></block>`,
    );
    expect(blocked.attrs.type).toBe('result');
    for (let n = 0; n < 5; n += 1) dave.say('ally', `unwanted ${n}`);
    dave.say('#block', 'in the room');
    await alice.waitFor({ body: 'in the room' }, 'a message of the room');
    await alice.barrier(stage.domain);
    await dave.barrier();
    expect(alice.count({ body: /unwanted/ })).toBe(0);
    expect(dave.count(/^:ally\S* (PRIVMSG|NOTICE) /)).toBe(0);
    const bounced = stage.server.logs().match(/unwanted 0/g)?.length ?? 0;
    expect(bounced).toBeLessThan(20);
  });
});
