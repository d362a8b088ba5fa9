import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DocumentRules,
  guardedDocuments,
} from '../../../../gateways/email/account/discovery/documents.js';
import { createCertificate } from '../../../servers/certificate.js';
import { createWorkspace, LOOPBACK } from '../../../servers/process.js';

describe('configuration files by https', () => {
  let server: Server;
  let port: number;
  let rules: DocumentRules;
  const asked: string[] = [];

  beforeAll(async () => {
    const { certPath, keyPath } = await createCertificate(createWorkspace('documents'));
    const ca = readFileSync(certPath, 'utf8');
    server = createServer({ cert: ca, key: readFileSync(keyPath) }, ({ url = '' }, response) => {
      asked.push(url);
      if (url === '/small') response.end('small');
      else if (url === '/large') response.end('x'.repeat(2_000));
      else if (url === '/plain')
        response.writeHead(302, { location: `http://localhost:${port}/small` }).end();
      else if (url === '/again') response.writeHead(302, { location: '/small' }).end();
      else if (url === '/inside') response.writeHead(302, { location: 'https://10.0.0.1/' }).end();
      else if (url === '/round') response.writeHead(302, { location: '/round' }).end();
      else response.writeHead(404).end('no');
    });
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    port = (server.address() as AddressInfo).port;
    rules = {
      targets: { mayResolve: (host) => host === 'localhost', mayConnect: () => true },
      resolve: async () => [{ address: LOOPBACK, family: 4 }],
      connectMs: 5_000,
      ports: [port],
      maxBytes: 1_000,
      redirects: 2,
      userAgent: 'test',
      ca,
    };
  });
  afterAll(() => server.close());

  const fetched = (path: string, more: Partial<DocumentRules> = {}) =>
    guardedDocuments({ ...rules, ...more })(
      path.startsWith('/') ? `https://localhost:${port}${path}` : path,
      AbortSignal.timeout(10_000),
    );

  it('fetches a small text, also behind a redirect', async () => {
    await expect(fetched('/small')).resolves.toBe('small');
    await expect(fetched('/again')).resolves.toBe('small');
  });

  it.each(['/large', '/missing', '/plain', '/inside', '/round', 'ftp://localhost/', 'not a link'])(
    'has nothing from %s',
    async (path) => {
      await expect(fetched(path)).resolves.toBeUndefined();
    },
  );

  it('S20 has nothing from a server without a certificate that is trusted', async () => {
    const { ca: _, ...strangers } = rules;
    await expect(
      guardedDocuments(strangers)(`https://localhost:${port}/small`, AbortSignal.timeout(10_000)),
    ).resolves.toBeUndefined();
  });

  it('S21 connects to no private address, whatever name it has, and to no other port', async () => {
    const before = asked.length;
    const targets = { mayResolve: () => true, mayConnect: () => false };
    await expect(fetched('/small', { targets })).resolves.toBeUndefined();
    await expect(fetched('/small', { ports: [443] })).resolves.toBeUndefined();
    expect(asked).toHaveLength(before);
  });

  it('ends with its signal', async () => {
    await expect(
      guardedDocuments(rules)(`https://localhost:${port}/small`, AbortSignal.abort()),
    ).resolves.toBeUndefined();
  });
});
