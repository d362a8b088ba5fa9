import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type namingOf, planRoster } from '../../../src/core/contact/roster-plan.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { ContactRecord } from '../../../src/store/contact-store.js';
import { NS } from '../../../src/xmpp/namespace.js';
import type { RosterItem } from '../../../src/xmpp/roster.js';
import { CLIENT, ContactStage, jidOf, type PlayedItem, USER } from '../../support/core/contact-stage.js';
import { conditionOf, DOMAIN } from '../../support/core/room-stage.js';

describe('contacts in a roster, by privilege', () => {
  let stage: ContactStage;
  let roster: Map<string, PlayedItem>;

  beforeEach(async () => {
    stage = new ContactStage();
    roster = new Map();
    stage.lists.put('romeo', { name: 'Bob', groups: ['Friends', 'Tea'] }, { name: 'Carol' });
    await stage.grant();
    await stage.register();
  });

  /** Login after login: what the gateway writes into the roster. */
  async function login(): Promise<string[]> {
    await stage.goes();
    stage.take();
    await stage.comes();
    return stage.serveRoster(roster);
  }

  it('J03 E10 writes what is missing, with name and groups, for people of its own domain alone', async () => {
    roster.set('carol', { name: 'Caro', subscription: 'none' });
    await stage.comes();
    expect(await stage.serveRoster(roster)).toEqual(['bob "Bob" [Friends, Tea] both']);
    expect(await stage.record('bob')).toMatchObject({
      to: true,
      from: true,
      written: { name: 'Bob', groups: ['Friends', 'Tea'] },
    });
    expect(await login()).toEqual([]);
    expect(stage.faults).toEqual([]);
  });

  it('J03 shows contacts that are there when they are in the roster, and asks for no subscription', async () => {
    stage.lists.show('Bob', { show: 'away' });
    await stage.comes();
    const others: Parameters<typeof stage.serveRoster>[1] = { others: [] };
    await stage.serveRoster(roster, others);
    const words = others.others?.map(({ name, attrs }) => `${name} ${attrs.type ?? ''} ${attrs.from}`);
    expect(words).toEqual([`presence  ${DOMAIN}`, `presence  ${jidOf('bob')}`]);
  });

  it('J03 E13 what the user renames, regroups or deletes is his for good', async () => {
    await stage.comes();
    await stage.serveRoster(roster);
    roster.set('bob', { name: 'Bobby', groups: ['Friends', 'Tea'], subscription: 'both' });
    roster.delete('carol');
    expect(await login()).toEqual([]);
    stage.lists.change('romeo', { name: 'Robert', id: 'bob' as ContactId, groups: ['Friends'] });
    stage.lists.change('romeo', { name: 'Caroline', id: 'carol' as ContactId });
    await stage.settled();
    expect(await stage.serveRoster(roster)).toEqual([]);
    expect(await login()).toEqual([]);
    expect(await stage.record('carol')).toMatchObject({ to: false, from: false });
  });

  it('J03 a contact that the network renames is renamed, until the user has done so himself', async () => {
    await stage.comes();
    await stage.serveRoster(roster);
    stage.lists.change('romeo', { name: 'Robert', id: 'bob' as ContactId, groups: ['Friends'] });
    await stage.settled();
    expect(await stage.serveRoster(roster)).toEqual(['bob "Robert" [Friends] both']);
  });

  it('J03 D18 a contact that the network drops leaves the roster, unless the user has touched it', async () => {
    await stage.comes();
    await stage.serveRoster(roster);
    roster.set('carol', { name: 'My Carol', subscription: 'both' });
    stage.lists.drop('romeo', 'Bob');
    stage.lists.drop('romeo', 'Carol');
    await stage.settled();
    const others: NonNullable<Parameters<typeof stage.serveRoster>[1]> = { others: [] };
    expect(await stage.serveRoster(roster, others)).toEqual(['bob remove']);
    expect(others.others?.map(({ attrs }) => `${attrs.type} ${attrs.from?.replace(/@.*/, '')}`)).toEqual(
      ['bob', 'carol'].flatMap((name) =>
        ['unsubscribe', 'unsubscribed', 'unavailable'].map((type) => `${type} ${name}`),
      ),
    );
    expect([...roster.keys()]).toEqual(['carol']);
    // Back on the list, he is a new contact.
    stage.lists.change('romeo', { name: 'Bob' });
    await stage.settled();
    expect(await stage.serveRoster(roster)).toEqual(['bob "Bob" [] both']);
  });

  it('J03 an item that a subscription alone has made gets its name', async () => {
    roster.set('bob', { subscription: 'to' });
    await stage.comes();
    expect(await stage.serveRoster(roster)).toEqual(['bob "Bob" [Friends, Tea] to', 'carol "Carol" [] both']);
    expect(await stage.record('bob')).toMatchObject({ to: true, from: false });
  });

  it.each(['forbidden', 'internal-server-error', 'service-unavailable'])(
    'J02 J03 a server that answers %s is not asked again; contacts come another way',
    async (refuse) => {
      await stage.comes(CLIENT, `<c xmlns='${NS.CAPS}' hash='sha-1' node='n' ver='v'/>`);
      const others: NonNullable<Parameters<typeof stage.serveRoster>[1]> = { others: [], refuse };
      expect((await stage.serveRoster(roster, others)).length).toBeLessThanOrEqual(2);
      const asked = others.others?.find((stanza) => stanza.child('query', NS.DISCO_INFO));
      expect(asked?.attrs.to).toBe(CLIENT);
      await stage.goes();
      stage.take();
      await stage.comes();
      expect(stage.take().filter((stanza) => stanza.child('query', NS.ROSTER))).toEqual([]);
      await stage.grant();
      expect(await stage.serveRoster(roster)).toEqual([
        'bob "Bob" [Friends, Tea] both',
        'carol "Carol" [] both',
      ]);
    },
  );

  it('J03 a server that takes the item without the subscription leaves the contact unsubscribed', async () => {
    stage.lists.show('Bob', { show: 'online' });
    await stage.comes();
    const others: NonNullable<Parameters<typeof stage.serveRoster>[1]> = {
      others: [],
      ignoreSubscription: true,
    };
    await stage.serveRoster(roster, others);
    expect(await stage.record('bob')).toMatchObject({ to: false, from: false, written: { name: 'Bob' } });
    expect(others.others?.filter(({ attrs }) => attrs.from === jidOf('bob'))).toEqual([]);
  });

  it('J03 Q05 where the item is no subscription, a person asks when he first matters; one deleted does not', async () => {
    await stage.comes();
    await stage.serveRoster(roster, { ignoreSubscription: true });
    roster.delete('carol');
    await stage.goes();
    stage.take();
    await stage.comes();
    await stage.serveRoster(roster, { ignoreSubscription: true });
    for (const name of ['Bob', 'Carol', 'Bob']) stage.world.tell(name, 'romeo', 'hello');
    await stage.settled();
    const asked = stage.take().filter(({ attrs }) => attrs.type === 'subscribe');
    expect(asked.map(({ attrs }) => attrs.from)).toEqual([jidOf('bob')]);
  });

  it('J03 roster pushes of the server are answered, and what they say counts', async () => {
    await stage.comes();
    await stage.serveRoster(roster);
    const push = `<query xmlns='${NS.ROSTER}'><item jid='${jidOf('bob')}' subscription='remove'/></query>`;
    const [answer] = await stage.ask('set', USER, DOMAIN, push);
    expect([answer?.attrs.type, answer?.elements()]).toEqual(['result', []]);
    expect(await stage.record('bob')).toMatchObject({ to: false, from: false });
    roster.delete('bob');
    expect(await login()).toEqual([]);
  });

  it('J01 J03 a push that is none of the server is refused', async () => {
    const push = `<query xmlns='${NS.ROSTER}'><item jid='${jidOf('bob')}' subscription='both'/></query>`;
    await stage.comes();
    await stage.serveRoster(roster);
    for (const from of [CLIENT, 'juliet@example.org', 'juliet@example.org/balcony'])
      expect(conditionOf((await stage.ask('set', from, DOMAIN, push)).at(-1))).toBe('service-unavailable');
    await stage.grant("<perm access='roster' type='none'/>");
    expect(conditionOf((await stage.ask('set', USER, DOMAIN, push)).at(-1))).toBe('service-unavailable');
  });

  it('C15 removal of the registration: three presences of every contact, and the roster is cleared', async () => {
    await stage.comes();
    await stage.serveRoster(roster);
    roster.set('eve', { name: 'Eve', subscription: 'none' });
    stage.take();
    await stage.receive(
      `<iq type='set' id='rm' from='${CLIENT}' to='${DOMAIN}'><query xmlns='${NS.REGISTER}'><remove/></query></iq>`,
    );
    const others: NonNullable<Parameters<typeof stage.serveRoster>[1]> = { others: [] };
    expect(await stage.serveRoster(roster, others)).toEqual(['bob remove', 'carol remove']);
    expect([...roster.keys()]).toEqual(['eve']);
    const triple = ['unsubscribe', 'unsubscribed', 'unavailable'];
    expect(others.others?.map(({ name, attrs }) => `${name} ${attrs.type} ${attrs.from}`)).toEqual([
      `iq result ${DOMAIN}`,
      ...[DOMAIN, jidOf('bob'), jidOf('carol')].flatMap((from) =>
        triple.map((type) => `presence ${type} ${from}`),
      ),
    ]);
    expect(stage.faults).toEqual([]);
  });
});

describe('people whom the user has added himself, where the network has no contact list', () => {
  it('C15 removal of the registration takes them out of the roster too', async () => {
    const stage = new ContactStage({ contacts: 'none' });
    await stage.grant();
    await stage.register();
    await stage.comes();
    await stage.presence('subscribe', 'bob');
    const roster = new Map<string, PlayedItem>([
      ['bob', { subscription: 'to' }],
      ['eve', { name: 'Eve' }],
    ]);
    await stage.receive(
      `<iq type='set' id='rm' from='${CLIENT}' to='${DOMAIN}'><query xmlns='${NS.REGISTER}'><remove/></query></iq>`,
    );
    expect(await stage.serveRoster(roster)).toEqual(['bob remove']);
    expect([...roster.keys()]).toEqual(['eve']);
    expect(stage.faults).toEqual([]);
  });
});

describe('the plan of a roster', () => {
  const naming = fc.record({
    name: fc.constantFrom('', 'Bob', 'Robert', 'Bobby'),
    groups: fc.uniqueArray(fc.constantFrom('Friends', 'Work', 'Tea')),
  });
  const recordOf = (
    listed: boolean,
    known: ReturnType<typeof namingOf>,
    written?: ReturnType<typeof namingOf>,
  ): ContactRecord => ({
    account: 1,
    contact: 'bob',
    listed,
    ...known,
    avatar: '',
    photo: '',
    noReply: false,
    to: false,
    from: false,
    pending: '',
    ...(written && { written }),
    suggested: false,
    blocked: false,
    mutedUntil: 0,
    approved: false,
    lastSeen: 0,
  });
  const jid = jidOf('bob');
  const items = (item?: RosterItem) => new Map(item ? [['bob' as ContactId, item]] : []);

  it('J03 comes to rest: carried out once, nothing is left to do', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        naming,
        fc.option(naming),
        fc.option(naming),
        (listed, known, written, held) => {
          const record = recordOf(listed, known, written ?? undefined);
          const item = held ? { jid, ...held, subscription: 'both' as const } : undefined;
          const [step, ...more] = planRoster([{ record, jid }], items(item)).steps;
          expect(more).toEqual([]);
          if (!step) return;
          const after = { ...record, ...step.done } as ContactRecord;
          const left = step.item.subscription === 'remove' ? undefined : step.item;
          expect(planRoster([{ record: after, jid }], items(left)).steps).toEqual([]);
        },
      ),
    );
  });

  it('J03 never touches what differs from what was written', () => {
    fc.assert(
      fc.property(fc.boolean(), naming, naming, naming, (listed, known, written, held) => {
        fc.pre(held.name !== written.name);
        const item = { jid, ...held, subscription: 'both' as const };
        expect(planRoster([{ record: recordOf(listed, known, written), jid }], items(item)).steps).toEqual(
          [],
        );
      }),
    );
  });
});
