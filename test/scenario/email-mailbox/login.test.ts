import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkImap } from '../../../gateways/email/mailbox/check-imap.js';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { MailboxStage, sampleMail, secure, startTls } from '../../support/email/mailbox-stage.js';

const BOB = 'bob@example.test';

describe('logging in to a mailbox', () => {
  let server: Dovecot;
  let stage: MailboxStage;
  beforeAll(async () => {
    server = await startDovecot({ users: [{ name: BOB, password: 'secret', token: 'fresh' }] });
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await stage?.close();
    await server.setUser({ name: BOB, password: 'secret', token: 'fresh' });
  });

  /** Takes longer than the pause before another attempt would. */
  const somebodyElse = async (): Promise<void> => {
    const other = new MailboxStage({ server: secure(server) });
    await other.connect();
    await other.close();
  };

  it('S18 a refused password is said once and not tried again until the user acts', async () => {
    let logins = 0;
    stage = new MailboxStage({
      server: secure(server),
      options: { reconnect: { initialMs: 1, maxMs: 1 } },
      credentials: {
        login: async () => {
          logins += 1;
          return { user: BOB, password: 'wrong' };
        },
        revoke: async () => undefined,
      },
    });
    stage.mailbox.start();
    await stage.states.wait(({ state }) => state === 'bad-credentials', 'the refusal');
    await somebodyElse();
    expect(logins).toBe(1);
    expect(stage.states.all.map(({ state }) => state)).toEqual(['connecting', 'bad-credentials']);
    await server.setUser({ name: BOB, password: 'wrong' });
    await stage.connect();
  });

  it('S18 a password that is changed while the mailbox is watched is the end of it', async () => {
    stage = new MailboxStage({ server: secure(server) });
    await stage.connect();
    await server.setUser({ name: BOB, password: 'changed' });
    await server.kick(BOB);
    const state = await stage.states.wait(({ state: name }) => name === 'bad-credentials', 'the refusal');
    expect(state).toMatchObject({ text: { args: { host: server.host } } });
  });

  it.each([secure, startTls])('an access token that has expired is renewed once', async (how) => {
    const asked: boolean[] = [];
    stage = new MailboxStage({
      server: how(server),
      credentials: {
        login: async (renew = false) => {
          asked.push(renew);
          return { user: BOB, accessToken: renew ? 'fresh' : 'stale' };
        },
        revoke: async () => undefined,
      },
    });
    await stage.connect();
    await server.deliver(BOB, sampleMail('by-token'));
    await stage.mail('by-token');
    expect(asked).toEqual([false, true]);
  });

  it('S18 an access token that is refused when it is new is as a wrong password', async () => {
    const asked: boolean[] = [];
    stage = new MailboxStage({
      server: secure(server),
      options: { reconnect: { initialMs: 1, maxMs: 1 } },
      credentials: {
        login: async (renew = false) => {
          asked.push(renew);
          return { user: BOB, accessToken: 'revoked' };
        },
        revoke: async () => undefined,
      },
    });
    stage.mailbox.start();
    await stage.states.wait(({ state }) => state === 'bad-credentials', 'the refusal');
    await somebodyElse();
    expect(asked).toEqual([false, true]);
  });

  it('S20 a certificate that nobody trusts is refused, without a password on the wire', async () => {
    const { caFile: _untrusted, ...untrusting } = secure(server);
    stage = new MailboxStage({ server: untrusting });
    stage.mailbox.start();
    const state = await stage.states.wait(({ state: name }) => name === 'transient-failure', 'the refusal');
    expect(state).toMatchObject({ text: { key: 'email-mailbox-certificate' } });
  });

  it('too many connections are a passing thing', async () => {
    const narrow = await startDovecot({ users: [{ name: BOB, password: 'secret' }], connectionsPerUser: 1 });
    const first = new MailboxStage({ server: secure(narrow) });
    stage = new MailboxStage({ server: secure(narrow) });
    try {
      await first.connect();
      stage.mailbox.start();
      const state = await stage.states.wait(({ state: name }) => name === 'transient-failure', 'the refusal');
      expect(state).toMatchObject({ text: { key: 'email-mailbox-busy' } });
      await first.close();
      await stage.connected();
    } finally {
      await first.close();
      await stage.close();
      await narrow.stop();
    }
  });

  it('a check says what a mailbox has, or certainly why not', async () => {
    stage = new MailboxStage({ server: secure(server) });
    const { signal } = new AbortController();
    const facts = await checkImap(stage.parts, signal);
    expect(facts.folders).toContain('Sent');
    expect(facts.plan).toMatchObject({ sent: 'Sent', unknown: [] });
    expect(facts.capabilities).toContain('IDLE');
    const wrong = { ...stage.parts.credentials, login: async () => ({ user: BOB, password: 'wrong' }) };
    await expect(checkImap({ ...stage.parts, credentials: wrong }, signal)).rejects.toMatchObject({
      code: 'bad-credentials',
    });
    const nowhere = { ...secure(server), port: 1 };
    await expect(checkImap({ ...stage.parts, server: nowhere }, signal)).rejects.toMatchObject({
      code: 'network-unreachable',
      retryable: true,
      text: { key: 'email-server-unreachable' },
    });
  });
});
