import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DomainStage } from '../../support/domain-stage.js';
import { registration, rosterState, SERVERS } from '../../support/service-talk.js';

const ROSTER = 'jabber:iq:roster';
const WITH_ROSTER = "<query xmlns='jabber:iq:roster'/>";

describe.each(SERVERS)('people as contacts, with no privileges, through %s', (xmpp) => {
  let stage: DomainStage;
  let alice: XmppClient;
  let bob: string;

  beforeAll(async () => {
    stage = await DomainStage.start({ xmpp, contacts: 'presence' });
    bob = stage.contact('Bob');
    stage.world.person('Bob');
    alice = await stage.user('alice');
    await stage.register(alice);
  });
  afterAll(() => stage.stop());

  const shown = (user: XmppClient, show: string | null, what: string) =>
    user.waitFor(
      (stanza) =>
        stanza.name === 'presence' && stanza.attrs.from === bob && stanza.getChildText('show') === show,
      what,
    );

  it('D11 D12 a contact is added by his address, both ways', async () => {
    stage.lists.show('Bob', { show: 'away', status: 'tea' });
    await alice.send(`<presence type='subscribe' to='${bob}'/>`);
    const presence = await shown(alice, 'away', 'the person');
    expect(presence.getChildText('status')).toBe('tea');
    await rosterState(alice, bob, 'to');
    const request = await alice.waitFor(
      { name: 'presence', type: 'subscribe', from: bob },
      'his own request',
    );
    expect(request.getChildText('nick')).toBe('Bob');
    await alice.send(`<presence type='subscribed' to='${bob}'/>`);
    await rosterState(alice, bob, 'both');
    expect(stage.lists.asked).toEqual(['add bob']);
  });

  it('D20 D21 what changes is shown, from the same address', async () => {
    stage.lists.show('Bob', { show: 'online' });
    await shown(alice, null, 'him back');
    stage.lists.show('Bob', { show: 'offline' });
    await alice.waitFor({ name: 'presence', type: 'unavailable', from: bob }, 'him gone');
  });

  it('D09 a client that comes later is told what is so, by the question of its server', async () => {
    stage.lists.show('Bob', { show: 'dnd' });
    await shown(alice, 'dnd', 'him busy');
    const laptop = await stage.user('alice', 'laptop');
    await shown(laptop, 'dnd', 'him busy');
    await laptop.disconnect();
  });

  it('D07 D06 a stop of the gateway shows him gone, a start shows him back', async () => {
    alice.clear();
    await stage.stopGateway();
    await alice.waitFor({ name: 'presence', type: 'unavailable', from: bob }, 'him gone');
    await alice.waitFor({ name: 'presence', type: 'unavailable', from: stage.domain }, 'the gateway gone');
    await stage.startGateway();
    await shown(alice, 'dnd', 'him back');
  });

  it('B15 his last activity is told to whom he is a contact', async () => {
    stage.lists.show('Bob', { show: 'away', lastSeen: Date.now() - 3_600_000 });
    const last = await alice.iq('get', bob, "<query xmlns='jabber:iq:last'/>");
    expect(Number(last.getChild('query')?.attrs.seconds)).toBeGreaterThanOrEqual(3_599);
    const stranger = await stage.user('bob');
    const refused = await stranger.iq('get', bob, "<query xmlns='jabber:iq:last'/>");
    expect(refused.getChild('error')?.getChild('forbidden')).toBeDefined();
    await stranger.disconnect();
  });

  it('D15 D16 a person asks, the user consents', async () => {
    stage.lists.request('alice', 'Carol', 'hello?');
    const carol = stage.contact('Carol');
    const request = await alice.waitFor({ name: 'presence', type: 'subscribe', from: carol }, 'the request');
    expect(request.getChildText('status')).toBe('hello?');
    await alice.send(`<presence type='subscribed' to='${carol}'/>`);
    await expect.poll(() => stage.lists.asked).toContain('grant carol');
  });

  it('D17 D18 who removes whom, it is over for both', async () => {
    const carol = stage.contact('Carol');
    const remove = `<query xmlns='${ROSTER}'><item jid='${carol}' subscription='remove'/></query>`;
    await alice.iq('set', undefined, remove);
    await expect.poll(() => stage.lists.asked).toContain('remove carol');
    stage.lists.drop('alice', 'Bob');
    await rosterState(alice, bob, 'none');
  });

  it('D05 C15 the registration goes, and every contact takes leave', async () => {
    await alice.send(`<presence type='subscribe' to='${bob}'/>`);
    await rosterState(alice, bob, 'to');
    await alice.barrier(stage.domain);
    alice.clear();
    await alice.iq('set', stage.domain, registration('<remove/>'));
    await rosterState(alice, bob, 'none');
    expect(stage.faults).toEqual([]);
  });
});

/** The items of the gateway in a user's roster: `bob "Bob" [Friends] both`. */
async function rosterOf(user: XmppClient, domain: string): Promise<string[]> {
  const result = await user.iq('get', undefined, WITH_ROSTER);
  return (result.getChild('query')?.getChildren('item') ?? [])
    .filter(({ attrs }) => attrs.jid?.endsWith(`@${domain}`))
    .map((item) => {
      const groups = item.getChildren('group').map((group) => group.text());
      return `${item.attrs.jid?.replace(/@.*/, '')} "${item.attrs.name ?? ''}" [${groups.sort().join(', ')}] ${item.attrs.subscription}`;
    })
    .sort();
}

describe('people in the roster by privilege, through prosody', () => {
  let stage: DomainStage;
  let alice: XmppClient;

  beforeAll(async () => {
    stage = await DomainStage.start({ contacts: 'presence', privileged: true });
    stage.lists.put('alice', { name: 'Bob', groups: ['Friends', 'Tea & co'] }, { name: 'Carol' });
    stage.lists.show('Bob', { show: 'away' });
    alice = await stage.user('alice');
    await stage.register(alice);
  });
  afterAll(() => stage.stop());

  /** The user comes back after all his clients were gone, which is when his roster is looked at. */
  async function back(): Promise<void> {
    await alice.disconnect();
    alice = await stage.user('alice');
  }

  it('J03 E10 Q05 the list is in the roster, with no question to the user', async () => {
    const bob = stage.contact('Bob');
    await alice.waitFor({ name: 'presence', type: null, from: bob }, 'a contact');
    await expect
      .poll(() => rosterOf(alice, stage.domain))
      .toEqual(['bob "Bob" [Friends, Tea & co] both', 'carol "Carol" [] both']);
    expect(
      alice.count((stanza) => stanza.attrs.type === 'subscribe' && stanza.attrs.from !== stage.domain),
    ).toBe(0);
  });

  it('J03 what the network renames is renamed; what the user renames or deletes is his', async () => {
    stage.lists.change('alice', { name: 'Caroline', id: 'carol' as ContactId });
    await expect.poll(async () => (await rosterOf(alice, stage.domain))[1]).toBe('carol "Caroline" [] both');
    const rename = `<query xmlns='${ROSTER}'><item jid='${stage.contact('Carol')}' name='Caro'/></query>`;
    await alice.iq('set', undefined, rename);
    const remove = `<query xmlns='${ROSTER}'><item jid='${stage.contact('Bob')}' subscription='remove'/></query>`;
    await alice.iq('set', undefined, remove);
    await expect.poll(() => stage.lists.asked).toContain('remove bob');
    stage.lists.put('alice', { name: 'Bob' });
    await back();
    stage.lists.change('alice', { name: 'Carola', id: 'carol' as ContactId });
    stage.lists.change('alice', { name: 'Dora' });
    await expect
      .poll(() => rosterOf(alice, stage.domain))
      .toEqual(['carol "Caro" [] both', 'dora "Dora" [] both']);
  });

  it('D18 who leaves the list leaves the roster', async () => {
    stage.lists.drop('alice', 'Dora');
    await expect.poll(() => rosterOf(alice, stage.domain)).toEqual(['carol "Caro" [] both']);
  });

  it('D09 D21 contacts in the roster show themselves at the next login', async () => {
    stage.lists.show('Carol', { show: 'xa' });
    await back();
    await alice.waitFor(
      (stanza) => stanza.attrs.from === stage.contact('Carol') && stanza.getChildText('show') === 'xa',
      'the contact',
    );
  });

  it('C15 the registration goes, and its contacts are out of the roster', async () => {
    await alice.iq('set', stage.domain, registration('<remove/>'));
    await expect.poll(() => rosterOf(alice, stage.domain)).toEqual([]);
    expect(stage.faults).toEqual([]);
  });
});

describe('people offered to a client, through ejabberd, whose grant of rosters does not hold', () => {
  it('J02 J03 E10 E11 the set is refused, and the list is offered to the client that understands it', async () => {
    const stage = await DomainStage.start({ xmpp: 'ejabberd', contacts: 'presence', privileged: true });
    stage.lists.put('alice', { name: 'Bob' }, { name: 'Carol' });
    const alice = await stage.user('alice', 'gajim', { presence: false });
    alice.answerDisco(['http://jabber.org/protocol/rosterx']);
    await alice.send('<presence/>');
    await stage.register(alice);
    const offer = await alice.waitFor({ name: 'message', from: stage.domain, child: 'x' }, 'the offer');
    const items = offer.getChild('x', 'http://jabber.org/protocol/rosterx')?.getChildren('item') ?? [];
    expect(items.map(({ attrs }) => `${attrs.action} ${attrs.jid} ${attrs.name}`).sort()).toEqual([
      `add ${stage.contact('Bob')} Bob`,
      `add ${stage.contact('Carol')} Carol`,
    ]);
    expect(await rosterOf(alice, stage.domain)).toEqual([]);
    expect(stage.faults).toEqual([]);
    await stage.stop();
  });
});

describe('what the user wrote elsewhere, by privilege', () => {
  /** The user is online with copies of his messages, and writes from another device. */
  async function writes(xmpp: (typeof SERVERS)[number]): Promise<{ stage: DomainStage; alice: XmppClient }> {
    const stage = await DomainStage.start({ xmpp, contacts: 'presence', privileged: true });
    const alice = await stage.user('alice');
    await alice.iq('set', undefined, "<enable xmlns='urn:xmpp:carbons:2'/>");
    await stage.register(alice);
    stage.world.person('Bob');
    stage.network.sessions.at(-1)?.observe({
      type: 'direct-message',
      from: 'bob' as ContactId,
      nick: 'Bob',
      text: 'from my phone',
      style: 'text',
      own: true,
    });
    return { stage, alice };
  }

  /** A message of his, sent after it, reaches the person alone. */
  async function reachesAlone(stage: DomainStage, alice: XmppClient): Promise<void> {
    await alice.message(stage.contact('Bob'), 'from here');
    await expect.poll(() => stage.world.person('Bob').heard).toEqual(['from here']);
    expect(stage.faults).toEqual([]);
    await stage.stop();
  }

  it('J04 J05 F32 through prosody it is shown as his own, and does not go to the network again', async () => {
    const { stage, alice } = await writes('prosody');
    const carbon = await alice.waitFor(
      (stanza) => stanza.getChild('sent', 'urn:xmpp:carbons:2') !== undefined,
      'a copy of his own message',
    );
    const message = carbon.getChild('sent')?.getChild('forwarded')?.getChild('message');
    expect(message?.attrs).toMatchObject({ from: 'alice@localhost', to: stage.contact('Bob') });
    expect(message?.getChildText('body')).toBe('from my phone');
    await reachesAlone(stage, alice);
  });

  it('J02 F32 through ejabberd 23.01, which would show it to nobody, it is a marked copy', async () => {
    const { stage, alice } = await writes('ejabberd');
    const copy = await alice.waitFor(
      { name: 'message', from: stage.contact('Bob'), child: 'body' },
      'the copy',
    );
    expect(copy.getChildText('body')).toMatch(/You, .*from my phone/);
    await reachesAlone(stage, alice);
  });
});
