import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { befriend, registration, rosterState, SERVERS, submit } from '../../support/service-talk.js';

const NS = 'jabber:iq:register';

describe.each(SERVERS)('in-band registration through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;

  beforeAll(async () => {
    stage = await ircStage({ xmpp });
    alice = await stage.user('alice');
  });

  it('C01 C02 C03 C22 the form says what is needed; plain fields repeat it as far as the schema goes', async () => {
    const answer = await alice.iq('get', stage.domain, registration(''));
    const query = answer.getChild('query', NS);
    expect(query?.getChildText('instructions')).toMatch(/\w/);
    expect(query?.getChild('registered')).toBeUndefined();
    const plain = query?.getChildElements().map(({ name }) => name);
    expect(plain).toEqual(['instructions', 'nick', 'name', 'username', 'password', 'x']);
    const fields = query?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
    const byName = new Map(fields.map((field) => [field.attrs.var, field]));
    expect(byName.get('FORM_TYPE')?.getChildText('value')).toBe(NS);
    expect(byName.get('FORM_TYPE')?.attrs.type).toBe('hidden');
    expect(byName.get('password')?.attrs.type).toBe('text-private');
    expect(byName.get('nick')?.getChild('required')).toBeDefined();
    expect(byName.has('server')).toBe(true);
  });

  it('A10 C05 Q12 a required field left empty is not acceptable, with the old code too, and nothing is stored', async () => {
    const answer = await alice.iq('set', stage.domain, registration('<nick/><password>CANARY-1</password>'));
    expect(errorCondition(answer)).toBe('not-acceptable');
    expect(answer.getChild('error')?.attrs).toMatchObject({ type: 'modify', code: '406' });
    expect(answer.toString()).not.toContain('CANARY-1');
    const state = await alice.iq('get', stage.domain, registration(''));
    expect(state.getChild('query', NS)?.getChild('registered')).toBeUndefined();
  });

  it('C09 C10 B12 the result comes first, then the request of the bare domain; consent brings presence', async () => {
    const before = alice.received.length;
    const result = await alice.iq('set', stage.domain, registration('<nick>Ally</nick>'));
    expect(result.attrs.type).toBe('result');
    expect(result.getChildElements()).toEqual([]);
    await befriend(alice, stage.domain);
    const [first, second] = alice.received
      .slice(before)
      .filter(({ attrs }) => attrs.from === stage.domain)
      .map(({ name, attrs }) => `${name} ${attrs.type ?? 'available'}`);
    expect([first, second]).toEqual(['iq result', 'presence subscribe']);
  });

  it('C11 S19 what is on record is shown, the password never', async () => {
    const query = (await alice.iq('get', stage.domain, registration(''))).getChild('query', NS);
    expect(query?.getChild('registered')).toBeDefined();
    expect(query?.getChildText('nick')).toBe('Ally');
    expect(query?.getChildText('password')).toBe('');
  });

  it('C04 C12 a change by form replaces what was, and no second request is sent', async () => {
    alice.clear();
    const answer = await alice.iq(
      'set',
      stage.domain,
      registration(submit({ nick: 'Ally2', name: 'Alice L.' }, NS)),
    );
    expect(answer.attrs.type).toBe('result');
    const query = (await alice.iq('get', stage.domain, registration(''))).getChild('query', NS);
    expect(query?.getChildText('nick')).toBe('Ally2');
    expect(query?.getChildText('name')).toBe('Alice L.');
    await alice.barrier(stage.domain);
    expect(alice.count({ name: 'presence', type: 'subscribe', from: stage.domain })).toBe(1);
  });

  it('C16 removal with a sibling is a bad request, by the unregistered it is refused', async () => {
    const both = await alice.iq('set', stage.domain, registration('<remove/><nick>x</nick>'));
    expect(errorCondition(both)).toBe('bad-request');
    const bob = await stage.user('bob');
    const none = await bob.iq('set', stage.domain, registration('<remove/>'));
    expect(errorCondition(none)).toBe('registration-required');
    await bob.disconnect();
  });

  it('C14 C17 C18 removal from another resource: rooms and network left, erased, result, three presences', async () => {
    const carol = await stage.person('carol');
    await carol.join('#leave');
    const room = stage.room('#leave');
    await alice.joinRoom(room, 'Ally2');
    const laptop = await stage.user('alice', 'laptop');
    // Prosody shows the end of a subscription only to resources that have asked for the roster.
    await laptop.iq('get', undefined, "<query xmlns='jabber:iq:roster'/>");
    alice.clear();
    const before = alice.received.length;
    const beforeLaptop = laptop.received.length;
    const result = await laptop.iq('set', stage.domain, registration('<remove/>'));
    expect(result.attrs.type).toBe('result');
    await carol.waitForLine(/^:Ally2!\S+ (QUIT|PART)/, 'the user leaving IRC');
    await alice.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/Ally2`, status: '110' },
      'the room left',
    );
    await alice.waitFor({ name: 'presence', type: 'unavailable', from: stage.domain }, 'the last presence');
    await laptop.waitFor({ name: 'presence', type: 'unavailable', from: stage.domain }, 'the last presence');
    await rosterState(alice, stage.domain, 'none');
    const order = (client: XmppClient, start: number) =>
      client.received
        .slice(start)
        .filter(({ name, attrs }) => attrs.from === stage.domain && name !== 'message')
        .map(({ name, attrs }) => `${name} ${attrs.type ?? 'available'}`)
        .filter((stanza) => stanza !== 'presence available');
    const ends = ['presence unsubscribe', 'presence unsubscribed'];
    expect(order(laptop, beforeLaptop)).toEqual(['iq result', ...ends, 'presence unavailable']);
    expect(order(alice, before)).toEqual([...ends, 'presence unavailable']);
    const state = await alice.iq('get', stage.domain, registration(''));
    expect(state.getChild('query', NS)?.getChild('registered')).toBeUndefined();
    expect(state.getChild('query', NS)?.getChildText('nick')).toBe('');
  });
});
