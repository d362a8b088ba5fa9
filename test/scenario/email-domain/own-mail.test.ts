import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailGateway } from '../../../gateways/email/gateway.js';
import { optionsSchema } from '../../../gateways/email/options.js';
import type { EmailSession } from '../../../gateways/email/session.js';
import type { DeliveryReport, InboundEvent } from '../../../src/gateway/event.js';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { freePort, LOOPBACK } from '../../servers/process.js';
import { RecordingHost, testEnvironment } from '../../support/gateway-environment.js';
import { Recorder } from '../../support/session-recorder.js';

const KEYS = ['019aa6c0-0000-7000-8000-000000000001', '019aa6c0-0000-7000-8000-000000000002'] as const;

/** Tells when an event comes. */
class WaitingHost extends RecordingHost {
  #told = (): void => undefined;

  override async emit(...[id, event]: Parameters<RecordingHost['emit']>): Promise<void> {
    await super.emit(id, event);
    this.#told();
  }

  override async report(report: DeliveryReport): Promise<void> {
    await super.report(report);
    this.#told();
  }

  /** What became of a message. */
  async reported(message: string | undefined): Promise<DeliveryReport> {
    for (;;) {
      const found = this.reports.find((each) => each.message === message);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  async event<Type extends InboundEvent['type']>(
    account: AccountId,
    type: Type,
  ): Promise<Extract<InboundEvent, { type: Type }>> {
    for (;;) {
      const found = this.events.find((each) => each.account === account && each.event.type === type);
      if (found) return found.event as Extract<InboundEvent, { type: Type }>;
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }
}

describe('mail between users of the gateway’s domain, by way of Postfix', () => {
  const sam = 1 as AccountId;
  const kim = 2 as AccountId;
  let host: WaitingHost;
  let gateway: EmailGateway;
  let postfix: Postfix;
  const sessions = new Map<AccountId, EmailSession>();
  const write = async (account: AccountId, to: string, text: string, key: string) => {
    const target = { kind: 'contact', id: to as ContactId } as const;
    const acceptance = await sessions.get(account)?.send(target, { text, key }).accepted;
    return acceptance?.ids[0];
  };

  beforeAll(async () => {
    host = new WaitingHost();
    const port = await freePort();
    postfix = await startPostfix({ gateway: { domain: 'mail.example.test', port } });
    const relay = { host: LOOPBACK, port: postfix.relayPort, security: 'none' };
    gateway = new EmailGateway(
      optionsSchema.parse({
        domain: {
          name: 'mail.example.test',
          listen: { port },
          relay,
          authentication: { nameServers: [LOOPBACK], lookupMs: 50, undecided: 'accept' },
        },
      }),
      testEnvironment({ host }),
    );
    gateway.start();
    for (const [id, name] of [
      [sam, 'sam'],
      [kim, 'kim'],
    ] as const) {
      const session = gateway.createSession(
        {
          ...{
            id,
            registered: true,
            suggestedName: name,
            userAddress: `${name}@example.org`,
            language: 'en',
          },
          ...{ secrets: {}, settings: { domainAddress: `${name}@mail.example.test` } },
        },
        new Recorder(),
      );
      session.connect();
      await session.ready;
      sessions.set(id, session);
    }
  });
  afterAll(async () => {
    await gateway?.close();
    await postfix?.stop();
  });

  it('F05 arrives as from its author, and he hears that it has', async () => {
    const id = await write(sam, 'kim@mail.example.test', 'Hello, Kim.', KEYS[0]);
    expect(id).toBe(`${KEYS[0]}@mail.example.test`);
    const message = await host.event(kim, 'direct-message');
    expect(message).toMatchObject({ from: 'sam@mail.example.test', text: 'Hello, Kim.', id });
    expect(message.remarks ?? []).toEqual([]);
    expect(await host.reported(id)).toMatchObject({ outcome: 'delivered' });
  });

  it('F05 F28 is an error of the very message where there is no such address', async () => {
    const id = await write(kim, 'nobody@mail.example.test', 'Is anybody there?', KEYS[1]);
    const report = await host.reported(id);
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'not-found' } });
    expect(report.error?.text).toMatchObject({
      key: 'email-failed-unknown',
      args: { address: 'nobody@mail.example.test' },
    });
    expect(
      host.events.filter(({ account, event }) => account === kim && event.type === 'direct-message'),
    ).toHaveLength(1);
  });
});
