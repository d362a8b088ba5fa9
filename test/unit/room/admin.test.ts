import { beforeEach, describe, expect, it } from 'vitest';
import type { MemberId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { codesOf, DOMAIN, JULIET, ROMEO, RoomStage, TEA, wordOf } from '../../support/core/room-stage.js';
import { memberNamed } from '../../support/memory-network/world.js';

let stage: RoomStage;

/** Romeo made the room and owns it; Juliet came later; Alice, Bob and the owner Zeus are on the network. */
beforeEach(async () => {
  stage = new RoomStage();
  await stage.join(ROMEO, 'Romeo');
  await stage.join(JULIET, 'Juliet');
  stage.world.enter('#tea', 'Alice');
  stage.world.enter('#tea', 'Bob', 'admin', 'moderator');
  await stage.settled();
  stage.take();
});

const admin = (items: string) => `<query xmlns='${NS.MUC_ADMIN}'>${items}</query>`;
const change = (items: string, from = ROMEO) => stage.refusal('set', from, TEA, admin(items));
const list = async (item: string, from = ROMEO): Promise<XmlElement[]> =>
  (await stage.result('get', from, TEA, admin(`<item ${item}/>`))).childrenNamed('item');
const members = () => [...stage.world.room('#tea').members.keys()];
const standing = (nick: string) => {
  const member = stage.world.room('#tea').members.get(nick as MemberId);
  return member && [member.affiliation, member.role];
};

describe('roles', () => {
  it('I24 kick: the network kicks, all see 307 with reason, then comes the result', async () => {
    const sent = await stage.ask(
      'set',
      ROMEO,
      TEA,
      admin("<item nick='Alice' role='none'><reason>noise</reason></item>"),
    );
    expect(sent.map(({ name }) => name)).toEqual(['presence', 'iq']);
    expect(codesOf(sent[0])).toEqual(['307']);
    expect(sent[0]?.child('x')?.child('item')?.childText('reason')).toBe('noise');
    expect(sent[1]?.attrs.type).toBe('result');
    expect(members()).not.toContain('alice');
  });

  it('I24 I26 who is kicked gets 307 and 110', async () => {
    await stage.receive(
      `<iq type='set' id='k' from='${ROMEO}' to='${TEA}'>${admin("<item nick='Juliet' role='none'/>")}</iq>`,
    );
    const told = stage.take(JULIET);
    expect(told.map(wordOf)).toEqual(['unavailable Juliet']);
    expect(codesOf(told[0])).toEqual(['110', '307']);
  });

  it.each([
    ['moderator', 'moderator'],
    ['participant', 'default'],
    ['visitor', 'visitor'],
  ])('I29 %s → the network changes it', async (role, expected) => {
    expect(await change(`<item nick='Alice' role='${role}'/>`)).toBe('result');
    expect(standing('alice')).toEqual(['none', expected]);
  });

  it('I24 the network refuses → its error and no false success', async () => {
    const { rooms } = stage.session(0);
    stage.world.room('#tea').members.delete('alice' as MemberId);
    expect(rooms).toBeDefined();
    expect(await change("<item nick='Alice' role='none'/>")).toBe('item-not-found');
  });

  it('I24 a higher affiliation → not-allowed, and the network is not asked', async () => {
    stage.world.enter('#tea', 'Zeus', 'owner', 'moderator');
    await stage.settled();
    await stage.observe(0, {
      type: 'member-changed',
      room: stage.world.room('#tea').id,
      member: 'romeo' as MemberId,
      affiliation: 'admin',
      role: 'moderator',
    });
    stage.take();
    expect(await change("<item nick='Zeus' role='none'/>")).toBe('not-allowed');
    expect(await change("<item nick='Zeus' affiliation='outcast'/>")).toBe('not-allowed');
    expect(members()).toContain('zeus');
  });

  it('I24 without the right, from outside, or as a stranger → forbidden', async () => {
    for (const from of [JULIET, 'tybalt@example.org/x', 'villain@elsewhere.example/dark'])
      expect(await change("<item nick='Alice' role='none'/>", from)).toBe('forbidden');
    expect(members()).toContain('alice');
  });
});

describe('affiliations', () => {
  it.each([`jid='alice@${DOMAIN}'`, "nick='Alice'", `jid='${TEA}/Alice'`, `jid='Alice@${DOMAIN}/x'`])(
    'I25 ban by %s → 301, the result after it',
    async (who) => {
      const sent = await stage.ask('set', ROMEO, TEA, admin(`<item ${who} affiliation='outcast'/>`));
      expect(sent.map(({ name }) => name)).toEqual(['presence', 'iq']);
      expect(codesOf(sent[0])).toEqual(['301']);
      expect(sent[0]?.child('x')?.child('item')?.attrs.affiliation).toBe('outcast');
      expect(sent[1]?.attrs.type).toBe('result');
      expect([...stage.world.room('#tea').banned]).toEqual(['alice']);
    },
  );

  it.each(["nick='Romeo'", "jid='romeo@example.org'", `jid='romeo@${DOMAIN}'`])(
    'I25 oneself (%s) → conflict',
    async (who) => {
      expect(await change(`<item ${who} affiliation='outcast'/>`)).toBe('conflict');
    },
  );

  it('I28 the last owner stays one; with another he may go', async () => {
    const step = "<item nick='Romeo' affiliation='member'/>";
    expect(await change(step)).toBe('conflict');
    expect(standing('romeo')?.[0]).toBe('owner');
    expect(await change("<item nick='Bob' affiliation='owner'/>")).toBe('result');
    expect(await change(step)).toBe('result');
    expect(standing('romeo')?.[0]).toBe('member');
  });

  it('I29 a grant → presence with the new affiliation', async () => {
    const sent = await stage.ask('set', ROMEO, TEA, admin("<item nick='Alice' affiliation='member'/>"));
    expect(sent[0]?.child('x')?.child('item')?.attrs.affiliation).toBe('member');
  });

  it('I25 who cannot be meant → item-not-found', async () => {
    for (const who of ["nick='Nobody'", "jid='somebody@example.org'", `jid='#ink@${DOMAIN}'`])
      expect(await change(`<item ${who} affiliation='outcast'/>`)).toBe('item-not-found');
    expect(await change("<item jid='@@' affiliation='outcast'/>")).toBe('jid-malformed');
  });

  it('I25 an entry that is no person goes to the network by its text', async () => {
    const asked: unknown[] = [];
    stage.session(0).rooms.setAffiliation = async (...request) => {
      asked.push(request);
    };
    expect(await change(`<item jid='*!*\\40bad.example@${DOMAIN}' affiliation='none'/>`)).toBe('result');
    expect(asked).toEqual([['#tea', { text: '*!*@bad.example' }, 'none', undefined]]);
  });
});

describe('requests', () => {
  it.each([
    "<item nick='Alice' role='none' affiliation='outcast'/>",
    "<item nick='Alice'/>",
    "<item role='none'/>",
    "<item affiliation='member'/>",
    "<item nick='Alice' role='king'/>",
    "<item nick='Alice' affiliation='king'/>",
    '',
  ])('I28 %s → bad-request', async (items) => {
    expect(await change(items)).toBe('bad-request');
    expect(members()).toContain('alice');
  });

  it('I28 of several items one cannot be → none is made', async () => {
    const items = "<item nick='Alice' role='none'/><item nick='Nobody' role='none'/>";
    expect(await change(items)).toBe('item-not-found');
    expect(members()).toContain('alice');
    expect(await change("<item nick='Alice' role='none'/><item nick='Bob' role='visitor'/>")).toBe('result');
    expect(members()).not.toContain('alice');
    expect(standing('bob')?.[1]).toBe('visitor');
  });

  it('S16 more changes than a request may have → policy-violation', async () => {
    expect(await change("<item nick='Alice' role='visitor'/>".repeat(21))).toBe('policy-violation');
    expect(standing('alice')?.[1]).toBe('default');
  });
});

describe('lists', () => {
  it('I27 affiliations: address and affiliation, no role', async () => {
    const items = await list("affiliation='admin'", JULIET);
    expect(items.map(({ attrs }) => attrs)).toEqual([{ affiliation: 'admin', jid: `bob@${DOMAIN}` }]);
    expect((await list("affiliation='owner'")).map(({ attrs }) => attrs.jid)).toEqual([`romeo@${DOMAIN}`]);
  });

  it('I27 bans, of masks too, with reason; only to those who may ban', async () => {
    stage.session(0).rooms.listAffiliation = async () => [
      { text: '*!*@bad.example', reason: 'spam' },
      { contact: 'eve' as never, text: 'eve' },
    ];
    const items = await list("affiliation='outcast'");
    expect(items.map(({ attrs }) => attrs)).toEqual([
      { affiliation: 'outcast', jid: `*!*\\40bad.example@${DOMAIN}` },
      { affiliation: 'outcast', jid: `eve@${DOMAIN}` },
    ]);
    expect(items[0]?.childText('reason')).toBe('spam');
    const asked = admin("<item affiliation='outcast'/>");
    expect(await stage.refusal('get', JULIET, TEA, asked)).toBe('forbidden');
  });

  it('I27 roles: nick, role and affiliation, no address where addresses are hidden', async () => {
    const items = await list("role='moderator'");
    expect(items.map(({ attrs }) => attrs)).toEqual([
      { affiliation: 'owner', role: 'moderator', nick: 'Romeo' },
      { affiliation: 'admin', role: 'moderator', nick: 'Bob' },
    ]);
    expect((await list("role='participant'")).map(({ attrs }) => attrs.nick)).toEqual(['Juliet', 'Alice']);
    expect(await stage.refusal('get', JULIET, TEA, admin("<item role='moderator'/>"))).toBe('forbidden');
  });

  it('I27 roles with the address where addresses show', async () => {
    stage = new RoomStage({ anonymous: false });
    await stage.join(ROMEO, 'Romeo');
    expect((await list("role='moderator'")).map(({ attrs }) => attrs.jid)).toEqual([`romeo@${DOMAIN}`]);
  });

  it('I27 what is no list → bad-request; from outside → forbidden', async () => {
    for (const items of ["<item role='none'/>", "<item affiliation='none'/>", '', '<item/>'])
      expect(await stage.refusal('get', ROMEO, TEA, admin(items))).toBe('bad-request');
    const asked = admin("<item affiliation='owner'/>");
    expect(await stage.refusal('get', 'tybalt@example.org/x', TEA, asked)).toBe('forbidden');
    expect(await stage.refusal('get', ROMEO, `#nowhere@${DOMAIN}`, asked)).toBe('forbidden');
  });

  it('S11 a list stays within what fits into a stanza', async () => {
    const crowd = Array.from({ length: 600 }, (_, n) => memberNamed(`guest${n}`));
    for (const member of crowd) stage.world.admit(stage.world.room('#tea'), member);
    await stage.settled();
    stage.take();
    expect(await list("role='participant'")).toHaveLength(500);
  });
});
