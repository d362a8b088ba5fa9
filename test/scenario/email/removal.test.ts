import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { filesHolding } from '../../support/disk.js';
import { registration, say, submit } from '../../support/service-talk.js';
import {
  DOMAIN,
  type EmailStage,
  emailStage,
  HOUSE,
  jidOf,
  MAIL_DOMAIN,
  registerAddress,
  registerMailbox,
  write,
} from './stage.js';

const REGISTER = 'jabber:iq:register';
const carol = jidOf(`carol@${HOUSE}`);

describe('a registration with a mailbox and an address ends', () => {
  let stage: EmailStage;
  let alice: XmppClient;

  beforeAll(async () => {
    stage = await emailStage();
    alice = await stage.user('alice');
    await registerMailbox(alice, 'alice', { way: 'both', local: 'alice' });
  });

  it('C14 C19 S12 nothing of the user stays, and his address is nobody’s', async () => {
    const quoted = 'MARKER-IN\n\nOn Monday Alice wrote:\n> MARKER-FOLDED';
    const id = await stage.mailTo('alice', { body: quoted });
    await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the mail');
    const headers = { To: `alice@${HOUSE}, Dave <dave@${HOUSE}>` };
    await stage.mailTo('alice', { headers, body: 'MARKER-ROOM' });
    await alice.waitFor((stanza) => stanza.getChild('x', 'jabber:x:conference') !== undefined, 'the room');
    await write(alice, carol, 'MARKER-OUT');
    await stage.mailOf('alice', ({ text }) => text?.trim() === 'MARKER-OUT', 'Sent');
    // A copy that waits for its mailbox.
    await stage.dovecot.stop();
    await write(alice, carol, 'MARKER-WAITING');
    await stage.postfix.waitForLog(/status=deferred/);
    await stage.gateway.restart();
    const { dataDir } = stage.gateway;
    expect(filesHolding(dataDir, 'alice@localhost')).not.toEqual([]);
    expect((await alice.iq('set', DOMAIN, registration('<remove/>'))).attrs.type).toBe('result');
    await stage.gateway.stop();
    const gone = ['alice@localhost', `alice@${HOUSE}`, `carol@${HOUSE}`, `dave@${HOUSE}`, 'MARKER', id];
    for (const marker of gone) expect(filesHolding(dataDir, marker), marker).toEqual([]);
    expect(stage.gateway.logs()).not.toContain('MARKER');
    await stage.gateway.start();
    await stage.dovecot.restart();
    expect(await stage.mailToDomain('alice', { body: 'late' })).toMatch(/^550/);
  });

  it('C14 nobody else gets his address for a while, and he himself when he returns', async () => {
    const bob = await stage.user('bob');
    const form = submit({ way: 'domain', local: 'alice' }, REGISTER);
    const refused = await bob.iq('set', DOMAIN, registration(form));
    expect(errorCondition(refused)).toBe('conflict');
    await registerAddress(alice, 'alice');
    expect(await say(alice, DOMAIN, 'addresses')).toContain(`alice@${MAIL_DOMAIN}`);
    expect(alice.count({ name: 'message', body: 'late' })).toBe(0);
  });
});
