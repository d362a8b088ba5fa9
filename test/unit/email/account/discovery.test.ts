import { describe, expect, it } from 'vitest';
import { Discovery, type DiscoverySources } from '../../../../gateways/email/account/discovery/discovery.js';
import type { DomainNames } from '../../../../gateways/email/account/discovery/dns.js';
import { discoveryOptions } from '../../../../gateways/email/account/discovery/options.js';
import { Providers } from '../../../../gateways/email/account/provider/providers.js';
import { isPublicAddress, isPublicName } from '../../../../src/media/public-address.js';

interface World {
  readonly srv?: Readonly<Record<string, readonly { readonly name: string; readonly port: number }[]>>;
  readonly mx?: readonly string[];
  readonly documents?: Readonly<Record<string, string>>;
  /** `host:port` */
  readonly answering?: readonly string[];
  readonly providers?: ConstructorParameters<typeof Providers>[0];
  readonly database?: string;
}

const policy = { mayResolve: isPublicName, mayConnect: isPublicAddress };

function discovery(world: World): { readonly find: Discovery['find']; readonly asked: string[] } {
  const asked: string[] = [];
  const names: DomainNames = {
    srv: async (name) => {
      asked.push(name);
      return world.srv?.[name] ?? [];
    },
    mx: async () => world.mx ?? [],
  };
  const sources: DiscoverySources = {
    providers: new Providers(world.providers ?? {}),
    targets: policy,
    names,
    documents: async (url) => {
      asked.push(url);
      return world.documents?.[url.replace(/\?.*/, '')];
    },
    probe: async ({ host, port }) => {
      asked.push(`${host}:${port}`);
      return world.answering?.includes(`${host}:${port}`) ?? false;
    },
  };
  const search = new Discovery(
    sources,
    discoveryOptions.parse(world.database === undefined ? {} : { database: world.database }),
  );
  return { find: (address) => search.find(address), asked };
}

const config = (host: string): string => `<clientConfig><emailProvider>
  <incomingServer type="imap"><hostname>imap.${host}</hostname><port>993</port><socketType>SSL</socketType></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.${host}</hostname><port>465</port><socketType>SSL</socketType></outgoingServer>
  </emailProvider></clientConfig>`;

describe('servers of a mail address', () => {
  it('knows the large providers without asking anybody', async () => {
    const world = discovery({});
    await expect(world.find('anna@gmail.com')).resolves.toMatchObject({
      imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
      smtp: { host: 'smtp.gmail.com' },
      users: ['anna@gmail.com'],
      provider: { name: 'gmail', filesSent: true, listed: false },
    });
    await expect(world.find('anna@web.de')).resolves.toMatchObject({ users: ['anna'] });
    expect(world.asked).toEqual([]);
  });

  it('prefers what the operator has listed', async () => {
    const imap = { host: '10.0.0.5', port: 143, security: 'none' as const };
    const world = discovery({
      providers: { house: { domains: ['gmail.com'], imap, smtp: { ...imap, port: 25 }, login: 'local' } },
    });
    await expect(world.find('anna@gmail.com')).resolves.toMatchObject({
      imap,
      users: ['anna'],
      provider: { name: 'house', listed: true },
    });
  });

  it('reads SRV records, TLS from the start first, and then STARTTLS', async () => {
    const world = discovery({
      srv: {
        '_imaps._tcp.example.org': [{ name: 'in.example.org', port: 993 }],
        '_imap._tcp.example.org': [{ name: 'old.example.org', port: 143 }],
        '_submission._tcp.example.org': [{ name: 'out.example.org', port: 587 }],
      },
    });
    await expect(world.find('anna@example.org')).resolves.toEqual({
      imap: { host: 'in.example.org', port: 993, security: 'tls' },
      smtp: { host: 'out.example.org', port: 587, security: 'starttls' },
      users: ['anna@example.org', 'anna'],
    });
  });

  it('is not sure of servers elsewhere that only the DNS tells of', async () => {
    const srv = {
      '_imaps._tcp.example.org': [{ name: 'imap.elsewhere.example', port: 993 }],
      '_submissions._tcp.example.org': [{ name: 'smtp.elsewhere.example', port: 465 }],
    };
    await expect(discovery({ srv }).find('anna@example.org')).resolves.toMatchObject({
      imap: { host: 'imap.elsewhere.example' },
      unsure: true,
    });
    const documents = {
      'https://example.org/.well-known/autoconfig/mail/config-v1.1.xml': config('elsewhere.example'),
    };
    const sure = await discovery({ srv, documents }).find('anna@example.org');
    expect(sure?.imap.host).toBe('imap.elsewhere.example');
    expect(sure?.unsure).toBeUndefined();
  });

  it('reads the configuration file of the domain', async () => {
    const world = discovery({
      documents: { 'https://autoconfig.example.org/mail/config-v1.1.xml': config('example.org') },
      mx: ['aspmx.l.google.com'],
    });
    await expect(world.find('anna@example.org')).resolves.toEqual({
      imap: { host: 'imap.example.org', port: 993, security: 'tls' },
      smtp: { host: 'smtp.example.org', port: 465, security: 'tls' },
      users: ['anna@example.org'],
    });
  });

  it.each([
    ['aspmx.l.google.com', 'gmail'],
    ['example-org.mail.protection.outlook.com', 'microsoft365'],
    ['mx.yandex.net', 'yandex'],
    ['emx.mail.ru', 'mailru'],
    ['mxbiz1.qq.com', 'exmail'],
    ['in1-smtp.messagingengine.com', 'fastmail'],
  ])('knows who hosts a domain whose mail goes to %s', async (exchanger, name) => {
    const found = await discovery({ mx: [exchanger] }).find('anna@example.org');
    expect(found).toMatchObject({ users: ['anna@example.org'], provider: { name } });
  });

  it('does not take a name that merely ends alike for a host', async () => {
    await expect(discovery({ mx: ['mx.notgoogle.com'] }).find('anna@example.org')).resolves.toBeUndefined();
  });

  it('asks a database only where the operator has set one', async () => {
    const documents = { 'https://db.example.net/v1.1/example.org': config('hoster.example') };
    const without = discovery({ documents });
    await expect(without.find('anna@example.org')).resolves.toBeUndefined();
    expect(without.asked.join(' ')).not.toContain('db.example.net');
    const found = await discovery({ documents, database: 'https://db.example.net/v1.1/' }).find(
      'anna@example.org',
    );
    expect(found?.imap.host).toBe('imap.hoster.example');
  });

  it('guesses last, by servers that answer', async () => {
    const world = discovery({ answering: ['mail.example.org:993', 'smtp.example.org:587'] });
    await expect(world.find('anna@example.org')).resolves.toEqual({
      imap: { host: 'mail.example.org', port: 993, security: 'tls' },
      smtp: { host: 'smtp.example.org', port: 587, security: 'starttls' },
      users: ['anna@example.org', 'anna'],
    });
  });

  it('S21 asks nobody about a domain nearby', async () => {
    const world = discovery({ answering: ['imap.router.lan:993', 'smtp.router.lan:465'] });
    await expect(world.find('anna@router.lan')).resolves.toBeUndefined();
    expect(world.asked).toEqual([]);
  });
});
