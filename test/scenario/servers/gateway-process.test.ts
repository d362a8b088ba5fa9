import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachedConfig, type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';

const DOMAIN = 'irc.localhost';

describe('the gateway as a child process', () => {
  let server: XmppServer;
  let gateway: GatewayProcess;
  let alice: XmppClient;

  beforeAll(async () => {
    const component = { domain: DOMAIN, secret: 'secret' };
    server = await startProsody({
      components: [component],
      users: [{ name: 'alice', password: 'wonder' }],
    });
    gateway = await startGateway({
      config: attachedConfig({ server, components: [{ ...component, network: 'irc' }] }),
    });
    alice = await XmppClient.connect({ server, name: 'alice', password: 'wonder' });
  });
  afterAll(async () => {
    await alice?.disconnect();
    await gateway?.stop();
    await server?.stop();
  });

  async function expectAnswer(): Promise<void> {
    const pong = await alice.iq('get', DOMAIN, "<ping xmlns='urn:xmpp:ping'/>");
    expect(pong.attrs.type).toBe('result');
  }

  it('answers a ping', expectAnswer);

  it('answers again after SIGKILL and a start', async () => {
    await gateway.kill();
    await gateway.start();
    await expectAnswer();
  });

  it('ends by itself on SIGTERM, and answers again after a restart', async () => {
    await gateway.stop();
    expect(gateway.entries().at(-1)?.msg).toBe('stopped');
    await gateway.restart();
    await expectAnswer();
  });
});
