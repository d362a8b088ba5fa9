import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailGateway } from '../../../gateways/email/gateway.js';
import { optionsSchema } from '../../../gateways/email/options.js';
import type { RoomMessage } from '../../../src/gateway/event.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { freePort } from '../../servers/process.js';
import { type ArchivedMail, fromMbox, LIST, listArchive, toMbox } from '../../support/email/list-archive.js';
import { SmtpTalk } from '../../support/email/smtp-talk.js';
import { RecordingHost, testEnvironment } from '../../support/gateway-environment.js';
import { Recorder } from '../../support/session-recorder.js';

const SAM = 'sam@mail.example.test';
const ROOM = `#${LIST.id}`;
const account: AccountView = {
  ...{ id: 1 as AccountId, registered: true, suggestedName: 'sam', userAddress: 'sam@example.org' },
  ...{ language: 'en', secrets: {}, settings: { domainAddress: SAM } },
};

/** Tells when there are as many messages of rooms as wanted. */
class CountingHost extends RecordingHost {
  #told = (): void => undefined;

  override async emit(...[id, event]: Parameters<RecordingHost['emit']>): Promise<void> {
    await super.emit(id, event);
    this.#told();
  }

  async roomMessages(count: number): Promise<readonly RoomMessage[]> {
    for (;;) {
      const found = this.events.flatMap(({ event }) => (event.type === 'room-message' ? [event] : []));
      if (found.length >= count) return found;
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }
}

describe('the archive of a mailing list, sent to the gateway’s domain by way of Postfix', () => {
  const archive = listArchive();
  const host = new CountingHost();
  let gateway: EmailGateway;
  let postfix: Postfix;
  let messages: ReadonlyMap<string, RoomMessage>;
  const messageOf = ({ messageId }: ArchivedMail): RoomMessage => {
    const message = messages.get(messageId);
    if (!message) throw new Error(`${messageId} has not come`);
    return message;
  };

  beforeAll(async () => {
    const port = await freePort();
    gateway = new EmailGateway(
      optionsSchema.parse({
        domain: {
          name: 'mail.example.test',
          listen: { port },
          relay: { host: '127.0.0.1', port: 25, security: 'none' },
          authentication: { check: false },
        },
      }),
      testEnvironment({ host }),
    );
    gateway.start();
    const session = gateway.createSession(account, new Recorder());
    session.connect();
    await session.ready;
    postfix = await startPostfix({
      gateway: { domain: 'mail.example.test', port },
      // In the order in which they came; what the mails themselves tell is enough otherwise, but for a few.
      config: { gateway_destination_concurrency_limit: '1', address_verify_positive_refresh_time: '1d' },
    });
    const talk = await SmtpTalk.open(postfix.port);
    await talk.say('EHLO lists.example.net');
    for (const mail of fromMbox(toMbox(archive)))
      expect(await talk.deliver(LIST.bounces, [SAM], mail.toString('latin1').replace(/\r\n$/, ''))).toMatch(
        /^250/,
      );
    talk.close();
    const all = await host.roomMessages(archive.length);
    messages = new Map(all.map((message) => [String(message.id), message]));
  });
  afterAll(async () => {
    await postfix?.stop();
    await gateway?.close();
  });

  it('F08 is in the one room of the list, each mail once', () => {
    expect(archive).toHaveLength(300);
    expect(host.events.filter(({ event }) => event.type === 'direct-message')).toEqual([]);
    expect(messages.size).toBe(archive.length);
    for (const mail of archive) {
      expect(messageOf(mail).room).toBe(ROOM);
      expect(messageOf(mail).roomName).toBe(LIST.name);
    }
  });

  it('F27 is in the threads that its writers meant', () => {
    const threads = new Map<string, string>();
    for (const mail of archive) {
      const thread = messageOf(mail).thread ?? '';
      expect(threads.get(mail.root) ?? thread).toBe(thread);
      threads.set(mail.root, thread);
    }
    expect(new Set(threads.values()).size).toBe(threads.size);
    expect(threads.size).toBeGreaterThan(20);
  });

  it('names who wrote each mail, also where the list has put its own address before it', () => {
    for (const mail of archive) {
      const { contact, nick } = messageOf(mail);
      expect([mail.messageId, contact, nick]).toEqual([
        mail.messageId,
        mail.author.address,
        mail.author.name,
      ]);
    }
    expect(archive.filter(({ author }) => author.address === 'zoe@pont.example').length).toBeGreaterThan(10);
  });

  it('says what they wrote, in whatever charset, and neither signatures nor what they quoted below it', () => {
    for (const mail of archive) {
      const { text } = messageOf(mail);
      expect(text).toContain(mail.words);
      expect(text).not.toMatch(/^-- $/m);
      if (mail.quotesBelow) expect(text).not.toMatch(/wrote:|^>/m);
    }
  });
});
