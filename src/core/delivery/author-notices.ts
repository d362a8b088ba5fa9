import { GatewayError } from '../../gateway/error.js';
import type { Text } from '../../gateway/text.js';
import type { MessageRecord, MessageState } from '../../store/message-store.js';
import { el } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { toStanzaError } from '../message/error-mapper.js';
import { findJid } from '../service/address.js';
import type { DurableDelivery } from './durable-delivery.js';
import { sayMoment } from './moment.js';
import { type Peer, peerOf } from './peer.js';

/** How a message of the user ends without having arrived. */
export type BadEnd = Extract<MessageState, 'failed' | 'unknown' | 'expired' | 'cancelled'>;

/** The part of the gateway's presence that says a sentence to a user. */
export interface NoticeSpeaker {
  notice(account: Account, text: Text): void;
}

/** Tells the author what became of his message, in the conversation that it belongs to. */
export class AuthorNotices {
  constructor(
    private readonly context: DomainContext,
    private readonly delivery: DurableDelivery,
    private readonly speaker: NoticeSpeaker,
  ) {}

  /**
   * The error for the original id, from the contact or the room, to the client that wrote it (F05). A server drops errors to a
   * client that has gone, so when that is known the user is also told in a message.
   */
  async ended(account: Account, record: MessageRecord, state: BadEnd, error: unknown): Promise<void> {
    const { language } = account;
    const { translator, options } = this.context;
    const { condition, type, text: reason } = toStanzaError(error, translator, language);
    const args = {
      time: sayMoment(record.createdAt),
      contact: this.name(peerOf(record)),
      reason: reason ?? '',
    };
    const text = translator.say(endText(state, args), language).trim();
    const [id = ''] = record.xmppIds;
    const from = findJid(this.context, peerOf(record));
    const stanza = el(
      'message',
      NS.COMPONENT,
      {
        type: 'error',
        ...(id !== '' && { id }),
        from: from ?? options.domain,
        to: record.author,
      },
      new StanzaError(condition, { type, text, lang: language }).toElement(),
    );
    await this.delivery.deliver(account, `${record.id}.end`, [stanza.toString(NS.COMPONENT)]);
    if (state !== 'cancelled' && account.registered && !account.resources.has(record.author))
      this.speaker.notice(account, { key: 'plain', args: { text } });
  }

  /** The network has confirmed that it arrived (XEP-0184 §5.4; F12). */
  async delivered(account: Account, record: MessageRecord): Promise<void> {
    const [id = ''] = record.xmppIds;
    const from = findJid(this.context, peerOf(record));
    if (!record.receipt || id === '' || from === undefined) return;
    const ack = `${record.id}.received`;
    await this.delivery.deliver(account, ack, [
      `<message from='${xmlAttr(from)}' to='${xmlAttr(record.author)}' type='chat' id='${ack}'>` +
        `<received xmlns='${NS.RECEIPTS}' id='${xmlAttr(id)}'/><store xmlns='${NS.HINTS}'/></message>`,
    ]);
  }

  /** Said once per conversation and outage. */
  waits(account: Account, peer: Peer, message: { time: number; until: number }, error: unknown): void {
    const { translator } = this.context;
    const args = {
      time: sayMoment(message.time),
      contact: this.name(peer),
      until: sayMoment(message.until),
      reason: error instanceof GatewayError ? translator.say(error.text, account.language) : '',
    };
    this.speaker.notice(account, { key: 'delivery-waits', args });
  }

  /** Said at the first of the messages that go out together. */
  gathers(account: Account, peer: Peer, pauseMs: number): void {
    const args = { contact: this.name(peer), seconds: Math.ceil(pauseMs / 1_000) };
    this.speaker.notice(account, { key: 'delivery-gathers', args });
  }

  /** What the network wants the user to know of a message that it took. */
  noted(account: Account, note: Text): void {
    this.speaker.notice(account, note);
  }

  /** A person or room as the user would write it. */
  name(peer: Peer): string {
    return this.context.gateway.addresses.format(peer);
  }
}

function endText(state: BadEnd, args: NonNullable<Text['args']>): Text {
  switch (state) {
    case 'failed':
      return { key: 'delivery-failed', args };
    case 'unknown':
      return { key: 'delivery-unknown', args };
    case 'expired':
      return { key: 'delivery-expired', args };
    case 'cancelled':
      return { key: 'delivery-cancelled', args };
    default:
      return state satisfies never;
  }
}
