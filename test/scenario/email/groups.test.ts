import type { Email } from 'postal-mime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DOMAIN, type EmailStage, emailStage, HOUSE, registerMailbox, write } from './stage.js';

const alice = `alice@${HOUSE}`;
const dave = `dave@${HOUSE}`;

describe('a mail to several people', () => {
  let stage: EmailStage;
  let user: XmppClient;

  beforeAll(async () => {
    stage = await emailStage();
    user = await stage.user('alice');
    await registerMailbox(user, 'alice');
  });

  it('F27 F29 is a room: the user is invited, sees who is in it, reads and answers all', async () => {
    const headers = { To: `${alice}, Dave <${dave}>`, Subject: 'Trip' };
    const first = await stage.mailTo('alice', { headers, body: 'Shall we go?' });
    const invitation = await user.waitFor(
      (stanza) => stanza.getChild('x', 'jabber:x:conference') !== undefined,
      'the invitation',
    );
    const room = invitation.getChild('x', 'jabber:x:conference')?.attrs.jid ?? '';
    expect(room).toMatch(new RegExp(`^![a-z2-7]{26}@${DOMAIN}$`));
    const { occupants, history, self } = await user.joinRoom(room, 'me');
    expect(occupants.map(({ attrs }) => attrs.from).sort()).toEqual([`${room}/Carol`, `${room}/Dave`]);
    expect(self.attrs.from).toBe(`${room}/me`);
    expect(history.map((message) => message.getChildText('body'))).toEqual(['Shall we go?']);
    await user.send(`<message type='groupchat' to='${room}' id='g1'><body>Let us go.</body></message>`);
    const own = await user.waitFor(
      { name: 'message', type: 'groupchat', from: `${room}/me` },
      'the reflection',
    );
    expect(own.getChildText('body')).toBe('Let us go.');
    const fits = ({ inReplyTo }: Email): boolean => inReplyTo === `<${first}>`;
    const [toCarol, toDave] = await Promise.all([stage.mailOf('carol', fits), stage.mailOf('dave', fits)]);
    expect(toCarol.messageId).toBe(toDave.messageId);
    expect(toCarol.to?.map(({ address }) => address).sort()).toEqual([`carol@${HOUSE}`, dave]);
    expect(toCarol.subject).toBe('Re: Trip');
  });

  it('is the same room when another of them answers', async () => {
    const headers = { From: `Dave <${dave}>`, To: `carol@${HOUSE}, ${alice}`, Subject: 'Re: Trip' };
    await stage.mailTo('alice', { from: dave, headers, body: 'I come along.' });
    const message = await user.waitFor(
      { name: 'message', type: 'groupchat', body: 'I come along.' },
      'the answer',
    );
    expect(message.attrs.from).toMatch(/\/Dave$/);
    expect(user.count((stanza) => stanza.getChild('x', 'jabber:x:conference') !== undefined)).toBe(1);
  });

  it('is also begun by the user, by the command', async () => {
    await write(user, DOMAIN, 'group');
    await user.waitFor({ name: 'message', from: DOMAIN, child: 'body' }, 'the question');
    await write(user, DOMAIN, `Carol <carol@${HOUSE}>, Dave <${dave}>`);
    await user.waitFor(
      (stanza) => stanza.getChild('x', 'jabber:x:conference') !== undefined,
      'the invitation',
    );
  });
});
