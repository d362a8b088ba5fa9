import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import { errorCondition, statusCodes } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { startInspircd } from '../../servers/inspircd.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { admin, itemOf, refusedJoin } from './occupants.js';

describe('ranks on a server that has all of them', () => {
  let stage: IrcStage;
  /** An operator of the network. */
  let root: IrcClient;
  beforeAll(async () => {
    const irc = await startInspircd({ operator: { name: 'root', password: 'toor' } });
    stage = await ircStage({ irc });
    root = await stage.person('root');
    root.send('OPER root toor');
    await root.waitForLine(/ 381 /);
  });

  async function standing(client: XmppClient, occupant: string): Promise<string> {
    const presence = await client.waitFor(
      { name: 'presence', type: null, from: occupant },
      `news of ${occupant}`,
    );
    const { affiliation, role } = itemOf(presence);
    return `${affiliation} ${role}`;
  }

  it('I29 I39 every rank given and taken on IRC is an affiliation and a role', async () => {
    const room = stage.room('#ranks');
    const alice = await stage.user('alice');
    const { self } = await alice.joinRoom(room, 'ally');
    expect(itemOf(self)).toMatchObject({ affiliation: 'none', role: 'participant' });
    const steps = [
      ['+v', 'member participant'],
      ['+h', 'member moderator'],
      ['+o', 'admin moderator'],
      ['+a', 'owner moderator'],
      ['+q', 'owner moderator'],
      ['-q', 'owner moderator'],
      ['-a', 'admin moderator'],
      ['-o', 'member moderator'],
      ['-h', 'member participant'],
      ['-v', 'none participant'],
    ] as const;
    for (const [mode, expected] of steps) {
      root.send(`SAMODE #ranks ${mode} ally`);
      expect([mode, await standing(alice, `${room}/ally`)]).toEqual([mode, expected]);
    }
    root.send('SAMODE #ranks +oh ally ally');
    expect(await standing(alice, `${room}/ally`)).toBe('admin moderator');
  });

  it('I01 I04 I29 +m and -m change the role of those without voice, and they are refused what they cannot say', async () => {
    const room = stage.room('#quiet');
    const dave = await stage.person('dave');
    const erin = await stage.person('erin');
    await dave.join('#quiet');
    await erin.join('#quiet');
    const alice = await stage.user('alice', 'quiet');
    await alice.joinRoom(room, 'ally');
    root.send('SAMODE #quiet +o dave');
    expect(await standing(alice, `${room}/dave`)).toBe('admin moderator');
    dave.send('MODE #quiet +m');
    const told = await alice.waitFor({ name: 'message', from: room, status: '104' }, 'the change');
    expect(told.attrs.type).toBe('groupchat');
    expect(await standing(alice, `${room}/erin`)).toBe('none visitor');
    const own = await alice.waitFor({ name: 'presence', from: `${room}/ally` }, 'the own role');
    expect(itemOf(own).role).toBe('visitor');
    expect(statusCodes(own)).toContain('110');
    const id = await alice.message(room, 'may I?', 'groupchat');
    const refused = await alice.waitFor({ name: 'message', type: 'error', id }, 'the refusal');
    expect(errorCondition(refused)).toBe('forbidden');
    expect(alice.count({ body: 'may I?', type: 'groupchat' })).toBe(0);
    dave.send('MODE #quiet +v ally');
    expect(await standing(alice, `${room}/ally`)).toBe('member participant');
    await alice.message(room, 'thank you', 'groupchat');
    await dave.waitForMessage('#quiet', 'thank you');
    dave.send('MODE #quiet -m');
    expect(await standing(alice, `${room}/erin`)).toBe('none participant');
  });

  it('I27 I28 I29 an operator gives ranks, and all see them; lists show who has them', async () => {
    const room = stage.room('#give');
    const alice = await stage.user('alice', 'give');
    await alice.joinRoom(room, 'ally');
    root.send('SAMODE #give +o ally');
    expect(await standing(alice, `${room}/ally`)).toBe('admin moderator');
    const frank = await stage.person('frank');
    await frank.join('#give');
    await alice.waitFor({ name: 'presence', from: `${room}/frank` }, 'frank');
    const set = async (item: string) => (await admin(alice, room, 'set', item)).attrs.type;
    expect(await set("<item nick='frank' role='participant'/>")).toBe('result');
    await frank.waitForLine(/ MODE #give \+v :?frank$/);
    expect(await standing(alice, `${room}/frank`)).toBe('member participant');
    expect(await set("<item nick='frank' role='moderator'/>")).toBe('result');
    await frank.waitForLine(/ MODE #give \+h :?frank$/);
    expect(await standing(alice, `${room}/frank`)).toBe('member moderator');
    expect(await set(`<item jid='${stage.contact('frank')}' affiliation='admin'/>`)).toBe('result');
    expect(await standing(alice, `${room}/frank`)).toBe('admin moderator');
    const list = async (item: string) =>
      (await admin(alice, room, 'get', item))
        .getChild('query')
        ?.getChildren('item')
        .map(({ attrs }) => attrs) ?? [];
    const admins = await list("<item affiliation='admin'/>");
    expect(admins.map(({ jid }) => jid).sort()).toEqual(
      [stage.contact('ally'), stage.contact('frank')].sort(),
    );
    expect(admins.every(({ role }) => role === undefined)).toBe(true);
    const moderators = await list("<item role='moderator'/>");
    expect(moderators.map(({ nick }) => nick).sort()).toEqual(['ally', 'frank']);
    // Only founders make owners here: the server's refusal is the answer.
    const owner = await admin(alice, room, 'set', "<item nick='frank' affiliation='owner'/>");
    expect(owner.attrs.type).toBe('error');
    expect(await set("<item nick='frank' affiliation='none'/>")).toBe('result');
    await expect.poll(() => frank.count(/ MODE #give -\S*o/)).toBe(1);
  });

  it('H15 I36 a channel for registered nicks only → registration-required; put into a channel → an invitation', async () => {
    const alice = await stage.user('alice', 'forced');
    await alice.joinRoom(stage.room('#base'), 'ally');
    const gina = await stage.person('gina');
    await gina.join('#registered');
    root.send('SAMODE #registered +R');
    await gina.waitForLine(/ MODE #registered :?\+R/);
    const refused = await refusedJoin(alice, stage.room('#registered'), 'ally');
    expect(errorCondition(refused)).toBe('registration-required');
    expect(refused.getChild('error')?.getChildText('text')).toMatch(/registered|identified/i);
    await gina.join('#forced');
    root.send('SAJOIN ally #forced');
    const asked = await alice.waitFor(
      { name: 'message', child: ['x', 'jabber:x:conference'] },
      'an invitation',
    );
    expect(asked.getChild('x', 'jabber:x:conference')?.attrs.jid).toBe(stage.room('#forced'));
    await gina.waitForLine(/^:ally\S* PART :?#forced/);
  });
});
