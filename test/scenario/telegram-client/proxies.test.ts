import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TgProxy } from '../../../gateways/telegram/client/options.js';
import { MtProxy } from '../../servers/telegram/proxies/mtproxy.js';
import type { ProxyServer } from '../../servers/telegram/proxies/proxy-server.js';
import { HttpProxy, type ProxyLogin, SocksProxy } from '../../servers/telegram/proxies/tunnels.js';
import { addDocument } from '../../servers/telegram/world/files.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
const closing: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  stage = await ClientStage.open();
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
});
afterEach(async () => {
  await stage.close();
  for (const one of closing.splice(0)) await one.close();
});

const host = '127.0.0.1';
const login = { user: 'alice', password: 'geheim' };

async function open<Proxy extends { close(): Promise<void> }>(proxy: Promise<Proxy>): Promise<Proxy> {
  closing.push(await proxy);
  return proxy;
}

async function works(...proxies: readonly TgProxy[]): Promise<void> {
  const one = await stage.login(alice, { proxies });
  expect(await one.client.me()).toMatchObject({ firstName: 'Alice' });
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const proxy = await SocksProxy.listen(stage.server);
  const { port } = proxy;
  await proxy.close();
  return port;
}

describe('the way to Telegram', () => {
  it.each([
    ['socks5', (who?: ProxyLogin): Promise<ProxyServer> => SocksProxy.listen(stage.server, who)],
    ['http', (who?: ProxyLogin): Promise<ProxyServer> => HttpProxy.listen(stage.server, who)],
  ] as const)('leads through %s, with and without a login', async (kind, listen) => {
    const plain = await open(listen());
    const locked = await open(listen(login));
    await works({ kind, host, port: plain.port });
    await works({ kind, host, port: locked.port, ...login });
    expect([plain.led, locked.led]).toEqual([1, 1]);
  });

  it.each(['plain', 'padded', 'fake-tls'] as const)('leads through an MTProxy: %s', async (kind) => {
    const proxy = await open(MtProxy.listen(stage.server, kind));
    await works({ kind: 'mtproxy', host, port: proxy.port, secret: proxy.secret });
    const base64 = Buffer.from(proxy.secret, 'hex').toString('base64url');
    await works({ kind: 'mtproxy', host, port: proxy.port, secret: base64 });
    expect(proxy.led).toBe(2);
  });

  it('carries large things in what looks like TLS, from every data centre', async () => {
    const { port, secret } = await open(MtProxy.listen(stage.server, 'fake-tls'));
    const one = await stage.login(alice, { proxies: [{ kind: 'mtproxy', host, port, secret }] });
    const bytes = randomBytes(3_000_000);
    const { id, accessHash, fileReference } = addDocument(stage.server.world, {
      ...{ source: bytes, mediaType: 'application/pdf', centre: 2 },
    });
    const stream = await one.client.download({
      ...{ id: String(id), accessHash: String(accessHash), kind: 'document', centre: 2 },
      reference: fileReference.toString('base64'),
    });
    expect(Buffer.concat(await stream.toArray()).equals(bytes)).toBe(true);
  });

  it('is tried in turn, and the one that led there is taken first the next time', async () => {
    const good = await open(MtProxy.listen(stage.server, 'fake-tls'));
    const wrong = await open(MtProxy.listen(stage.server, 'fake-tls'));
    const { secret } = good;
    const one = await stage.login(alice, {
      proxies: [
        { kind: 'socks5', host, port: await closedPort() },
        { kind: 'mtproxy', host, port: wrong.port, secret },
        { kind: 'mtproxy', host, port: good.port, secret },
      ],
    });
    expect([wrong.taken, good.led]).toEqual([1, 1]);
    stage.server.disconnect(alice);
    await one.until(() => one.states.at(-1) === 'away');
    await one.until(() => one.states.at(-1) === 'connected');
    expect([wrong.taken, good.led]).toEqual([1, 2]);
  });

  it('is not sought without a proxy when one was given', async () => {
    const one = stage.client({
      proxies: [{ kind: 'socks5', host, port: await closedPort() }],
      limits: { patienceMs: 300 },
    });
    await expect(one.client.login.sendCode('491701234567')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(stage.server.centres.map(({ connections }) => connections)).toEqual([0, 0]);
  });

  it('goes on to the next when a proxy takes connections and says nothing', async () => {
    const silent = await open(MtProxy.listen(stage.server, 'fake-tls'));
    silent.silent = true;
    const proxy = { kind: 'mtproxy', host, port: silent.port, secret: silent.secret } as const;
    const one = await stage.login(alice, {
      proxies: [proxy, { kind: 'direct' }],
      limits: { connectMs: 300 },
    });
    expect(await one.client.me()).toMatchObject({ firstName: 'Alice' });
    expect(silent.taken).toBeGreaterThan(0);
  });
});
