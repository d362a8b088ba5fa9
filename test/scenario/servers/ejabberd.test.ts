import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XmppClient } from '../../client/xmpp-client.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import type { XmppServer } from '../../servers/xmpp-server.js';

describe('ejabberd', () => {
  let server: XmppServer;

  beforeAll(async () => {
    server = await startEjabberd({
      components: [{ domain: 'irc.localhost', secret: 'secret' }],
      users: [{ name: 'alice', password: 'wonder' }],
      privilegesFor: ['irc.localhost'],
      httpUpload: true,
    });
  });
  afterAll(() => server?.stop());

  it('two users exchange a message', async () => {
    await server.addUser('bob', 'builder');
    const alice = await XmppClient.connect({ server, name: 'alice', password: 'wonder', resource: 'desk' });
    const bob = await XmppClient.connect({ server, name: 'bob', password: 'builder' });
    expect(alice.jid).toBe('alice@localhost/desk');

    await alice.message(bob.jid, 'Grüße & <küsse>');

    const received = await bob.waitFor({ name: 'message', from: alice.jid }, 'the message');
    expect(received.getChildText('body')).toBe('Grüße & <küsse>');
    await Promise.all([alice.disconnect(), bob.disconnect()]);
  });

  it('refuses a wrong password', async () => {
    await expect(XmppClient.connect({ server, name: 'alice', password: 'wrong' })).rejects.toThrow(
      'not-authorized',
    );
  });

  it('offers an upload service', async () => {
    const alice = await XmppClient.connect({ server, name: 'alice', password: 'wonder' });
    const info = await alice.iq(
      'get',
      'upload.localhost',
      "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    );
    expect(info.toString()).toContain('urn:xmpp:http:upload:0');
    await alice.disconnect();
  });

  it('keeps its users over a restart', async () => {
    await server.restart();
    const alice = await XmppClient.connect({ server, name: 'alice', password: 'wonder' });
    await alice.barrier('localhost');
    await alice.disconnect();
  });
});
