import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import {
  type EmailStage,
  emailStage,
  HOUSE,
  jidOf,
  registerAddress,
  registerMailbox,
  write,
} from './stage.js';

const RECEIPT = `<request xmlns='urn:xmpp:receipts'/>`;

describe('what becomes of a mail', () => {
  let stage: EmailStage;
  let alice: XmppClient;
  let bob: XmppClient;

  beforeAll(async () => {
    stage = await emailStage();
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await registerMailbox(alice, 'alice');
    await registerAddress(bob, 'bob');
  });

  it('F05 F28 a report that comes to the mailbox is an error of the very message, and no message', async () => {
    const nobody = jidOf(`nobody@${HOUSE}`);
    const id = await write(alice, nobody, 'is anybody there?');
    const error = await alice.waitFor({ name: 'message', type: 'error', from: nobody }, 'the error');
    expect(error.attrs.id).toBe(id);
    expect(error.getChild('error')?.getChildText('text')).toContain(`nobody@${HOUSE}`);
    expect(alice.count((stanza) => /mailer-daemon/i.test(stanza.attrs.from ?? ''))).toBe(0);
  });

  it('F05 a report that comes to the gateway’s domain finds its message by the return path', async () => {
    const nobody = jidOf(`nobody@${HOUSE}`);
    const id = await write(bob, nobody, 'is anybody there?');
    const error = await bob.waitFor({ name: 'message', type: 'error', from: nobody }, 'the error');
    expect(error.attrs.id).toBe(id);
  });

  it('F05 an address that the server refuses at once is an error of the message', async () => {
    const nowhere = jidOf('somebody@nowhere.test');
    const id = await write(bob, nowhere, 'hello');
    const error = await bob.waitFor({ name: 'message', type: 'error', from: nowhere }, 'the error');
    expect(error.attrs.id).toBe(id);
  });

  it('F12 delivery is a receipt where servers report it', async () => {
    const carol = jidOf(`carol@${HOUSE}`);
    const id = await write(bob, carol, 'tell me when it is there', RECEIPT);
    await bob.waitFor(
      (stanza) =>
        stanza.attrs.from === carol && stanza.getChild('received', 'urn:xmpp:receipts')?.attrs.id === id,
      'the receipt',
    );
    expect(bob.count((stanza) => /mailer-daemon/i.test(stanza.attrs.from ?? ''))).toBe(0);
  });

  it('B18 nothing goes to addresses that nobody reads, nor to one’s own', async () => {
    for (const address of ['no-reply@shop.test', `bob@mail.test`]) {
      const id = await write(bob, jidOf(address), 'hello');
      const error = await bob.waitFor({ name: 'message', type: 'error', id }, 'the refusal');
      expect(error.attrs.from).toBe(jidOf(address));
    }
  });
});
