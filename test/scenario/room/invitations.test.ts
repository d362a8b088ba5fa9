import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { XMPP_SERVERS } from './occupants.js';

const CONFERENCE = 'jabber:x:conference';

describe.each(XMPP_SERVERS)('invitations on %s', (xmpp) => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage({ xmpp });
  });

  it('I34 a user invites somebody of IRC and a user of the server; nobody at all → item-not-found', async () => {
    const room = stage.room('#party');
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    await alice.joinRoom(room, 'ally');
    const carol = await stage.person('carol');
    const invite = (to: string, id: string) =>
      alice.send(
        `<message to='${room}' id='${id}'><x xmlns='http://jabber.org/protocol/muc#user'>` +
          `<invite to='${to}'><reason>come in</reason></invite></x></message>`,
      );
    await invite(stage.contact('carol'), 'i1');
    await carol.waitForLine(/^:ally\S* INVITE carol :?#party$/);
    await invite(bob.bareJid, 'i2');
    const passed = await bob.waitFor(
      ({ name, attrs }) => name === 'message' && attrs.from === room,
      'the invitation',
    );
    const mediated = passed.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('invite');
    expect(mediated?.attrs.from).toBe(alice.bareJid);
    expect(mediated?.getChildText('reason')).toBe('come in');
    expect(passed.getChild('x', CONFERENCE)?.attrs).toMatchObject({ jid: room });
    const decline = (to: string) =>
      bob.send(
        `<message to='${room}'><x xmlns='http://jabber.org/protocol/muc#user'>` +
          `<decline to='${to}'><reason>busy</reason></decline></x></message>`,
      );
    // Only who was invited declines, and only once.
    await decline('carol@localhost');
    await decline(alice.bareJid);
    await decline(alice.bareJid);
    const declined = await alice.waitFor(
      (stanza) => stanza.name === 'message' && stanza.getChild('x')?.getChild('decline') !== undefined,
      'the refusal of the invitation',
    );
    const refusal = declined.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('decline');
    expect(declined.attrs.from).toBe(room);
    expect(refusal?.attrs.from).toBe(bob.bareJid);
    expect(refusal?.getChildText('reason')).toBe('busy');
    await bob.barrier(stage.domain);
    await alice.barrier(stage.domain);
    expect(alice.count((stanza) => stanza.getChild('x')?.getChild('decline') !== undefined)).toBe(1);
    await invite(stage.contact('nobody'), 'i3');
    const nobody = await alice.waitFor({ name: 'message', type: 'error', id: 'i3' }, 'the refusal');
    expect(errorCondition(nobody)).toBe('item-not-found');
    await invite('stranger@elsewhere.example', 'i4');
    const stranger = await alice.waitFor({ name: 'message', type: 'error', id: 'i4' }, 'the refusal');
    expect(errorCondition(stranger)).toBe('forbidden');
    // Who is not in the room invites nobody.
    await bob.send(
      `<message to='${room}' id='i5'><x xmlns='http://jabber.org/protocol/muc#user'>` +
        `<invite to='${stage.contact('carol')}'/></x></message>`,
    );
    const outside = await bob.waitFor({ name: 'message', type: 'error', id: 'i5' }, 'the refusal');
    expect(errorCondition(outside)).toBe('not-acceptable');
  });

  it('I35 somebody of IRC invites a user: one direct invitation with words, and it can be followed', async () => {
    const bob = await stage.user('bob', 'invited');
    await bob.joinRoom(stage.room('#here'), 'bobby');
    const dave = await stage.person('dave');
    await dave.join('#there');
    dave.send('MODE #there +i');
    dave.send('INVITE bobby #there');
    const invited = await bob.waitFor({ name: 'message', child: ['x', CONFERENCE] }, 'the invitation');
    expect(invited.attrs.from).toBe(stage.contact('dave'));
    expect(invited.getChild('x', CONFERENCE)?.attrs.jid).toBe(stage.room('#there'));
    expect(invited.getChildText('body')).toContain('dave');
    await bob.joinRoom(stage.room('#there'), 'bobby');
    expect(bob.count({ name: 'message', child: ['x', CONFERENCE] })).toBe(1);
  });
});
