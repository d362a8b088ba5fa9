import { text } from 'node:stream/consumers';
import type { Envelope } from '../../../gateways/email/mail/draft.js';
import type { MailOrigin } from '../../../gateways/email/mail/origin.js';
import type { RawMail } from '../../../gateways/email/mail/raw-mail.js';
import { Spool } from '../../../gateways/email/mail/spool.js';
import type { MailSender } from '../../../gateways/email/outbound/sender.js';
import { AddressBook } from '../../../gateways/email/server/addresses.js';
import { MailDomain } from '../../../gateways/email/server/mail-domain.js';
import type { Lookup } from '../../../gateways/email/server/name-lookups.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { freePort } from '../../servers/process.js';
import { MemoryState, testEnvironment } from '../gateway-environment.js';
import { testDomain } from './domain-options.js';
import { SmtpTalk } from './smtp-talk.js';

/** Accounts with an address of mail.example.test. */
export const sam = 1 as AccountId;
export const kim = 2 as AccountId;
/** Bytes of the largest mail. */
export const MAX_BYTES = 100_000;

/** A mail that was given to an account. */
export interface Received {
  readonly origin: MailOrigin;
  readonly mail: string;
}

/** Name servers that know these records, by `TYPE name`; all else does not exist. */
export function recordsOf(records: Readonly<Record<string, readonly string[]>>): Lookup {
  return async (name, type) => {
    const found = records[`${type} ${name}`];
    if (!found) throw Object.assign(new Error(`no ${type} of ${name}`), { code: 'ENOTFOUND' });
    return type === 'TXT' ? found.map((record) => [record]) : [...found];
  };
}

/** A mail domain that listens on a loopback port, and what came of what it was sent. */
export class DomainStage {
  readonly received: Received[] = [];
  readonly relayed: { readonly envelope: Envelope; readonly mail: string }[] = [];
  /** What receiving does besides; may reject. */
  receive: (mail: RawMail, origin: MailOrigin) => Promise<void> = async () => undefined;
  readonly #talks: SmtpTalk[] = [];
  #told = (): void => undefined;

  private constructor(
    readonly domain: MailDomain,
    readonly port: number,
    readonly state: MemoryState,
    readonly spool: Spool,
  ) {}

  static async start(
    options: Readonly<Record<string, unknown>> = {},
    lookup: Lookup = recordsOf({}),
  ): Promise<DomainStage> {
    const listen = { port: await freePort(), ...(options.listen as object | undefined) };
    const { port } = listen;
    const state = new MemoryState();
    const environment = testEnvironment({ state });
    const memoryBytes = 10_000;
    const spool = new Spool(`${environment.temporaryFolder}-spool-${port}`, {
      ...{ maxBytes: MAX_BYTES, totalBytes: 10 * MAX_BYTES, memoryBytes },
    });
    let stage: DomainStage | undefined;
    const relay: MailSender = {
      async send(envelope, mail) {
        stage?.relayed.push({ envelope, mail: await text(mail.open()) });
        return { refused: [], reports: false };
      },
      async close() {},
    };
    const checked = testDomain({ ...options, listen });
    const domain = new MailDomain({
      ...{
        options: checked,
        addresses: new AddressBook(checked, state, Date.now),
        maxBytes: MAX_BYTES,
        environment,
        spool,
        relay,
        lookup,
      },
      receive: async (mail, origin) => {
        await stage?.receive(mail, origin);
        stage?.note({ origin, mail: await text(mail.open()) });
        return 'delivered';
      },
      now: Date.now,
    });
    stage = new DomainStage(domain, port, state, spool);
    await domain.addresses.claim('sam@mail.example.test', { id: sam, userAddress: 'sam@example.org' });
    await domain.addresses.claim('kim@mail.example.test', { id: kim, userAddress: 'kim@example.org' });
    domain.start();
    await domain.opened;
    return stage;
  }

  note(received: Received): void {
    this.received.push(received);
    this.#told();
  }

  /** The first mail that fits, now or later. */
  async mail(pattern: RegExp): Promise<Received> {
    for (;;) {
      const found = this.received.find(({ mail }) => pattern.test(mail));
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  /** A connection that has greeted, and has spoken for a client where one is given. */
  async talk(client?: { readonly address: string; readonly helo?: string }): Promise<SmtpTalk> {
    const talk = await SmtpTalk.open(this.port);
    this.#talks.push(talk);
    await talk.say('EHLO relay.example.test');
    if (client)
      await talk.say(`XFORWARD ADDR=${client.address} HELO=${client.helo ?? 'client.example.test'}`);
    return talk;
  }

  async stop(): Promise<void> {
    for (const talk of this.#talks) talk.close();
    await this.domain.stop();
  }
}
