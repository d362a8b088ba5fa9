import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition, statusCodes } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { actOf, admin, itemOf, refusedJoin } from './occupants.js';

describe('putting people out of rooms', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('I24 I28 a kick by an operator reaches IRC and all who are there; without the right the refusal is the server’s', async () => {
    const room = stage.room('#kick');
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    await alice.joinRoom(room, 'ally');
    await bob.joinRoom(room, 'bobby');
    const carol = await stage.person('carol');
    await carol.join('#kick');
    await alice.waitFor({ name: 'presence', from: `${room}/carol` }, 'carol');
    const kick = "<item nick='carol' role='none'><reason>enough &amp; out</reason></item>";
    expect(errorCondition(await admin(bob, room, 'set', kick))).toBe('forbidden');
    expect((await admin(alice, room, 'set', kick)).attrs.type).toBe('result');
    await carol.waitForLine(/^:ally\S* KICK #kick carol :enough & out$/);
    for (const client of [alice, bob]) {
      const gone = await client.waitFor(
        { name: 'presence', type: 'unavailable', from: `${room}/carol` },
        'the end of carol',
      );
      expect(statusCodes(gone)).toEqual(['307']);
      expect(itemOf(gone).role).toBe('none');
      expect(actOf(gone)).toEqual({ actor: 'ally', reason: 'enough & out' });
    }
    const nobody = await admin(alice, room, 'set', "<item nick='nobody' role='none'/>");
    expect(errorCondition(nobody)).toBe('item-not-found');
    const both = "<item nick='bobby' role='none' affiliation='none'/>";
    expect(errorCondition(await admin(alice, room, 'set', both))).toBe('bad-request');
  });

  it('I26 H14 kicked on IRC: every client is told by whom and why, is out, and may come again', async () => {
    const room = stage.room('#kicked');
    const dave = await stage.person('dave');
    await dave.join('#kicked');
    const phone = await stage.user('alice', 'kick-phone');
    const laptop = await stage.user('alice', 'kick-laptop');
    await phone.joinRoom(room, 'ally');
    await laptop.joinRoom(room, 'ally');
    dave.send('KICK #kicked ally :too loud');
    for (const client of [phone, laptop]) {
      const gone = await client.waitFor(
        { name: 'presence', type: 'unavailable', from: `${room}/ally` },
        'being kicked',
      );
      expect(statusCodes(gone).sort()).toEqual(['110', '307']);
      expect(actOf(gone)).toEqual({ actor: 'dave', reason: 'too loud' });
    }
    await phone.message(room, 'unheard', 'groupchat');
    const refused = await phone.waitFor({ name: 'message', type: 'error' }, 'the refusal');
    expect(errorCondition(refused)).toBe('not-acceptable');
    await phone.joinRoom(room, 'ally');
  });

  it('I25 I27 a ban: IRC has it, the list shows it, it keeps out, and it can be lifted', async () => {
    const room = stage.room('#ban');
    const alice = await stage.user('alice', 'ban');
    const bob = await stage.user('bob', 'ban');
    await alice.joinRoom(room, 'ally');
    await bob.joinRoom(room, 'bobby');
    const erin = await stage.person('erin');
    await erin.join('#ban');
    await alice.waitFor({ name: 'presence', from: `${room}/erin` }, 'erin');
    const outcast = (jid: string) => `<item affiliation='outcast' jid='${jid}'><reason>no</reason></item>`;
    expect(errorCondition(await admin(bob, room, 'get', "<item affiliation='outcast'/>"))).toBe('forbidden');
    expect(errorCondition(await admin(alice, room, 'set', outcast(alice.bareJid)))).toBe('conflict');
    expect((await admin(alice, room, 'set', outcast(stage.contact('erin')))).attrs.type).toBe('result');
    await erin.waitForLine(/ KICK #ban erin :no$/);
    const gone = await bob.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/erin` },
      'the end of erin',
    );
    expect(statusCodes(gone)).toEqual(['301']);
    expect(itemOf(gone)).toMatchObject({ affiliation: 'outcast', role: 'none' });
    await expect(erin.join('#ban')).rejects.toThrow(/ 474 /);

    const list = await admin(alice, room, 'get', "<item affiliation='outcast'/>");
    const items = list.getChild('query')?.getChildren('item') ?? [];
    expect(items).toHaveLength(1);
    expect(items[0]?.attrs).toMatchObject({ affiliation: 'outcast' });
    expect(items[0]?.attrs.role).toBeUndefined();
    const lift = `<item affiliation='none' jid="${items[0]?.attrs.jid}"/>`;
    expect((await admin(alice, room, 'set', lift)).attrs.type).toBe('result');
    const empty = await admin(alice, room, 'get', "<item affiliation='outcast'/>");
    expect(empty.getChild('query')?.getChildren('item')).toEqual([]);
    await erin.join('#ban');
  });

  it('I26 banned on IRC: 301, and the next join is forbidden', async () => {
    const room = stage.room('#banned');
    const frank = await stage.person('frank');
    await frank.join('#banned');
    const bob = await stage.user('bob', 'banned');
    await bob.joinRoom(room, 'bobby');
    frank.send('MODE #banned +b bobby!*@*');
    frank.send('KICK #banned bobby :for good');
    const gone = await bob.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/bobby` },
      'being banned',
    );
    expect(statusCodes(gone).sort()).toEqual(['110', '301']);
    expect(itemOf(gone)).toMatchObject({ affiliation: 'outcast', role: 'none' });
    expect(actOf(gone)).toEqual({ actor: 'frank', reason: 'for good' });
    expect(errorCondition(await refusedJoin(bob, room, 'bobby'))).toBe('forbidden');
  });
});
