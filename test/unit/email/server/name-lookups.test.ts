import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundedLookup, nameLookup } from '../../../../gateways/email/server/name-lookups.js';
import { NameServer } from '../../../servers/name-server.js';

describe('questions to name servers', () => {
  let server: NameServer;
  const long = `v=DKIM1; p=${'x'.repeat(600)}`;

  beforeAll(async () => {
    server = await NameServer.start({
      'TXT s._domainkey.example.org': [long],
      'A mx.example.org': ['192.0.2.1'],
    });
  });
  afterAll(() => server.stop());

  it('go to the ones that the operator names, and come back whole', async () => {
    const lookup = nameLookup({ nameServers: [server.address], lookupMs: 5_000 });
    expect((await lookup('s._domainkey.example.org', 'TXT')).map((parts) => [...parts].join(''))).toEqual([
      long,
    ]);
    expect(await lookup('mx.example.org', 'A')).toEqual(['192.0.2.1']);
    await expect(lookup('example.org', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('end when nobody answers', async () => {
    const lookup = nameLookup({ nameServers: [server.address], lookupMs: 20 });
    server.silent = true;
    await expect(lookup('example.net', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    server.silent = false;
  });

  it('are no more than allowed for one mail', async () => {
    const lookup = boundedLookup(nameLookup({ nameServers: [server.address], lookupMs: 5_000 }), 2);
    await lookup('mx.example.org', 'A');
    await lookup('mx.example.org', 'A');
    const before = server.asked.length;
    await expect(lookup('mx.example.org', 'A')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    expect(server.asked).toHaveLength(before);
  });
});
