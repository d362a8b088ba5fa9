import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { greetingProbe } from '../../../../gateways/email/account/discovery/probe.js';
import { createCertificate } from '../../../servers/certificate.js';
import { createWorkspace } from '../../../servers/process.js';

/** One of the few ports that are asked at all, at addresses of this machine that nobody else uses. */
const PORT = 2525;
const PLACES = { 'mail.example.org': '127.43.25.1', 'other.example.org': '127.43.25.2' } as const;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server, host: keyof typeof PLACES): Promise<void> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(PORT, PLACES[host], resolve));
}

function probe(connectMs = 5_000) {
  const targets = { mayResolve: () => true, mayConnect: () => true };
  const ask = greetingProbe(
    targets,
    async (host) => [{ address: PLACES[host as keyof typeof PLACES], family: 4 }],
    connectMs,
  );
  return (host: keyof typeof PLACES, protocol: 'imap' | 'smtp', security: 'tls' | 'starttls') =>
    ask({ host, port: PORT, security }, protocol, AbortSignal.timeout(10_000));
}

describe('whether a mail server answers', () => {
  it('is told by its greeting', async () => {
    await listen(
      createServer((socket) => socket.end('220 mail.example.org ESMTP\r\n')),
      'mail.example.org',
    );
    await listen(
      createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'other.example.org',
    );
    await expect(probe()('mail.example.org', 'smtp', 'starttls')).resolves.toBe(true);
    await expect(probe()('mail.example.org', 'imap', 'starttls')).resolves.toBe(false);
    await expect(probe()('other.example.org', 'smtp', 'starttls')).resolves.toBe(false);
  });

  it('is no where nobody listens, or says nothing', async () => {
    await listen(
      createServer((socket) => socket.on('error', () => undefined)),
      'other.example.org',
    );
    await expect(probe()('mail.example.org', 'smtp', 'starttls')).resolves.toBe(false);
    await expect(probe(50)('other.example.org', 'smtp', 'starttls')).resolves.toBe(false);
  });

  it('S20 is no without a certificate that is trusted', async () => {
    const { certPath, keyPath } = await createCertificate(createWorkspace('probe'));
    const keys = { cert: readFileSync(certPath), key: readFileSync(keyPath) };
    await listen(
      createTlsServer(keys, (socket) => socket.end('* OK ready\r\n')),
      'mail.example.org',
    );
    await expect(probe()('mail.example.org', 'imap', 'tls')).resolves.toBe(false);
  });
});
