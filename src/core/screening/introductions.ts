import { v7 as uuidv7 } from 'uuid';
import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import type { Account } from '../account/account.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import { steadyNow } from '../steady-clock.js';
import type { WaitingMessages } from './waiting-messages.js';

/** Unknown people who are named one by one; beyond them the user is told at times that there are more. */
const NAMED = 5;
/** How often he is told that, in milliseconds. */
const MORE_EVERY_MS = 3_600_000;
/** UTF-16 units of a name as it is shown. */
const NAME_LENGTH = 100;

/** Asks users whether unknown people may write to them: once for each, without his words, which may be why he writes. */
export class Introductions {
  /** When a user was last told that there are more. */
  readonly #toldMore = new WeakMap<Account, number>();

  constructor(
    private readonly context: DomainContext,
    private readonly waiting: WaitingMessages,
    private readonly delivery: Pick<DurableDelivery, 'deliver'>,
  ) {}

  /** To be called before a message of his is set aside. */
  async ask(account: Account, contact: ContactId, nick: string): Promise<void> {
    const address = findJid(this.context, { kind: 'contact', id: contact }) ?? this.context.options.domain;
    if (this.waiting.count(account, address) > 0) return;
    const text = this.#question(account, address, nick);
    if (!text) return;
    const id = uuidv7();
    const body = this.context.translator.say(text, account.language);
    await this.delivery.deliver(account, id, [
      `<message from='${xmlAttr(this.context.options.domain)}' to='${xmlAttr(account.owner)}' type='chat' id='${id}'>` +
        `<body>${xmlText(body)}</body></message>`,
    ]);
  }

  #question(account: Account, address: string, nick: string): Text | undefined {
    if (this.waiting.senders(account).length < NAMED) {
      const name = nick.replace(/\s+/g, ' ').slice(0, NAME_LENGTH);
      return { key: 'unknown-asks', args: { name, address } };
    }
    const now = steadyNow();
    if (now - (this.#toldMore.get(account) ?? Number.NEGATIVE_INFINITY) < MORE_EVERY_MS) return undefined;
    this.#toldMore.set(account, now);
    return { key: 'unknown-more' };
  }
}
