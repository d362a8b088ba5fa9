import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PartReport } from '../../../src/store/message-store.js';
import type { DatabaseOptions } from '../../../src/store/options.js';
import type { Store } from '../../../src/store/store.js';
import { contactRecord, messageRecord, outboxEntry } from '../../support/message-rows.js';
import { engines, newKey, open } from './engines.js';

const DOMAIN = 'irc.example.org';
const delivered: PartReport = { outcome: 'delivered', detail: '', time: 1_763_700_000_000 };
const failed: PartReport = { outcome: 'failed', detail: '{"key":"no"}', time: 1_763_700_000_000 };

describe.each(engines)('contacts, messages and states on $name', (engine) => {
  let database: DatabaseOptions;
  let store: Store;
  let key: Buffer;
  let anna: number;
  let bob: number;

  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  beforeEach(async () => {
    database = await engine.create();
    key = newKey();
    store = await open(database, key);
    anna = (await store.accounts.ensure(DOMAIN, 'anna@example.org')).id;
    bob = (await store.accounts.ensure(DOMAIN, 'bob@example.org')).id;
  });
  afterEach(() => store.close());

  async function reopen(): Promise<void> {
    await store.close();
    store = await open(database, key);
  }

  it('accounts: one is found by its key', async () => {
    expect(await store.accounts.get(anna)).toEqual(await store.accounts.find(DOMAIN, 'anna@example.org'));
    expect(await store.accounts.get(999)).toBeUndefined();
  });

  it('contacts: all of them come back as they were put, the last of several', async () => {
    const full = contactRecord(anna, {
      ...{ listed: true, name: 'Мама \u{1F469}', groups: ['Семья', 'b'], avatar: 'a', photo: '0f' },
      ...{ noReply: true, to: true, from: true, pending: 'both', suggested: true, blocked: true },
      ...{ written: { name: 'Mum', groups: ['Family'] }, mutedUntil: 4_102_444_800_000, approved: true },
      lastSeen: 1_763_700_000_000,
    });
    const many = Array.from({ length: 300 }, (_, index) =>
      contactRecord(anna, { contact: `n${String(index).padStart(3, '0')}` }),
    );
    await Promise.all([
      store.contacts.put([contactRecord(anna), full]),
      store.contacts.put(many),
      store.contacts.put([contactRecord(bob, { name: 'other' })]),
      store.contacts.put([contactRecord(999)]),
    ]);
    expect(await store.contacts.list(anna)).toEqual([full, ...many]);
    await store.contacts.put([
      { ...full, blocked: false },
      contactRecord(anna, { contact: 'n000', name: 'x' }),
    ]);
    await reopen();
    expect(await store.contacts.find(anna, full.contact)).toEqual({ ...full, blocked: false });
    expect(await store.contacts.find(anna, 'n000')).toMatchObject({ name: 'x' });
    await store.contacts.remove(anna, [
      full.contact,
      ...many.slice(1).map(({ contact }) => contact),
      'nobody',
    ]);
    expect((await store.contacts.list(anna)).map(({ contact }) => contact)).toEqual(['n000']);
    expect(await store.contacts.find(bob, full.contact)).toMatchObject({ name: 'other' });
    expect(await store.contacts.list(999)).toEqual([]);
  });

  it('a message of the user waits until it is done, with its ids and its state', async () => {
    const first = messageRecord(anna);
    const second = messageRecord(anna, { xmppIds: ['x2', 'origin2', 'x2'], contact: 'other' });
    const entries = [outboxEntry(first), outboxEntry(second, { payload: 'привет' })];
    await Promise.all([
      store.messages.submit(first, outboxEntry(first)),
      store.messages.submit(second, outboxEntry(second, { payload: 'привет' })),
      store.messages.change(second.id, { changedAt: 2_000, outbox: { attempts: 1, nextAt: 3_000 } }),
    ]);
    const tried = { ...entries[1], attempts: 1, nextAt: 3_000 };
    expect(await store.messages.waiting(anna)).toEqual([entries[0], tried]);
    await store.messages.change(first.id, { changedAt: 2_000, outbox: { attempts: 2, nextAt: 4_000 } });
    // Two changes of one entry at once leave both marks, words sealed anew.
    await Promise.all([
      store.messages.change(second.id, { changedAt: 2_500, outbox: { payload: '{"text":"other"}' } }),
      store.messages.change(second.id, { changedAt: 2_500, outbox: { attempts: 1, nextAt: 3_000 } }),
    ]);
    const revised = (await store.messages.waiting(second.account)).find(({ id }) => id === second.id);
    expect(revised).toEqual({ ...tried, payload: '{"text":"other"}' });
    await store.messages.change(second.id, {
      changedAt: 2_500,
      outbox: { payload: entries[1]?.payload ?? '' },
    });
    await reopen();
    expect(await store.messages.outbox(DOMAIN, '', 10)).toEqual([
      { ...entries[0], attempts: 2, nextAt: 4_000, kind: 'contact', state: 'waiting' },
      { ...tried, kind: 'contact', state: 'waiting' },
    ]);
    expect((await store.messages.outbox(DOMAIN, first.id, 10)).map(({ id }) => id)).toEqual([second.id]);
    expect((await store.messages.outbox(DOMAIN, '', 1)).map(({ id }) => id)).toEqual([first.id]);
    await store.messages.change(first.id, {
      ...{ state: 'sent', detail: 'why', addXmppIds: ['c1', 'x1'], addNetworkIds: ['n1', 'n2'] },
      ...{ changedAt: 5_000.7, outbox: 'done' },
    });
    const changed = {
      ...{ ...first, state: 'sent', detail: 'why', changedAt: 5_000 },
      ...{ xmppIds: ['x1', 'c1'], networkIds: ['n1', 'n2'] },
    };
    expect(await store.messages.byId(first.id)).toEqual(changed);
    expect(await store.messages.byNetworkId(anna, 'n2')).toEqual(changed);
    expect(await store.messages.byXmppId(anna, 'c1')).toEqual(changed);
    expect(await store.messages.byXmppId(anna, 'c1', { kind: 'contact', contact: 'other' })).toBeUndefined();
    expect(await store.messages.byXmppId(bob, 'c1')).toBeUndefined();
    expect(await store.messages.byNetworkId(bob, 'n2')).toBeUndefined();
    expect(await store.messages.byId('nothing')).toBeUndefined();
    expect((await store.messages.waiting(anna)).map(({ id }) => id)).toEqual([second.id]);
    expect((await store.messages.recent(anna, 5)).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(
      (await store.messages.recent(anna, 5, { kind: 'contact', contact: 'other' })).map(({ id }) => id),
    ).toEqual([second.id]);
    expect(await store.messages.change('nothing', { changedAt: 1 })).toEqual([]);
  });

  it('the same XMPP id is found newest first', async () => {
    const [older, newer] = [messageRecord(anna), messageRecord(anna, { contact: 'other' })];
    await store.messages.submit(older, outboxEntry(older));
    await store.messages.submit(newer, outboxEntry(newer));
    expect((await store.messages.byXmppId(anna, 'x1'))?.id).toBe(newer.id);
    expect((await store.messages.byXmppId(anna, 'x1', older))?.id).toBe(older.id);
  });

  it('a message that comes twice is accepted once, in one batch and after a restart', async () => {
    const once = () => messageRecord(anna, { direction: 'in', state: 'received', networkIds: ['a', 'b'] });
    const stanza = (id: string) => [{ id, account: anna, domain: DOMAIN, stanza: `<message id='${id}'/>` }];
    const answers = await Promise.all([
      store.messages.accept(once(), stanza('one')),
      store.messages.accept(once(), stanza('two')),
      store.messages.accept({ ...once(), networkIds: ['c', 'b'] }, stanza('three')),
      store.messages.accept({ ...once(), networkIds: ['c'] }, stanza('four')),
      store.messages.accept({ ...once(), account: bob }, []),
      store.messages.accept({ ...once(), account: 999 }, []),
    ]);
    expect(answers).toEqual([true, false, false, true, true, false]);
    await reopen();
    expect(await store.messages.accept(once(), stanza('five'))).toBe(false);
    expect((await store.inbox.pending(DOMAIN)).map(({ id }) => id)).toEqual(['one', 'four']);
    expect(await store.statistics()).toMatchObject({ messages: 3, inbox: 2, outbox: 0 });
  });

  it('a message of an account that is gone is refused without harm to others', async () => {
    const [lost, kept] = [messageRecord(999), messageRecord(anna)];
    const timeless = messageRecord(anna);
    const outcomes = await Promise.allSettled([
      store.messages.submit(lost, outboxEntry(lost)),
      store.messages.submit(kept, outboxEntry(kept)),
      store.messages.submit(timeless, outboxEntry(timeless, { nextAt: Number.POSITIVE_INFINITY })),
      store.messages.change(kept.id, { state: 'sending', changedAt: 5 }),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { name: 'StoreError', code: 'not-found' } },
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'StoreError', code: 'other' } },
      { status: 'fulfilled' },
    ]);
    expect(await store.messages.recent(anna, 5)).toEqual([{ ...kept, state: 'sending', changedAt: 5 }]);
    expect(await store.statistics()).toMatchObject({ messages: 1, outbox: 1 });
  });

  it('reports count once per part, and wait for the ids that come late', async () => {
    const record = messageRecord(anna);
    await store.messages.submit(record, outboxEntry(record));
    expect(await store.messages.report(DOMAIN, 'n2', delivered)).toBeUndefined();
    expect(await store.messages.report(DOMAIN, 'n2', failed)).toBeUndefined();
    expect(await store.messages.report('sms.example.org', 'n1', failed)).toBeUndefined();
    await reopen();
    const early = await store.messages.change(record.id, {
      ...{ state: 'sent', addNetworkIds: ['n1', 'n2', 'n3'], changedAt: 9 },
    });
    expect(early).toMatchObject([{ record: { id: record.id, state: 'sent' }, delivered: 1, failed: 0 }]);
    expect(await store.messages.report(DOMAIN, 'n1', failed)).toMatchObject({ delivered: 1, failed: 1 });
    expect(await store.messages.report(DOMAIN, 'n1', delivered)).toMatchObject({ delivered: 1, failed: 1 });
    const all = await Promise.all(['n3', 'n2'].map((id) => store.messages.report(DOMAIN, id, delivered)));
    expect(all).toMatchObject([
      { record: { id: record.id }, delivered: 2, failed: 1 },
      { record: { id: record.id }, delivered: 2, failed: 1 },
    ]);
    expect(await store.messages.change(record.id, { changedAt: 10 })).toEqual([]);
  });

  it('a network id that is used again belongs to the later message, without the old report', async () => {
    const [older, newer] = [messageRecord(anna), messageRecord(bob)];
    for (const record of [older, newer]) await store.messages.submit(record, outboxEntry(record));
    await store.messages.change(older.id, { addNetworkIds: ['n'], changedAt: 1 });
    await store.messages.report(DOMAIN, 'n', failed);
    expect(await store.messages.change(newer.id, { addNetworkIds: ['n'], changedAt: 1 })).toEqual([]);
    expect(await store.messages.report(DOMAIN, 'n', delivered)).toMatchObject({
      ...{ record: { id: newer.id }, delivered: 1, failed: 0 },
    });
  });

  it('a report is never taken for one on a message of a person', async () => {
    const incoming = messageRecord(bob, { direction: 'in', networkIds: ['n'], state: 'received' });
    await store.messages.accept(incoming, []);
    const record = messageRecord(anna);
    await store.messages.submit(record, outboxEntry(record));
    await store.messages.change(record.id, { addNetworkIds: ['n'], changedAt: 1 });
    expect(await store.messages.report(DOMAIN, 'n', delivered)).toMatchObject({ record: { id: record.id } });
  });

  it('stanzas set aside leave the inbox and stay until they are released', async () => {
    const row = (id: string, account = anna) => ({
      id,
      account,
      domain: DOMAIN,
      stanza: `<message id='${id}'/>`,
    });
    await Promise.all(['b', 'a'].map((id) => store.inbox.append(row(id))));
    await Promise.all([
      store.messages.hold([row('b')]),
      store.messages.hold([row('a'), row('b'), row('c', bob), row('d', 999)]),
    ]);
    expect(await store.inbox.pending(DOMAIN)).toEqual([]);
    await reopen();
    expect(await store.messages.held(anna)).toEqual([row('b'), row('a')]);
    await store.messages.release(anna, ['b', 'c']);
    await Promise.all([store.messages.hold([row('e')]), store.messages.release(anna, ['e'])]);
    expect(await store.messages.held(anna)).toEqual([row('a')]);
    expect(await store.messages.held(bob)).toEqual([row('c', bob)]);
  });

  it('a message that is accepted to be held never enters the inbox, and comes once', async () => {
    const record = messageRecord(anna, { direction: 'in', state: 'held', networkIds: ['w'] });
    const row = { id: record.id, account: anna, domain: DOMAIN, stanza: '<message/>' };
    const again = { ...messageRecord(anna, { direction: 'in', state: 'held', networkIds: ['w'] }) };
    const accepted = await Promise.all([
      store.messages.accept(record, [row]),
      store.messages.accept(again, [{ ...row, id: again.id }]),
    ]);
    expect(accepted).toEqual([true, false]);
    await reopen();
    expect(await store.inbox.pending(DOMAIN)).toEqual([]);
    expect(await store.messages.held(anna)).toEqual([row]);
    await store.messages.release(anna, [record.id]);
  });

  it('retention removes what waits for nothing, with its ids and reports', async () => {
    const old = { createdAt: 1_000, changedAt: 1_000 };
    const waiting = messageRecord(anna, old);
    const sent = messageRecord(anna, old);
    const fresh = messageRecord(anna, { createdAt: 1_000, changedAt: 3_000 });
    const held = messageRecord(anna, { ...old, direction: 'in', state: 'held', networkIds: ['h'] });
    for (const record of [waiting, sent, fresh]) await store.messages.submit(record, outboxEntry(record));
    const change = { addNetworkIds: ['n1'], changedAt: 1_500, outbox: 'done' } as const;
    await store.messages.change(sent.id, change);
    await store.messages.change(fresh.id, { ...change, addNetworkIds: ['n2'], changedAt: 3_000 });
    await store.messages.accept(held, []);
    await store.messages.hold([{ id: 'h', account: anna, domain: DOMAIN, stanza: 's' }]);
    await store.messages.report(DOMAIN, 'n1', { ...delivered, time: 1_500 });
    await store.messages.report(DOMAIN, 'early', { ...delivered, time: 1_500 });
    await store.messages.report(DOMAIN, 'late', { ...delivered, time: 3_000 });
    expect(await store.messages.purge(2_000)).toBe(2);
    const left = (await store.messages.recent(anna, 9)).map(({ id }) => id);
    expect(left).toEqual([waiting, fresh, held].map(({ id }) => id).reverse());
    expect(await store.messages.byNetworkId(anna, 'n1')).toBeUndefined();
    expect(await store.statistics()).toMatchObject({ messages: 3, reports: 1, outbox: 1, held: 1 });
    expect(
      await store.messages.accept(messageRecord(anna, { direction: 'in', networkIds: ['n1'] }), []),
    ).toBe(true);
  });

  it('states: kept by domain and bucket, put once, listed in order, expired ones absent', async () => {
    const { states } = store;
    const later = Date.now() + 3_600_000;
    await Promise.all([
      states.put(DOMAIN, 'codes', { key: 'b', value: '"1"' }),
      states.put(DOMAIN, 'codes', { key: 'b', value: '{"new":true}', account: anna, expiresAt: later }),
      states.put(DOMAIN, 'codes', { key: 'a', value: 'null' }),
      states.put(DOMAIN, 'codes', { key: 'gone', value: '1', expiresAt: 1_000 }),
      states.put(DOMAIN, 'other', { key: 'b', value: '2' }),
      states.put(DOMAIN, 'codes', { key: 'nobody', value: '1', account: 999 }),
    ]);
    const b = { key: 'b', value: '{"new":true}', account: anna, expiresAt: later };
    expect(await states.get(DOMAIN, 'codes', 'b')).toEqual(b);
    expect(await states.get(DOMAIN, 'codes', 'gone')).toBeUndefined();
    expect(await states.get(DOMAIN, 'codes', 'nobody')).toBeUndefined();
    expect(await states.get('sms.example.org', 'codes', 'b')).toBeUndefined();
    const once = (name: string, value: string) =>
      store.states.putIfAbsent(DOMAIN, 'codes', { key: name, value });
    const answers = await Promise.all([once('c', '1'), once('c', '2'), once('a', '3'), once('gone', '4')]);
    expect(answers).toEqual([true, false, false, true]);
    const replaced = await Promise.all([
      store.states.delete(DOMAIN, 'codes', 'c'),
      once('c', '5'),
      store.states.delete(DOMAIN, 'codes', 'a'),
    ]);
    expect(replaced).toEqual([undefined, true, undefined]);
    await reopen();
    expect(await store.states.list(DOMAIN, 'codes', '', 9)).toEqual([
      ...[b, { key: 'c', value: '5' }, { key: 'gone', value: '4' }],
    ]);
    expect((await store.states.list(DOMAIN, 'codes', 'b', 1)).map((row) => row.key)).toEqual(['c']);
    await store.states.put(DOMAIN, 'codes', { key: 'old', value: '1', expiresAt: 1_000 });
    expect(await store.states.purge(Date.now())).toBe(1);
    expect(await store.statistics()).toMatchObject({ states: 4 });
  });

  it('S19 a rotated key opens what waits, what is held and what is remembered', async () => {
    const record = messageRecord(anna);
    const records = Array.from({ length: 1_100 }, () => messageRecord(anna));
    await Promise.all([record, ...records].map((one) => store.messages.submit(one, outboxEntry(one))));
    const rows = Array.from({ length: 600 }, (_, index) => ({
      ...{ id: `h${index}`, account: anna, domain: DOMAIN, stanza: `<message id='h${index}'/>` },
    }));
    await store.messages.hold(rows);
    const keys = Array.from({ length: 600 }, (_, index) => `k${index}`).sort();
    for (const name of keys)
      void store.states.put(DOMAIN, `bucket${name.length}`, { key: name, value: name });
    const next = newKey();
    const rotation = store.rotateKey(next);
    const late = messageRecord(anna);
    await Promise.all([rotation, store.messages.submit(late, outboxEntry(late))]);
    const check = async () => {
      expect(await store.messages.waiting(anna)).toEqual(
        [record, ...records, late].map((one) => outboxEntry(one)),
      );
      expect(await store.messages.held(anna)).toEqual(rows);
      expect(await store.states.list(DOMAIN, 'bucket4', '', 1_000)).toEqual(
        keys.filter((name) => name.length === 4).map((name) => ({ key: name, value: name })),
      );
    };
    await check();
    key = next;
    await reopen();
    await check();
  });

  it('hostile text is stored or cleaned, and is found again', async () => {
    const odd = `'"; -- \u0000?$1\uD800\uFFFF`;
    await store.contacts.put([contactRecord(anna, { contact: odd, name: odd, groups: [odd] })]);
    expect(await store.contacts.find(anna, odd)).toMatchObject({ groups: [odd] });
    const record = messageRecord(anna, { id: `z${odd}`, contact: odd, xmppIds: [odd], networkIds: [odd] });
    await store.messages.submit(record, outboxEntry(record, { payload: odd }));
    expect(await store.messages.report(DOMAIN, odd, { ...delivered, detail: odd })).toMatchObject({
      delivered: 1,
    });
    expect(await store.messages.byXmppId(anna, odd, { kind: 'contact', contact: odd })).toMatchObject({
      receipt: true,
    });
    expect(await store.messages.accept(messageRecord(anna, { networkIds: [odd] }), [])).toBe(false);
    expect(await store.messages.waiting(anna)).toHaveLength(1);
    await store.states.put(DOMAIN, odd, { key: odd, value: odd });
    expect(await store.states.putIfAbsent(DOMAIN, odd, { key: odd, value: '' })).toBe(false);
    await store.messages.hold([{ id: odd, account: anna, domain: DOMAIN, stanza: odd }]);
    expect(await store.messages.held(anna)).toHaveLength(1);
  });

  it('C19 erasing removes contacts, messages, what waits, what is held and what is remembered', async () => {
    for (const account of [anna, bob]) {
      const record = messageRecord(account, { networkIds: [`n${account}`] });
      await store.messages.submit(record, outboxEntry(record));
      await store.messages.report(DOMAIN, `n${account}`, delivered);
      await store.contacts.put([contactRecord(account)]);
      await store.messages.hold([{ id: `h${account}`, account, domain: DOMAIN, stanza: 's' }]);
      await store.states.put(DOMAIN, 'codes', { key: `k${account}`, value: '1', account });
    }
    await store.accounts.erase(anna);
    const one = { contacts: 1, messages: 1, outbox: 1, held: 1, reports: 1, states: 1 };
    expect(await store.statistics()).toMatchObject({ accounts: 1, ...one });
    expect(await store.messages.report(DOMAIN, `n${bob}`, delivered)).toMatchObject({ delivered: 1 });
    expect(await store.messages.byXmppId(anna, 'x1')).toBeUndefined();
  });
});
