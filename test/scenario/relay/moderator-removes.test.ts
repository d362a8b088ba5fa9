import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { bodyIs, setting } from '../../support/relay/room-views.js';

/** XEP-0425 as Prosody of Debian has it. */
const MODERATE = 'urn:xmpp:message-moderate:0';

describe('a moderator of a room on XMPP takes a message away', () => {
  let stage: RelayStage;
  let room: string;
  let other: string;
  let alice: XmppClient;
  let bob: XmppClient;
  let carol: IrcClient;

  beforeAll(async () => {
    stage = await relayStage();
    [room, other] = [stage.room('club'), stage.room('annex')];
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    bob = await stage.user('bob');
    await bob.joinRoom(other, 'Bob');
    carol = await stage.person('carol');
    await carol.join('#club');
    await stage.link(room, stage.channel('#club'));
    await stage.link(room, other);
    await carol.waitForLine(/^:Relay\S* JOIN :?#club/, 'the relay in the channel');
  });

  const idOf = (stanza: XmlElement): string => stanza.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id ?? '';

  /** What the moderator of the first room wants away. */
  async function removes(stanza: XmlElement): Promise<void> {
    const wish = `<moderate xmlns='${MODERATE}'><retract xmlns='urn:xmpp:message-retract:0'/></moderate>`;
    const apply = `<apply-to xmlns='urn:xmpp:fasten:0' id='${idOf(stanza)}'>${wish}</apply-to>`;
    expect((await alice.iq('set', room, apply)).attrs.type).toBe('result');
  }

  it('I13 which stays elsewhere while the room moderates itself only', async () => {
    carol.say('#club', 'rude words');
    await removes(await alice.waitFor(bodyIs('rude words'), 'her words'));
    await alice.message(room, 'that was rude', 'groupchat');
    await carol.waitForLine(/PRIVMSG #club :.*that was rude/, 'words after that');
    expect(carol.count(/PRIVMSG #club :.*taken (?:away|back)/)).toBe(0);
  });

  it('I13 of a stand-in and of an occupant: it is gone in the other room, and IRC is told', async () => {
    await setting(alice, room, 'moderates yes');
    carol.say('#club', 'rude again');
    const copy = await bob.waitFor(bodyIs('rude again'), 'her words in the other room');
    await removes(await alice.waitFor(bodyIs('rude again'), 'her words'));
    await gone(copy, 'carol');

    await alice.message(room, 'sorry for that', 'groupchat');
    const mine = await bob.waitFor(bodyIs('sorry for that'), 'his words in the other room');
    await carol.waitForLine(/PRIVMSG #club :.*sorry for that/, 'the same on IRC');
    await removes(await alice.waitFor(bodyIs('sorry for that'), 'what the room shows'));
    await gone(mine, 'Alice');
    await carol.waitForLine(/PRIVMSG #club :.*Alice/, 'the word for IRC, which cannot take anything back');
  });

  /** The stand-in takes back what it has said in the other room. */
  async function gone(copy: XmlElement, nick: string): Promise<void> {
    const taken = await bob.waitFor(
      (stanza) => stanza.getChild('retract', 'urn:xmpp:message-retract:1')?.attrs.id === idOf(copy),
      `the end of the words of ${nick}`,
    );
    expect(taken.attrs.from).toBe(`${other}/${nick}`);
  }
});
