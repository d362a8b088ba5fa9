import { afterEach, describe, expect, it, vi } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { CLIENT, ContactStage, jidOf, USER } from '../../support/core/contact-stage.js';
import { conditionOf, DOMAIN } from '../../support/core/room-stage.js';
import { MemoryStore } from '../../support/memory-store.js';

const LAST = `<query xmlns='${NS.LAST}'/>`;

/** A stage whose user has Bob and Carol as contacts, both ways, and is online. */
async function friends(
  contacts: 'presence' | 'steady' = 'presence',
  store?: MemoryStore,
): Promise<ContactStage> {
  const stage = new ContactStage({ contacts, ...(store && { store }) });
  await stage.register();
  await stage.comes();
  for (const name of ['Bob', 'Carol']) {
    stage.world.person(name);
    await stage.presence('subscribe', name.toLowerCase());
    await stage.presence('subscribed', name.toLowerCase());
  }
  stage.take();
  return stage;
}

async function shows(
  stage: ContactStage,
  ...args: Parameters<ContactStage['lists']['show']>
): Promise<string[]> {
  stage.lists.show(...args);
  await stage.settled();
  return stage.presences();
}

describe('presence of contacts', () => {
  afterEach(() => vi.useRealTimers());

  it('D19 D20 D21 D24 says availability, words and last activity, from bare to bare', async () => {
    const stage = await friends();
    stage.lists.show('Bob', { show: 'xa', status: 'back <soon>', lastSeen: Date.UTC(2026, 0, 2) });
    await stage.settled();
    const [presence] = stage.take();
    expect(presence?.attrs).toMatchObject({ from: jidOf('bob'), to: USER });
    expect(presence?.attrs.type).toBeUndefined();
    expect(presence?.childText('show')).toBe('xa');
    expect(presence?.childText('status')).toBe('back <soon>');
    expect(presence?.child('idle', NS.IDLE)?.attrs.since).toBe('2026-01-02T00:00:00.000Z');
    expect(presence?.child('c', NS.CAPS)).toBeDefined();
    stage.lists.show('Bob', { show: 'offline' });
    await stage.settled();
    const [gone] = stage.take();
    expect(gone?.attrs).toMatchObject({ type: 'unavailable', from: jidOf('bob'), to: USER });
    expect(gone?.children).toEqual([]);
  });

  it.each([
    ['online', undefined],
    ['chat', 'chat'],
    ['away', 'away'],
    ['dnd', 'dnd'],
    ['xa', 'xa'],
  ] as const)('D21 shows %s as %s', async (show, shown) => {
    const stage = await friends();
    stage.lists.show('Bob', { show });
    await stage.settled();
    expect(stage.take()[0]?.childText('show')).toBe(shown);
  });

  it('G02 tells the hash of the picture', async () => {
    const stage = await friends();
    const account = stage.store.row(USER);
    const record = await stage.record('bob');
    if (!account || !record) throw new Error('no contact');
    await stage.stop();
    await stage.store.contacts.put([{ ...record, photo: 'ab'.repeat(20) }]);
    const again = new ContactStage({ store: stage.store });
    again.lists.put('romeo', { name: 'Bob' });
    await again.comes();
    again.take();
    again.lists.show('Bob', { show: 'online' });
    await again.settled();
    expect(again.take()[0]?.child('x', NS.VCARD_UPDATE)?.childText('photo')).toBe('ab'.repeat(20));
  });

  it('says nothing that says nothing new', async () => {
    const stage = await friends();
    expect(await shows(stage, 'Bob', { show: 'offline' })).toEqual([]);
    expect(await shows(stage, 'Bob', { show: 'online' })).toEqual(['available bob']);
    expect(await shows(stage, 'Bob', { show: 'online' })).toEqual([]);
    // For somebody who is active, when he was last active says nothing.
    expect(await shows(stage, 'Bob', { show: 'online', lastSeen: 5 })).toEqual([]);
    expect(await shows(stage, 'Bob', { show: 'away', status: 'tea' })).toEqual(['away bob']);
    expect(await shows(stage, 'Bob', { show: 'away', status: 'tea' })).toEqual([]);
    expect(await shows(stage, 'Bob', { show: 'away' })).toEqual(['away bob']);
    expect(await shows(stage, 'Bob', { show: 'offline' })).toEqual(['unavailable bob']);
    expect(await shows(stage, 'Bob', { show: 'offline', lastSeen: 7 })).toEqual([]);
  });

  it('S12 people who are no contacts of the user are not shown, however often the network speaks of them', async () => {
    const stage = await friends();
    for (const name of ['Mallory', 'Dave']) {
      stage.lists.put('romeo', { name });
      expect(await shows(stage, name, { show: 'online' })).toEqual([]);
    }
  });

  it('D05 the last client goes: contacts that were there go first, then the gateway', async () => {
    const stage = await friends();
    await shows(stage, 'Bob', { show: 'online' });
    await stage.comes(`${USER}/phone`);
    await stage.goes();
    expect(stage.take()).toEqual([]);
    await stage.goes(`${USER}/phone`);
    expect(stage.take().map(({ attrs }) => `${attrs.type} ${attrs.from}`)).toEqual([
      `unavailable ${jidOf('bob')}`,
      `unavailable ${DOMAIN}`,
    ]);
  });

  it('D06 the next login shows whom the network tells, and nobody else', async () => {
    const stage = await friends();
    await shows(stage, 'Bob', { show: 'online' });
    await stage.goes();
    stage.take();
    await stage.comes();
    expect(stage.presences()).toEqual(['available bob']);
  });

  it('D07 an orderly stop says that contacts are gone, once, before the gateway', async () => {
    const stage = await friends();
    await shows(stage, 'Bob', { show: 'dnd' });
    await stage.stop();
    expect(stage.take().map(({ attrs }) => `${attrs.type} ${attrs.from}`)).toEqual([
      `unavailable ${jidOf('bob')}`,
      `unavailable ${DOMAIN}`,
    ]);
  });

  it('D07 after a crash the first login corrects what is not true any more, and only then', async () => {
    const store = new MemoryStore();
    const crashed = await friends('presence', store);
    await shows(crashed, 'Bob', { show: 'online' });
    const stage = new ContactStage({ store });
    for (const name of ['Bob', 'Carol']) stage.lists.put('romeo', { name });
    stage.lists.show('Carol', { show: 'online' });
    await stage.start();
    stage.take();
    await stage.comes();
    expect(stage.presences()).toEqual(['unavailable bob', 'unavailable carol', 'available carol']);
    await stage.goes();
    stage.take();
    await stage.comes();
    expect(stage.presences()).toEqual(['available carol']);
    await stage.stop();
    const next = new ContactStage({ store });
    for (const name of ['Bob', 'Carol']) next.lists.put('romeo', { name });
    await next.start();
    await next.comes();
    expect(next.presences()).toEqual([]);
  });

  it('D22 on a network without presence people are shown once and stay', async () => {
    const stage = new ContactStage({ contacts: 'steady' });
    await stage.register();
    await stage.comes();
    stage.world.person('Bob');
    stage.take();
    expect(await stage.presence('subscribe', 'bob')).toEqual([
      'subscribed bob',
      'available bob',
      'subscribe bob',
    ]);
    await stage.goes();
    await stage.comes();
    await stage.stop();
    expect(stage.presences()).toEqual([]);
    const again = new ContactStage({ contacts: 'steady', store: stage.store });
    again.lists.put('romeo', { name: 'Bob' });
    await again.start();
    await again.comes();
    expect(again.presences()).toEqual([]);
    expect(await again.presence('probe', 'bob')).toEqual(['available bob']);
  });

  it('B15 tells last activity to those who see the presence', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 5, 1) });
    const stage = await friends();
    const seconds = async (name: string) => {
      const [answer] = await stage.ask('get', CLIENT, jidOf(name), LAST);
      return answer?.child('query')?.attrs.seconds ?? conditionOf(answer);
    };
    expect(await seconds('dave')).toBe('forbidden');
    await shows(stage, 'Bob', { show: 'online' });
    expect(await seconds('bob')).toBe('0');
    await shows(stage, 'Bob', { show: 'away', lastSeen: Date.now() - 90_000 });
    expect(await seconds('bob')).toBe('90');
    await shows(stage, 'Bob', { show: 'offline' });
    vi.setSystemTime(Date.now() + 30_000);
    expect(await seconds('bob')).toBe('30');
    await shows(stage, 'Carol', { show: 'offline', lastSeen: Date.now() - 60_000 });
    expect(await seconds('carol')).toBe('60');
  });

  it('D21 when contacts were last seen outlives a stop, in few writes', async () => {
    const stage = await friends();
    const puts = vi.spyOn(stage.store.contacts, 'put');
    for (let round = 0; round < 50; round += 1) {
      await shows(stage, 'Bob', { show: 'online' });
      await shows(stage, 'Bob', { show: 'offline', lastSeen: 1_000 + round });
    }
    await shows(stage, 'Carol', { show: 'online' });
    expect(puts).not.toHaveBeenCalled();
    const before = Date.now();
    await stage.stop();
    expect(puts).toHaveBeenCalledTimes(1);
    expect((await stage.record('bob'))?.lastSeen).toBe(1_049);
    expect((await stage.record('carol'))?.lastSeen).toBeGreaterThanOrEqual(before);
  });
});

describe('a start with many users and contacts', () => {
  const USERS = 40;
  const CONTACTS = 25;
  const PRESENT = 5;

  it('D06 S12 says to each user who is there what is news, and reads nobody else', async () => {
    const store = new MemoryStore();
    const first = new ContactStage({ store });
    const clients = Array.from({ length: USERS }, (_, index) => `user${index}@example.org/desk`);
    for (const client of clients) await first.register(client);
    for (const { id } of store.rows.values())
      await store.contacts.put(
        Array.from({ length: CONTACTS }, (_, index) => ({
          account: id,
          contact: `c${index}`,
          listed: true,
          name: `C${index}`,
          groups: [],
          avatar: '',
          photo: '',
          noReply: false,
          to: true,
          from: true,
          pending: '' as const,
          written: { name: `C${index}`, groups: [] },
          suggested: false,
          blocked: false,
          mutedUntil: 0,
          approved: true,
          lastSeen: 0,
        })),
      );
    await first.stop();

    const stage = new ContactStage({ store });
    const lists = vi.spyOn(store.contacts, 'list');
    const puts = vi.spyOn(store.contacts, 'put');
    for (let user = 0; user < USERS; user += 1)
      stage.lists.put(
        `user${user}`,
        ...Array.from({ length: CONTACTS }, (_, index) => ({ name: `C${index}` })),
      );
    for (let index = 0; index < PRESENT; index += 1) stage.lists.show(`C${index}`, { show: 'online' });
    await stage.start();
    // One probe for each user, and nothing of contacts.
    expect(stage.take().map(({ attrs }) => attrs.type)).toEqual(Array(USERS).fill('probe'));
    expect(lists).not.toHaveBeenCalled();

    const online = clients.slice(0, USERS / 2);
    for (const client of online) await stage.comes(client);
    const sent = stage.take();
    expect(sent.filter(({ attrs }) => attrs.from === DOMAIN && attrs.type === undefined)).toHaveLength(
      online.length,
    );
    const others = sent.filter(({ attrs }) => attrs.from !== DOMAIN);
    expect(others).toHaveLength(online.length * PRESENT);
    expect(sent).toHaveLength(online.length * (PRESENT + 1));
    expect(lists).toHaveBeenCalledTimes(online.length);
    expect(puts).not.toHaveBeenCalled();

    // Their servers ask for every contact: every one is answered, once.
    for (const client of online)
      await stage.receive(
        Array.from(
          { length: CONTACTS },
          (_, index) => `<presence type='probe' from='${client}' to='${jidOf(`c${index}`)}'/>`,
        ).join(''),
      );
    expect(stage.take()).toHaveLength(online.length * CONTACTS);
    expect(stage.faults).toEqual([]);
  });
});
