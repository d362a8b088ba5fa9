import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { register, rosterState, SERVERS } from '../../support/service-talk.js';

describe.each(SERVERS)('people of a network without presence, through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  let contact: string;

  beforeAll(async () => {
    stage = await ircStage({ xmpp });
    alice = await stage.user('alice');
    await register(alice, stage.domain, { nick: 'Ally' });
    contact = stage.contact('carol');
  });

  it('D11 D22 D24 a subscription is granted at once, and the person shows as available to the bare JID', async () => {
    await alice.send(`<presence type='subscribe' to='${contact}'/>`);
    await rosterState(alice, contact, 'to');
    const presence = await alice.waitFor({ name: 'presence', type: null, from: contact }, 'the person');
    expect(presence.attrs.from).toBe(contact);
    expect(presence.attrs.to?.replace(/\/.*/, '')).toBe('alice@localhost');
  });

  it('D14 asking again is granted again', async () => {
    alice.clear();
    await alice.send(`<presence type='subscribe' to='${contact}'/>`);
    await alice.send(`<presence type='probe' to='${contact}'/>`);
    await alice.barrier(stage.domain);
    expect(alice.count({ name: 'presence', type: 'unsubscribed', from: contact })).toBe(0);
    expect(alice.count({ name: 'presence', type: 'error', from: contact })).toBe(0);
  });

  it('D09 D20 a client that comes later sees the person from the same address', async () => {
    const laptop = await stage.user('alice', 'laptop');
    const presence = await laptop.waitFor({ name: 'presence', type: null, from: contact }, 'the person');
    expect(presence.getChild('c', 'http://jabber.org/protocol/caps')).toBeDefined();
    await laptop.disconnect();
  });

  it('D13 an address that cannot exist is refused, not passed over in silence', async () => {
    const nonsense = `no%such%thing%@${stage.domain}`;
    await alice.send(`<presence type='subscribe' to='${nonsense}'/>`);
    await alice.waitFor(
      (stanza) =>
        (stanza.name === 'presence' &&
          stanza.attrs.from === nonsense &&
          stanza.attrs.type === 'unsubscribed') ||
        // Prosody says the same as a push of the roster without the question.
        (stanza.attrs.type === 'set' &&
          stanza.getChild('query')?.getChild('item')?.attrs.jid === nonsense &&
          stanza.getChild('query')?.getChild('item')?.attrs.ask === undefined),
      'the refusal',
    );
  });

  it('D17 S13 removing the person is final and quiet', async () => {
    alice.clear();
    await alice.iq(
      'set',
      undefined,
      `<query xmlns='jabber:iq:roster'><item jid='${contact}' subscription='remove'/></query>`,
    );
    await alice.barrier(stage.domain);
    const before = alice.received.length;
    await alice.send('<presence><show>away</show></presence>');
    await alice.barrier(stage.domain);
    expect(
      alice.received.slice(before).filter(({ name, attrs }) => name === 'presence' && attrs.from === contact),
    ).toEqual([]);
  });

  it('D10 D11 S04 S12 who is not registered is told so by `unsubscribed`', async () => {
    const bob = await stage.user('bob');
    await bob.iq('get', undefined, "<query xmlns='jabber:iq:roster'/>");
    await bob.send(`<presence type='subscribe' to='${contact}'/>`);
    await rosterState(bob, contact, 'none');
    await bob.barrier(stage.domain);
    expect(bob.count({ name: 'presence', type: null, from: contact })).toBe(0);
  });
});
