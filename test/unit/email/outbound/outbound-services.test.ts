import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { afterEach, describe, expect, it } from 'vitest';
import { optionsSchema } from '../../../../gateways/email/options.js';
import { OutboundServices } from '../../../../gateways/email/outbound/outbound-services.js';
import { domainAdvice } from '../../../../gateways/email/server/advice.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import { createWorkspace, LOOPBACK } from '../../../servers/process.js';
import { startSmtpPeer } from '../../../servers/smtp-peer.js';
import { testEnvironment } from '../../../support/gateway-environment.js';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const spki = { type: 'spki', format: 'pem' } as const;
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  privateKeyEncoding: pem,
  publicKeyEncoding: spki,
});
const romeo = 1 as AccountId;
const mail = {
  size: 41,
  open: () =>
    Readable.from([Buffer.from('From: romeo@mail.example.org\r\n\r\nTonight\r\n')], { objectMode: false }),
  remove: async () => undefined,
};
const envelope = { from: 'romeo@mail.example.org', to: ['juliet@example.com'] };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function relayed(keyFile?: string) {
  const peer = await startSmtpPeer();
  const options = optionsSchema.parse({
    outbound: { mailsPerDay: 2 },
    domain: {
      name: 'mail.example.org',
      dkim: keyFile === undefined ? [] : [{ selector: 's1', keyFile }],
      relay: { host: LOOPBACK, port: peer.port, security: 'none', user: 'gateway', password: 'secret' },
    },
  });
  const environment = testEnvironment();
  const services = new OutboundServices(options, environment, Date.now);
  ends.push(
    () => services.close(),
    () => peer.stop(),
  );
  const { relay } = services;
  if (!relay) throw new Error('no way out');
  const sender = services.counted(romeo, relay);
  return { peer, options, services, relay, sender };
}

describe('the way out by the gateway’s own domain', () => {
  it('is signed, as DNS has to say after `isthmus check`, and logs in at the relay', async () => {
    const keyFile = createWorkspace('dkim').write('key.pem', privateKey);
    const { peer, options, sender } = await relayed(keyFile);
    await sender.send(envelope, mail, { id: 'x', success: false });
    const [{ text } = { text: '' }] = domainAdvice(options);
    const [, name, record = ''] = /^DNS has to say: (\S+)\. TXT "(.*)"$/.exec(text) ?? [];
    expect(name).toBe('s1._domainkey.mail.example.org');
    const { results } = await dkimVerify(peer.transactions[0]?.data ?? '', {
      resolver: async () => [[record]],
    });
    expect(results.map(({ status }) => status?.result)).toEqual(['pass']);
    expect(peer.commands[0]).toBe('EHLO mail.example.org');
    expect(peer.commands[1]).toMatch(/^AUTH PLAIN /);
  });

  it('sends nothing that should be signed and cannot be', async () => {
    const { peer, options, sender } = await relayed('/nowhere/key.pem');
    await expect(sender.send(envelope, mail, { id: 'x', success: false })).rejects.toMatchObject({
      text: { key: 'email-not-signed' },
      outcome: 'not-sent',
      retryable: true,
    });
    expect(peer.sessions).toBe(0);
    expect(domainAdvice(options)).toEqual([
      { text: expect.stringContaining('/nowhere/key.pem'), remedy: expect.stringContaining('openssl') },
    ]);
  });

  it('may be without keys, of which the operator is told, and is counted per user', async () => {
    const { peer, options, services, relay, sender } = await relayed();
    expect(domainAdvice(options)).toEqual([
      expect.objectContaining({ text: expect.stringContaining('not signed') }),
    ]);
    for (let sent = 0; sent < 2; sent += 1) await sender.send(envelope, mail, { id: 'x', success: false });
    await expect(sender.send(envelope, mail, { id: 'x', success: false })).rejects.toMatchObject({
      code: 'limit',
    });
    await sender.close();
    await services.counted(2 as AccountId, relay).send(envelope, mail, { id: 'x', success: false });
    expect(peer.transactions).toHaveLength(3);
    expect(peer.sessions).toBe(1);
  });

  it('is none without a domain', () => {
    const environment = testEnvironment();
    const services = new OutboundServices(optionsSchema.parse({}), environment, Date.now);
    expect(services.relay).toBeUndefined();
    expect(domainAdvice(optionsSchema.parse({}))).toEqual([]);
  });
});

describe('the way out by an account’s own server', () => {
  it('is resolved by policy unless the operator has listed the provider', async () => {
    const { peer, services } = await relayed();
    const server = { host: LOOPBACK, port: peer.port, security: 'none' as const };
    const login = { login: async () => ({ user: 'romeo', password: 'right' }) };
    const listed = services.mailboxSender(romeo, { server, listed: true }, login);
    await listed.send(envelope, mail, { id: 'x', success: false });
    await listed.close();
    expect(peer.transactions).toHaveLength(1);
    await expect(
      services
        .mailboxSender(romeo, { server, listed: false }, login)
        .send(envelope, mail, { id: 'x', success: false }),
    ).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(peer.sessions).toBe(1);
  });
});
