import { Api } from 'telegram';
import { describe, expect, it } from 'vitest';
import { Addresses } from '../../../../gateways/telegram/client/gramjs/network/addresses.js';
import { backoffMs } from '../../../../gateways/telegram/client/gramjs/network/backoff.js';
import { Routes } from '../../../../gateways/telegram/client/gramjs/network/routes.js';

const told = (facts: object) => new Api.DcOption({ id: 2, ipAddress: '149.154.167.99', port: 443, ...facts });

describe('addresses of data centres', () => {
  it('are known, and those of IPv6 come first where it is wanted', () => {
    for (const centre of [1, 2, 3, 4, 5]) {
      const plain = new Addresses({ ipv6: false }).of(centre);
      expect(plain.map(({ port }) => port)).toEqual([443, 80, 5222]);
      expect(plain.every(({ host }) => /^[\d.]+$/.test(host))).toBe(true);
      expect(new Addresses({ ipv6: true }).of(centre)[0]?.host).toContain(':');
    }
    expect(new Addresses({ ipv6: true }).has(9)).toBe(false);
  });

  it('are those that the server tells, as far as they are for us', () => {
    const addresses = new Addresses({ ipv6: false });
    addresses.learn([
      ...[told({ cdn: true }), told({ mediaOnly: true }), told({ secret: Buffer.alloc(16) })],
      ...[told({ ipAddress: '2001:db8::1' }), told({ port: 8443 })],
    ]);
    expect(addresses.of(2)[0]).toEqual({ centre: 2, host: '149.154.167.99', port: 8443 });
    expect(addresses.of(2)).toHaveLength(4);
  });

  it('are the configured ones and no others where some are', () => {
    const endpoints = [{ centre: 2, host: '127.0.0.1', port: 4_000 }];
    const addresses = new Addresses({ ipv6: false, servers: { endpoints, publicKey: '' } });
    addresses.learn([told({})]);
    expect([addresses.of(2), addresses.of(1)]).toEqual([endpoints, []]);
  });
});

describe('ways to a data centre', () => {
  const proxies = ['a', 'b'].map((host) => ({ kind: 'socks5', host, port: 1 }) as const);
  const tried = (routes: Routes, tries: number) => {
    const route = routes.next(1, tries);
    return route && `${'host' in route.way ? route.way.host : route.way.kind} ${route.target.port}`;
  };

  it('have their turns: every proxy, then the next address', () => {
    const routes = new Routes(proxies, new Addresses({ ipv6: false }));
    expect([0, 1, 2, 3].map((tries) => tried(routes, tries))).toEqual(['a 443', 'b 443', 'a 80', 'b 80']);
  });

  it('begin with the one that led there', () => {
    const routes = new Routes(proxies, new Addresses({ ipv6: false }));
    routes.next(1, 3)?.worked();
    expect([0, 1].map((tries) => tried(routes, tries))).toEqual(['b 80', 'a 80']);
  });

  it('are the direct one without a proxy, and none to what does not exist', () => {
    const routes = new Routes([], new Addresses({ ipv6: false }));
    expect(tried(routes, 0)).toBe('direct 443');
    expect(routes.next(77, 0)).toBeUndefined();
  });

  it('are tried ever more slowly', () => {
    for (let round = 0; round < 100; round += 1) {
      expect(backoffMs(0, 1_000, 60_000)).toBeGreaterThanOrEqual(500);
      expect(backoffMs(3, 1_000, 60_000)).toBeLessThanOrEqual(8_000);
      expect(backoffMs(1_000, 1_000, 60_000)).toBeLessThanOrEqual(60_000);
    }
  });
});
