import { beforeEach, describe, expect, it } from 'vitest';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { capsVer } from '../../../src/xmpp/xep/0115-entity-capabilities/caps.js';
import { CLIENT, ContactStage, jidOf, USER } from '../../support/core/contact-stage.js';
import { DOMAIN } from '../../support/core/room-stage.js';

const PHONE = `${USER}/phone`;
const IDENTITY = { category: 'client', type: 'pc', name: 'Test' };
/** Contacts on a long list: more than fit into one stanza. */
const MANY = 120;

/** What a client of the given features answers to disco#info. */
function info(features: readonly string[]): string {
  return el(
    'query',
    NS.DISCO_INFO,
    null,
    el('identity', NS.DISCO_INFO, IDENTITY),
    ...features.map((feature) => el('feature', NS.DISCO_INFO, { var: feature })),
  ).toString(NS.COMPONENT);
}

/** The caps that such a client announces. */
function caps(features: readonly string[]): string {
  const ver = capsVer({ identities: [IDENTITY], features });
  return `<c xmlns='${NS.CAPS}' hash='sha-1' node='n' ver='${ver}'/>`;
}

const KNOWS = [NS.DISCO_INFO, NS.ROSTERX];
const KNOWS_NOT = [NS.DISCO_INFO];

describe('contacts offered to clients', () => {
  let stage: ContactStage;
  /** Questions of disco that were put to clients. */
  let questions: string[];

  beforeEach(async () => {
    stage = new ContactStage();
    questions = [];
    stage.lists.put('romeo', { name: 'Bob', groups: ['Friends'] }, { name: 'Carol' });
    await stage.register();
  });

  /** Plays the clients until nothing is asked any more; returns the other stanzas. */
  async function play(clients: Readonly<Record<string, readonly string[]>>): Promise<XmlElement[]> {
    const others: XmlElement[] = [];
    for (let stanzas = stage.take(); stanzas.length > 0; stanzas = stage.take()) {
      for (const stanza of stanzas) {
        const { to = '', from, id } = stanza.attrs;
        if (stanza.name !== 'iq' || !stanza.child('query', NS.DISCO_INFO)) {
          others.push(stanza);
          continue;
        }
        questions.push(to);
        await stage.receive(
          `<iq type='result' id='${id}' from='${to}' to='${from}'>${info(clients[to] ?? [])}</iq>`,
        );
      }
    }
    return others;
  }

  /** What was offered, one line per stanza: `phone add bob "Bob" [Friends], carol "Carol" []`. */
  function offers(stanzas: readonly XmlElement[]): string[] {
    return stanzas.flatMap((stanza) => {
      const x = stanza.child('x', NS.ROSTERX);
      if (!x) return [];
      expect([stanza.name, stanza.attrs.from, stanza.child('body')]).toEqual(['message', DOMAIN, undefined]);
      const items = x.elements();
      const actions = new Set(items.map(({ attrs }) => attrs.action));
      const said = items.map(
        (item) =>
          `${item.attrs.jid?.replace(/@.*/, '')} "${item.attrs.name}" [${item.elements().map((group) => group.text())}]`,
      );
      return [`${stanza.attrs.to?.replace(/.*\//, '')} ${[...actions].join('+')} ${said.join(', ')}`];
    });
  }

  it('E10 E11 Q02 offers each contact once, to one client that understands it, from the bare domain', async () => {
    await stage.comes(CLIENT, `<priority>5</priority>${caps(KNOWS_NOT)}`);
    expect(offers(await play({ [CLIENT]: KNOWS_NOT }))).toEqual([]);
    await stage.comes(PHONE, caps(KNOWS));
    // Nothing new is known of the list: the next login offers.
    await stage.goes();
    await stage.goes(PHONE);
    await stage.comes(PHONE, caps(KNOWS));
    const told = await play({ [PHONE]: KNOWS });
    expect(offers(told)).toEqual(['phone add bob "Bob" [Friends], carol "Carol" []']);
    await stage.goes(PHONE);
    await stage.comes(PHONE, caps(KNOWS));
    expect(offers(await play({ [PHONE]: KNOWS }))).toEqual([]);
    expect(stage.faults).toEqual([]);
  });

  it('E11 asks one client of a kind, and believes no hash that is not true', async () => {
    await stage.comes(CLIENT, caps(KNOWS_NOT));
    await play({ [CLIENT]: KNOWS_NOT });
    const other = 'juliet@example.org/balcony';
    stage.lists.put('juliet', { name: 'Nurse' });
    await stage.register(other);
    await stage.comes(other, caps(KNOWS_NOT));
    await play({ [other]: KNOWS_NOT });
    expect(questions).toEqual([CLIENT]);
    // Claims to be of a kind that it is not: what it says counts for itself alone.
    await stage.goes(other);
    await stage.comes(other, caps(KNOWS));
    expect(offers(await play({ [other]: KNOWS_NOT }))).toEqual([]);
    await stage.goes();
    await stage.comes(PHONE, caps(KNOWS));
    expect(offers(await play({ [PHONE]: KNOWS }))).toHaveLength(1);
    expect(questions).toEqual([CLIENT, other, PHONE]);
  });

  it('E10 Q05 a long list comes in batches of one kind, and as no request to subscribe', async () => {
    stage.lists.put('juliet', ...Array.from({ length: MANY }, (_, index) => ({ name: `C${index}` })));
    const client = 'juliet@example.org/balcony';
    await stage.register(client);
    await stage.comes(client, caps(KNOWS));
    const sent = await play({ [client]: KNOWS });
    const sizes = offers(sent).map((line) => line.split(', ').length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(MANY);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sent.filter(({ attrs }) => attrs.type === 'subscribe')).toEqual([]);
  });

  it('Q05 a client that understands nothing of it gets nothing at a login with many contacts', async () => {
    stage.lists.put('juliet', ...Array.from({ length: MANY }, (_, index) => ({ name: `C${index}` })));
    const client = 'juliet@example.org/balcony';
    await stage.register(client);
    await stage.comes(client, caps(KNOWS_NOT));
    const sent = await play({ [client]: KNOWS_NOT });
    expect(sent.map(({ name, attrs }) => `${name} ${attrs.from}`)).toEqual([`presence ${DOMAIN}`]);
  });

  it('Q05 E13 a person asks for himself when he first matters: once, by name, and few in an hour', async () => {
    stage.lists.put('romeo', ...Array.from({ length: MANY }, (_, index) => ({ name: `C${index}` })));
    const client = 'juliet@example.org/balcony';
    stage.lists.put('juliet', ...Array.from({ length: MANY }, (_, index) => ({ name: `C${index}` })));
    await stage.register(client);
    await stage.comes(client, caps(KNOWS_NOT));
    await play({ [client]: KNOWS_NOT });
    stage.world.tell('C7', 'juliet', 'hello');
    await stage.settled();
    const sent = await play({ [client]: KNOWS_NOT });
    const asked = sent.filter(({ attrs }) => attrs.type === 'subscribe');
    expect(asked.map(({ attrs }) => attrs.from)).toEqual([jidOf('c7')]);
    expect(asked[0]?.childText('nick')).toBe('C7');
    // Refused, he does not ask again.
    await stage.presence('unsubscribed', 'c7', 'juliet@example.org');
    for (let index = 0; index < MANY; index += 1) stage.world.tell(`C${index}`, 'juliet', 'hello');
    await stage.settled();
    const requests = (await play({ [client]: KNOWS_NOT })).filter(({ attrs }) => attrs.type === 'subscribe');
    expect(requests.length).toBeLessThanOrEqual(10);
    expect(requests.map(({ attrs }) => attrs.from)).not.toContain(jidOf('c7'));
  });

  it('E13 a stranger who writes asks for nothing', async () => {
    await stage.comes(CLIENT, caps(KNOWS_NOT));
    await play({ [CLIENT]: KNOWS_NOT });
    stage.world.tell('Mallory', 'romeo', 'hello');
    await stage.settled();
    expect((await play({})).map(({ name, attrs }) => `${name} ${attrs.type}`)).toEqual(['message chat']);
  });

  it('E10 changes and removals are offered too, each in its own stanza', async () => {
    await stage.comes(CLIENT, caps(KNOWS));
    await play({ [CLIENT]: KNOWS });
    stage.lists.change('romeo', { name: 'Robert', id: 'bob' as ContactId, groups: ['Work'] });
    stage.lists.drop('romeo', 'Carol');
    await stage.settled();
    expect(offers(await play({ [CLIENT]: KNOWS }))).toEqual([
      'orchard modify bob "Robert" [Work]',
      'orchard delete carol "Carol" []',
    ]);
  });

  it('D11 D12 accepted offers are granted without asking the network again, and asked for in turn', async () => {
    await stage.comes(CLIENT, caps(KNOWS));
    await play({ [CLIENT]: KNOWS });
    expect(await stage.presence('subscribe', 'bob')).toEqual(['subscribed bob', 'subscribe bob']);
    expect(stage.lists.asked).toEqual([]);
    expect(await stage.record('bob')).toMatchObject({ to: true });
  });

  it('C15 removal of the registration offers the removal of what was offered', async () => {
    await stage.comes(CLIENT, caps(KNOWS));
    await play({ [CLIENT]: KNOWS });
    await stage.presence('subscribe', 'bob');
    await stage.receive(
      `<iq type='set' id='rm' from='${CLIENT}' to='${DOMAIN}'><query xmlns='${NS.REGISTER}'><remove/></query></iq>`,
    );
    const sent = await play({ [CLIENT]: KNOWS });
    expect(offers(sent)).toEqual(['orchard delete bob "Bob" [Friends], carol "Carol" []']);
    expect(sent.filter(({ attrs }) => attrs.from === jidOf('bob')).map(({ attrs }) => attrs.type)).toEqual([
      'unsubscribe',
      'unsubscribed',
      'unavailable',
    ]);
  });

  it.each([
    ['roster', 'your server lets the gateway'],
    ['suggestions', 'offered to your client'],
    ['on-demand', 'when you first write'],
  ])('says in status that contacts come by %s', async (way, words) => {
    const features = way === 'suggestions' ? KNOWS : KNOWS_NOT;
    if (way === 'roster') await stage.grant();
    await stage.comes(CLIENT, caps(features));
    await play({ [CLIENT]: features });
    await stage.receive(
      `<message from='${CLIENT}' to='${DOMAIN}' type='chat' id='s'><body>status</body></message>`,
    );
    const answer = (await play({ [CLIENT]: features })).find(({ name }) => name === 'message');
    expect(answer?.childText('body')).toContain(words);
  });
});
