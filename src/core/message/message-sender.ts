import { v7 as uuidv7 } from 'uuid';
import { GatewayError } from '../../gateway/error.js';
import type { OutboundMessage } from '../../gateway/message.js';
import type { Acceptance } from '../../gateway/session.js';
import type { Text } from '../../gateway/text.js';
import type { MessageRecord } from '../../store/message-store.js';
import type { Account } from '../account/account.js';
import type { Outbox } from '../delivery/outbox.js';
import { keyOf } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import type { LinkedFile, OpenedFiles } from '../media/media.js';
import { idsOf, type Letter, toOutbound } from './letter.js';
import { type MessageIds, referenceTo } from './message-ids.js';
import { withoutQuotation } from './read-message.js';
import { renderMessage } from './render-message.js';

/** Hands the words of users to the network: through the outbox where it stores, else at once. */
export class MessageSender {
  constructor(
    private readonly context: DomainContext,
    private readonly outbox: Outbox,
    private readonly ids: MessageIds,
  ) {}

  /**
   * Resolves when the network, or the outbox, has taken the message. `known`: ids that it has been called by before.
   * Throws or rejects with GatewayError.
   */
  say(
    letter: Letter,
    more: Partial<OutboundMessage> = {},
    known: readonly string[] = [],
  ): Promise<void> | undefined {
    const { account, peer, message, session } = letter;
    if (peer.kind === 'contact') account.privateRoutes?.delete(peer.id);
    if (message.reply && session.replies) return this.#answer(letter, message.reply.id, more, known);
    return this.#send(letter, { ...toOutbound(message), ...more }, known);
  }

  /** A reply; with the quotation in the text where the network does not know what is answered (F21). */
  async #answer(
    letter: Letter,
    id: string,
    more: Partial<OutboundMessage>,
    known: readonly string[],
  ): Promise<void> {
    const { account, peer, message } = letter;
    const record = await this.ids.named(account, peer, id);
    const replyTo = record && referenceTo(record);
    const { quote, ...words } = withoutQuotation(message);
    const outbound = replyTo
      ? {
          ...toOutbound({ ...message, ...words }),
          replyTo: { ...replyTo, ...(quote !== undefined && { quote }) },
        }
      : toOutbound(message);
    await this.#send(letter, { ...outbound, ...more }, known);
  }

  /** Other words for a message that waits in the outbox; false when it waits no more. Rejects with the store's error. */
  revise(letter: Letter, id: string): Promise<boolean> {
    const { files, words } = withFiles(letter, toOutbound(letter.message));
    return this.outbox.replace(letter.account, id, { message: words, files, xmppIds: idsOf(letter) });
  }

  #send(letter: Letter, outbound: OutboundMessage, known: readonly string[]): Promise<void> {
    const xmppIds = [...new Set([...idsOf(letter), ...known])];
    const { files, words } = withFiles(letter, outbound);
    if (this.context.gateway.messaging === 'stored') return this.#submit(letter, words, files, xmppIds);
    const accepted =
      files.length > 0 ? this.#sendFiles(letter, words, outbound, files) : this.#sendWords(letter, outbound);
    return accepted.then((acceptance) => this.#accepted(letter, xmppIds, acceptance));
  }

  #submit(
    { account, peer, from, message, session, place }: Letter,
    words: OutboundMessage,
    files: readonly LinkedFile[],
    xmppIds: readonly string[],
  ): Promise<void> {
    const refusal = peer.kind === 'contact' ? session.refusal?.(peer.id) : undefined;
    if (refusal) throw refusal;
    const outgoing = { peer, author: from.full, message: words, files };
    if (!place)
      return this.outbox.submit(account, {
        ...outgoing,
        id: uuidv7(),
        xmppIds: xmppIds.length > 0 ? xmppIds : [''],
        receipt: message.wantsReceipt,
      });
    // Nobody gets receipts in a room (XEP-0184 §5.3); there the room's id names the message as well (XEP-0461 §4.1).
    return place.take((placed) =>
      this.outbox.submit(account, {
        ...outgoing,
        ...placed,
        xmppIds: [...new Set([...xmppIds, placed.id])],
        receipt: false,
      }),
    );
  }

  #sendWords({ session, peer }: Letter, outbound: OutboundMessage): Promise<Acceptance | undefined> {
    return session.send(peer, outbound).accepted;
  }

  /** With its files, or with their links where they cannot be fetched. */
  async #sendFiles(
    letter: Letter,
    words: OutboundMessage,
    withLinks: OutboundMessage,
    files: readonly LinkedFile[],
  ): Promise<Acceptance | undefined> {
    const opened = await this.#open(letter, files);
    if (!opened) return this.#sendWords(letter, withLinks);
    try {
      return await this.#sendWords(letter, { ...words, attachments: opened.attachments });
    } finally {
      await opened.close();
    }
  }

  async #open({ account, session }: Letter, files: readonly LinkedFile[]): Promise<OpenedFiles | undefined> {
    try {
      return await this.context.media.openFiles(account, files, session.media);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return undefined;
    }
  }

  /** A network that delivers at once has the message: its ids are kept for what may name it later. */
  async #accepted(
    { account, peer, from, message }: Letter,
    xmppIds: readonly string[],
    acceptance: Acceptance | undefined,
  ): Promise<void> {
    if (!acceptance) return;
    if (acceptance.note) this.#tell(account, acceptance.note);
    if (acceptance.ids.length === 0) return;
    const now = Date.now();
    const record: MessageRecord = {
      id: uuidv7(),
      account: account.record.id,
      domain: this.context.options.domain,
      ...keyOf(peer),
      direction: 'out',
      xmppIds,
      networkIds: [],
      author: from.full,
      receipt: message.wantsReceipt,
      state: 'sent',
      detail: '',
      createdAt: now,
      changedAt: now,
    };
    const { messages } = this.context.store;
    try {
      await messages.accept(record, []);
      const early = await messages.change(record.id, { addNetworkIds: acceptance.ids, changedAt: now });
      await this.outbox.claim(early);
    } catch (error) {
      // It is on its way; that it cannot be named later is no reason to tell the user that it failed.
      this.context.log.warn({ err: error }, 'the ids of a message could not be kept');
    }
  }

  /** What could not be carried over, in a word of the gateway itself. */
  #tell(account: Account, note: Text): void {
    const { options, sink, translator } = this.context;
    const words = translator.say(note, account.language);
    const envelope = { from: options.domain, to: account.owner, id: uuidv7() };
    sink.send(renderMessage(envelope, { text: words, styled: false }));
  }
}

/** The files that go along, and the text without their links. */
function withFiles(letter: Letter, outbound: OutboundMessage) {
  const files = carriedFiles(letter);
  const words = files.length > 0 && letter.message.textIsFiles ? { ...outbound, text: '' } : outbound;
  return { files, words };
}

/** The files that the network takes as such, as far as is said of them; of the others the links are text. */
function carriedFiles({ session, message }: Letter): readonly LinkedFile[] {
  const { media } = session;
  if (!media) return [];
  const fits = ({ mediaType, size }: LinkedFile) =>
    (mediaType === undefined || media.accepts(mediaType)) && (size === undefined || size <= media.maxBytes);
  // All or none: words that name a link would lose their sense.
  return message.files.every(fits) ? message.files : [];
}
