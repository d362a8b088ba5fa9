import { describe, expect, it } from 'vitest';
import type { MailServer } from '../../../gateways/email/mail/server-options.js';
import { type HostResolver, resolveTarget } from '../../../gateways/email/mail/target.js';
import { isPublicAddress, isPublicName } from '../../../src/media/public-address.js';

const policy = { mayResolve: isPublicName, mayConnect: isPublicAddress };

const names: Readonly<Record<string, readonly string[]>> = {
  'imap.example.org': ['93.184.216.34'],
  'both.example.org': ['10.0.0.1', '2606:2800:220:1::1'],
  'inside.example.org': ['127.0.0.1', '::1', '169.254.169.254', '::ffff:10.0.0.1'],
};
const resolve: HostResolver = async (host) => {
  const found = names[host];
  if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const at = (host: string, port = 993, security: MailServer['security'] = 'tls'): MailServer => ({
  host,
  port,
  security,
});

describe('where mail servers may be (S21)', () => {
  it('resolves a name and keeps it for the certificate', async () => {
    await expect(resolveTarget(at('imap.example.org'), policy, false, resolve)).resolves.toEqual({
      address: '93.184.216.34',
      servername: 'imap.example.org',
    });
  });

  it('takes a public address where a name has others too', async () => {
    await expect(resolveTarget(at('both.example.org', 587), policy, false, resolve)).resolves.toMatchObject({
      address: '2606:2800:220:1::1',
    });
  });

  it('S21 gives the same refusal for whatever it does not connect to', async () => {
    const refused = [
      at('nobody.example.org'),
      at('inside.example.org'),
      at('localhost'),
      at('127.0.0.1'),
      at('0x7f.1'),
      at('10.0.0.1'),
      at('::1'),
      at('imap.example.org', 22),
      at('imap.example.org', 25),
      at('imap.example.org', 143, 'none'),
    ];
    for (const server of refused)
      await expect(resolveTarget(server, policy, false, resolve)).rejects.toMatchObject({
        code: 'network-unreachable',
        text: { key: 'email-server-unreachable', args: { host: server.host } },
      });
  });

  it('lets the operator list a private server on any port, without TLS', async () => {
    await expect(resolveTarget(at('127.0.0.1', 10_143, 'none'), policy, true, resolve)).resolves.toEqual({
      address: '127.0.0.1',
      servername: '',
    });
    await expect(resolveTarget(at('inside.example.org'), policy, true, resolve)).resolves.toMatchObject({
      address: '127.0.0.1',
    });
  });

  it('S21 does not find what is not known for a listed server either', async () => {
    await expect(resolveTarget(at('nobody.example.org'), policy, true, resolve)).rejects.toMatchObject({
      code: 'network-unreachable',
      retryable: true,
    });
  });
});
