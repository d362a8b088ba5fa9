import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../../client/irc-client.js';
import type { XmppClient } from '../../../client/xmpp-client.js';
import { archived, archiveOf, bodyOf, createRoom } from '../../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../../support/relay/relay-stage.js';

const USER = 'http://jabber.org/protocol/muc#user';

describe('a hosted room', () => {
  let stage: RelayStage;
  let hosted: string;
  let alice: XmppClient;
  let carol: IrcClient;
  beforeAll(async () => {
    stage = await relayStage();
    hosted = await createRoom(stage, stage.boss, 'long');
    carol = await stage.person('carol');
    await carol.join('#long');
    await stage.link(hosted, stage.channel('#long'));
    alice = await stage.user('alice');
    await alice.joinRoom(hosted, 'Alice');
  });

  it('is there again after a restart with its subject, rights and archive; nothing is lost or told twice', async () => {
    await stage.boss.joinRoom(hosted, 'Boss');
    await stage.boss.send(`<message to='${hosted}' type='groupchat'><subject>for long</subject></message>`);
    await alice.waitFor((stanza) => stanza.getChildText('subject') === 'for long', 'the subject');
    await alice.message(hosted, 'before', 'groupchat');
    await carol.waitForLine(/ before$/, 'the words before');
    carol.say('#long', 'and before that');
    await alice.waitFor((stanza) => bodyOf(stanza) === 'and before that', 'the words of IRC');
    const joins = carol.count(/ JOIN :?#long/);
    await stage.gateway.restart();
    const end = await alice.waitFor(
      (stanza) => stanza.attrs.type === 'unavailable' && stanza.attrs.from === `${hosted}/Alice`,
      'the end of her stay',
    );
    expect(
      end
        .getChild('x', USER)
        ?.getChildren('status')
        .map(({ attrs }) => attrs.code),
    ).toContain('332');

    await expect
      .poll(
        () =>
          alice.joinRoom(hosted, 'Alice').then(
            () => true,
            () => false,
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
    const subjects = alice.received.filter((stanza) => stanza.getChildText('subject') === 'for long');
    expect(subjects.length).toBeGreaterThan(1);
    await expect.poll(() => carol.count(/ JOIN :?#long/), { timeout: 60_000 }).toBeGreaterThan(joins);
    carol.say('#long', 'and after');
    await alice.waitFor((stanza) => bodyOf(stanza) === 'and after', 'the words after');
    const words = (await archiveOf(alice, hosted, 3)).map((result) => bodyOf(archived(result)));
    expect(words.filter((text) => /before|after/.test(text))).toEqual([
      'before',
      'and before that',
      'and after',
    ]);
    expect(carol.count(/ before$/)).toBe(1);
  });
});
