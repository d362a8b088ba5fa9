import { afterEach, describe, expect, it } from 'vitest';
import type { TgProxy } from '../../../../gateways/telegram/client/options.js';
import { MtProxy } from '../../../servers/telegram/proxies/mtproxy.js';
import { HttpProxy, SocksProxy } from '../../../servers/telegram/proxies/tunnels.js';
import { ClientStage } from '../../../support/telegram/client-stage.js';

describe('proxies', () => {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function stage() {
    const stage = await ClientStage.open(1);
    open.push(stage);
    const alice = stage.server.person('Alice', { phone: '491701234567' });
    const bob = stage.server.person('Bob');
    return { stage, server: stage.server, alice, bob };
  }

  const login = { user: 'gate', password: 'geheim' };

  it.each(['plain', 'padded', 'fake-tls'] as const)(
    'leads through an MTProxy with a secret of kind %s',
    async (kind) => {
      const { stage: here, server, alice, bob } = await stage();
      const proxy = await MtProxy.listen(server, kind);
      open.push(proxy);
      const way: TgProxy = { kind: 'mtproxy', host: '127.0.0.1', port: proxy.port, secret: proxy.secret };
      const client = await here.login(alice.person, { proxies: [way] });
      bob.says('hello', alice);
      expect((await client.next('message')).message.text).toBe('hello');
      expect(proxy.led).toBeGreaterThan(0);
    },
  );

  it('leads through SOCKS and HTTP, for those who may', async () => {
    const { stage: here, server, alice, bob } = await stage();
    for (const Tunnel of [SocksProxy, HttpProxy]) {
      const proxy = await Tunnel.listen(server, login);
      open.push(proxy);
      const kind = Tunnel === SocksProxy ? 'socks5' : 'http';
      const common = { kind, host: '127.0.0.1', port: proxy.port } as const;
      const wrong: TgProxy = { ...common, user: 'gate', password: 'falsch' };
      const right: TgProxy = { ...common, ...login };
      const client = await here.login(alice.person, { proxies: [wrong, right] });
      bob.says(`over ${kind}`, alice);
      expect((await client.next('message')).message.text).toBe(`over ${kind}`);
      expect(proxy.taken).toBeGreaterThan(proxy.led);
      await client.client.stop();
    }
  });

  it('gives nobody an answer who does not know the secret', async () => {
    const { server } = await stage();
    const proxy = await MtProxy.listen(server, 'fake-tls');
    open.push(proxy);
    const { createConnection } = await import('node:net');
    const socket = createConnection({ port: proxy.port, host: '127.0.0.1' });
    const heard: Buffer[] = [];
    socket.on('data', (bytes) => heard.push(bytes));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const hello = Buffer.alloc(517);
    hello.write('1603010200010001fc0303', 'hex');
    socket.write(hello);
    await closed;
    expect(heard).toEqual([]);
    expect(proxy.led).toBe(0);
  });
});
