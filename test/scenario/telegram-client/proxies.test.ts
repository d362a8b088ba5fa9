import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TgProxy } from '../../../gateways/telegram/client/options.js';
import { HttpConnectProxy } from '../../servers/proxies/http-connect.js';
import { Mtproxy } from '../../servers/proxies/mtproxy.js';
import { Socks5Proxy } from '../../servers/proxies/socks5.js';
import { addDocument } from '../../servers/telegram/world/files.js';
import type { Person } from '../../servers/telegram/world/world.js';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let alice: Person;
const closing: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  stage = await ClientStage.open();
  alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567', homeCentre: 2 });
});
afterEach(async () => {
  await stage.close();
  for (const one of closing.splice(0)) await one.close();
});

const key = randomBytes(16);
const domain = 'www.example.org';
const host = '127.0.0.1';
const portOf = (centre: number) => stage.server.centres.find(({ id }) => id === centre)?.port ?? 0;

async function open<Proxy extends { close(): Promise<void> }>(proxy: Promise<Proxy>): Promise<Proxy> {
  closing.push(await proxy);
  return proxy;
}

async function works(...proxies: readonly TgProxy[]): Promise<void> {
  const one = await stage.login(alice, { proxies });
  expect(await one.client.me()).toMatchObject({ firstName: 'Alice' });
}

describe('the way to Telegram', () => {
  it('leads through SOCKS5, with and without a login', async () => {
    const login = { user: 'alice', password: 'geheim' };
    const [plain, locked] = [await open(Socks5Proxy.start()), await open(Socks5Proxy.start(login))];
    await works({ kind: 'socks5', host, port: plain.port });
    await works({ kind: 'socks5', host, port: locked.port, ...login });
    expect([plain.led, locked.led]).toEqual([2, 2]);
  });

  it('leads through HTTP, with and without a login', async () => {
    const login = { user: 'alice', password: 'geheim' };
    const [plain, locked] = [await open(HttpConnectProxy.start()), await open(HttpConnectProxy.start(login))];
    await works({ kind: 'http', host, port: plain.port });
    await works({ kind: 'http', host, port: locked.port, ...login });
    expect([plain.led, locked.led]).toEqual([2, 2]);
  });

  it.each([
    ['of 16 bytes', key.toString('hex')],
    ['of 16 bytes in base64', key.toString('base64url')],
    ['with padding', `dd${key.toString('hex')}`],
  ])('leads through an MTProxy with a secret %s', async (_kind, secret) => {
    const proxy = await open(Mtproxy.start({ key, portOf }));
    await works({ kind: 'mtproxy', host, port: proxy.port, secret });
    expect([proxy.led, proxy.refusals]).toEqual([2, []]);
  });

  it('leads through an MTProxy that is to be taken for a site', async () => {
    const proxy = await open(Mtproxy.start({ key, domain, portOf }));
    const secret = `ee${key.toString('hex')}${Buffer.from(domain).toString('hex')}`;
    await works({ kind: 'mtproxy', host, port: proxy.port, secret });
    expect([proxy.led, proxy.refusals]).toEqual([2, []]);
  });

  it('carries large things in what looks like TLS', async () => {
    const proxy = await open(Mtproxy.start({ key, domain, portOf }));
    const secret = Buffer.concat([Buffer.from([0xee]), key, Buffer.from(domain)]).toString('base64url');
    const one = await stage.login(alice, { proxies: [{ kind: 'mtproxy', host, port: proxy.port, secret }] });
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
    const good = await open(Mtproxy.start({ key, domain, portOf }));
    const wrong = await open(Mtproxy.start({ key: randomBytes(16), domain, portOf }));
    const closed = await Socks5Proxy.start();
    const { port } = closed;
    await closed.close();
    const secret = `ee${key.toString('hex')}${Buffer.from(domain).toString('hex')}`;
    const one = await stage.login(alice, {
      proxies: [
        { kind: 'socks5', host, port },
        { kind: 'mtproxy', host, port: wrong.port, secret },
        { kind: 'mtproxy', host, port: good.port, secret },
      ],
    });
    expect(wrong.refusals).toContain('a wrong code');
    const before = wrong.refusals.length;
    stage.server.disconnect(alice);
    await one.until(() => one.states.at(-1) === 'away');
    await one.until(() => one.states.at(-1) === 'connected');
    expect(wrong.refusals).toHaveLength(before);
  });

  it('is not sought without a proxy when one was given', async () => {
    const closed = await Socks5Proxy.start();
    const { port } = closed;
    await closed.close();
    const one = stage.client({ proxies: [{ kind: 'socks5', host, port }], limits: { patienceMs: 300 } });
    await expect(one.client.login.sendCode('491701234567')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(stage.server.centres.map(({ connections }) => connections)).toEqual([0, 0]);
  });

  it('ends at a proxy that does not answer', async () => {
    const silent = await open(Mtproxy.start({ key, domain, portOf }));
    const one = stage.client({
      proxies: [
        // It waits for the rest of what it takes for a record of TLS.
        { kind: 'mtproxy', host, port: silent.port, secret: key.toString('hex') },
        { kind: 'direct' },
      ],
      limits: { connectMs: 1_000 },
    });
    const sent = await one.client.login.sendCode('491701234567');
    expect(sent.kind).toBe('code');
  });
});
