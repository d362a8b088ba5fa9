import { beforeEach, describe, expect, it } from 'vitest';
import { CLIENT, ContactStage, jidOf, USER } from '../../support/core/contact-stage.js';
import { DOMAIN } from '../../support/core/room-stage.js';

/** Rounds of a loop between a peer and the gateway (S13). */
const ROUNDS = 1_000;

describe('subscriptions to people', () => {
  let stage: ContactStage;

  beforeEach(async () => {
    stage = new ContactStage();
    await stage.register();
    await stage.comes();
    stage.world.person('Bob');
    stage.take();
  });

  it('D11 D12 D14 consent at once: granted, shown, and the same is asked for once', async () => {
    stage.lists.show('Bob', { show: 'away', status: 'at lunch' });
    expect(await stage.presence('subscribe', 'bob')).toEqual(['subscribed bob', 'away bob', 'subscribe bob']);
    expect(stage.lists.asked).toEqual(['add bob']);
    await stage.presence('subscribed', 'bob');
    expect(await stage.record('bob')).toMatchObject({ to: true, from: true, pending: '' });
    expect(await stage.presence('subscribe', 'bob')).toEqual(['subscribed bob', 'away bob']);
    expect(stage.lists.asked).toEqual(['add bob']);
    expect(stage.faults).toEqual([]);
  });

  it('D11 consent later, and refusal', async () => {
    stage.lists.willAnswer('Bob', 'asked');
    expect(await stage.presence('subscribe', 'bob')).toEqual([]);
    expect(await stage.record('bob')).toMatchObject({ to: false, pending: 'asked' });
    expect(await stage.presence('subscribe', 'bob')).toEqual([]);
    expect(stage.lists.asked).toEqual(['add bob']);
    stage.lists.answer('romeo', 'Bob', true);
    await stage.settled();
    expect(stage.presences()).toEqual(['subscribed bob', 'subscribe bob']);

    stage.lists.willAnswer('Carol', 'asked');
    await stage.presence('subscribe', 'carol');
    stage.lists.answer('romeo', 'Carol', false);
    await stage.settled();
    expect(stage.presences()).toEqual(['unsubscribed carol']);
    stage.lists.willAnswer('Dave', 'refused');
    expect(await stage.presence('subscribe', 'dave')).toEqual(['unsubscribed dave']);
    expect(await stage.record('dave')).toBeUndefined();
  });

  it('D11 two questions at once are one question to the network', async () => {
    await stage.receive(`<presence from='${USER}' to='${jidOf('bob')}' type='subscribe'/>`.repeat(3));
    expect(stage.lists.asked).toEqual(['add bob']);
  });

  it('D13 addresses that cannot exist, and people who do not', async () => {
    await stage.receive(`<presence from='${USER}' to='what?!@${DOMAIN}' type='subscribe'/>`);
    expect(stage.presences()).toEqual(['unsubscribed what?!']);
    expect(await stage.presence('subscribe', 'nobody')).toEqual(['unsubscribed nobody']);
  });

  it('D09 D10 S04 a probe is answered to those who are subscribed, and to nobody else', async () => {
    expect(await stage.presence('probe', 'bob')).toEqual(['unsubscribed bob']);
    await stage.presence('subscribe', 'bob');
    expect(await stage.presence('probe', 'bob', CLIENT)).toEqual(['unavailable bob']);
    stage.lists.show('Bob', { show: 'online' });
    await stage.settled();
    stage.take();
    expect(await stage.presence('probe', 'bob')).toEqual(['available bob']);
    expect(await stage.presence('probe', 'bob', 'juliet@example.org')).toEqual(['unsubscribed bob']);
    expect(await stage.presence('subscribe', 'bob', 'juliet@example.org')).toEqual(['unsubscribed bob']);
  });

  it('D09 D01 a probe before the user has shown himself is answered when he does', async () => {
    await stage.presence('subscribe', 'bob');
    await stage.goes();
    stage.take();
    await stage.receive(`<presence from='${USER}' to='${jidOf('bob')}' type='probe'/>`.repeat(2));
    expect(stage.take().map(({ attrs }) => [attrs.type, attrs.from, attrs.to])).toEqual([
      ['probe', DOMAIN, USER],
    ]);
    await stage.comes();
    expect(stage.presences()).toEqual(['unavailable bob']);
  });

  it('D15 D16 E13 a person asks the user, by name, and hears his answer', async () => {
    stage.lists.request('romeo', 'Bob', 'remember me?');
    await stage.settled();
    const [asked] = stage.take();
    expect(asked?.attrs).toMatchObject({ type: 'subscribe', from: jidOf('bob'), to: USER });
    expect(asked?.childText('nick')).toBe('Bob');
    expect(asked?.childText('status')).toBe('remember me?');
    stage.lists.request('romeo', 'Bob');
    await stage.settled();
    expect(stage.presences()).toEqual([]);
    await stage.presence('subscribed', 'bob');
    expect(stage.lists.asked).toEqual(['grant bob']);
    expect(await stage.record('bob')).toMatchObject({ from: true, to: false, pending: '' });

    stage.lists.request('romeo', 'Carol');
    await stage.settled();
    expect(stage.presences()).toEqual(['subscribe carol']);
    expect(await stage.presence('unsubscribed', 'carol')).toEqual([]);
    expect(stage.lists.asked).toEqual(['grant bob', 'deny carol']);
    expect(await stage.record('carol')).toMatchObject({ from: false, pending: '' });
  });

  it('D25 consent before the question is taken, and answers the question when it comes', async () => {
    await stage.presence('subscribed', 'bob');
    stage.lists.request('romeo', 'Bob');
    await stage.settled();
    expect(stage.presences()).toEqual([]);
    expect(stage.lists.asked).toEqual(['grant bob']);
  });

  it('D15 consent that the user never asked for is not passed on', async () => {
    stage.lists.answer('romeo', 'Bob', true);
    stage.lists.answer('romeo', 'Carol', false);
    await stage.settled();
    expect(stage.presences()).toEqual([]);
  });

  it('D17 the user removes a contact: the network is told once, and nothing is shown any more', async () => {
    await stage.presence('subscribe', 'bob');
    await stage.presence('subscribed', 'bob');
    stage.lists.show('Bob', { show: 'online' });
    await stage.settled();
    expect(stage.presences()).toEqual(['available bob']);
    expect(await stage.presence('unsubscribed', 'bob')).toEqual([]);
    expect(await stage.presence('unsubscribe', 'bob')).toEqual(['unavailable bob']);
    expect(stage.lists.asked).toEqual(['add bob', 'remove bob']);
    for (const type of ['unsubscribe', 'unsubscribed', 'unavailable'])
      expect(await stage.presence(type, 'bob')).toEqual([]);
    stage.lists.show('Bob', { show: 'away' });
    await stage.settled();
    expect(stage.presences()).toEqual([]);
    expect(stage.lists.asked).toEqual(['add bob', 'remove bob']);
  });

  it('D18 the network removes a contact: three presences, once', async () => {
    await stage.presence('subscribe', 'bob');
    stage.lists.drop('romeo', 'Bob');
    await stage.settled();
    expect(stage.presences()).toEqual(['unsubscribe bob', 'unsubscribed bob', 'unavailable bob']);
    stage.lists.drop('romeo', 'Bob');
    await stage.settled();
    expect(stage.presences()).toEqual([]);
    expect(await stage.record('bob')).toMatchObject({ to: false, from: false, listed: false });
  });

  it.each(['granted', 'refused', 'stranger'] as const)(
    'S13 a peer that answers everything is not answered for ever (%s)',
    async (kind) => {
      const user = kind === 'stranger' ? 'juliet@example.org' : USER;
      if (kind === 'refused') stage.lists.willAnswer('Bob', 'refused');
      let sent = await stage.presence('subscribe', 'bob', user);
      let total = sent.length;
      for (let round = 0; round < ROUNDS; round += 1) {
        const answer = sent.some((line) => line.startsWith('subscribe ')) ? 'unsubscribed' : 'subscribe';
        sent = await stage.presence(answer, 'bob', user);
        total += sent.length;
      }
      expect(total).toBeLessThan(20);
      expect(stage.lists.asked.length).toBeLessThanOrEqual(kind === 'refused' ? ROUNDS + 1 : 3);
      expect(stage.faults).toEqual([]);
    },
  );

  it('S12 what one user is told of a person reaches him alone', async () => {
    const other = 'juliet@example.org/balcony';
    await stage.register(other);
    await stage.comes(other);
    await stage.presence('subscribe', 'bob');
    stage.lists.put('juliet', { name: 'Bob' });
    stage.lists.show('Bob', { show: 'dnd' });
    await stage.settled();
    expect(stage.take().map(({ attrs }) => attrs.to)).toEqual([USER]);
  });
});

describe('people of a network without contact lists', () => {
  it('D11 D22 are contacts for the asking, steadily available, for registered users', async () => {
    const stage = new ContactStage({ contacts: 'none' });
    await stage.register();
    await stage.comes();
    stage.take();
    expect(await stage.presence('subscribe', 'bob')).toEqual(['subscribed bob', 'available bob']);
    expect(await stage.presence('probe', 'bob')).toEqual(['available bob']);
    expect(await stage.presence('probe', 'carol')).toEqual(['unsubscribed carol']);
    await stage.goes();
    await stage.comes();
    expect(stage.presences()).toEqual([]);
    expect(await stage.presence('subscribe', 'bob', 'juliet@example.org')).toEqual(['unsubscribed bob']);
  });

  it('D17 removing one is quiet', async () => {
    const stage = new ContactStage({ contacts: 'none' });
    await stage.register();
    await stage.comes();
    await stage.presence('subscribe', 'bob');
    expect(await stage.presence('unsubscribe', 'bob')).toEqual(['unavailable bob']);
    expect(await stage.presence('unsubscribed', 'bob')).toEqual([]);
    expect(await stage.presence('probe', 'bob')).toEqual(['unsubscribed bob']);
  });
});
