import { v7 as uuidv7 } from 'uuid';
import type { DirectMessage } from '../../gateway/event.js';
import type { ContactId, NetworkMessageId } from '../../gateway/ids.js';
import type { MessageRecord } from '../../store/message-store.js';
import { NS } from '../../xmpp/namespace.js';
import type { Account } from '../account/account.js';
import type { ContactBooks } from '../contact/contact-book.js';
import type { StanzaKeeper } from '../delivery/incoming.js';
import { person } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { ConversationOrder } from './conversation-order.js';
import type { Around, IncomingContent } from './incoming-content.js';
import { type MessageIds, partId } from './message-ids.js';
import type { OwnSpeech } from './own-speech.js';
import { type MessageContent, renderContent, renderMessage, renderStanza } from './render-message.js';
import type { TypingNotices } from './typing-notices.js';

const NOTHING: Around = { files: [] };

/** What people write to users, and users themselves elsewhere, made into stanzas that survive until they are read. */
export class PersonMessages {
  constructor(
    private readonly context: DomainContext,
    private readonly order: ConversationOrder,
    private readonly delivery: StanzaKeeper,
    private readonly books: ContactBooks,
    private readonly ids: MessageIds,
    private readonly own: OwnSpeech,
    private readonly content: IncomingContent,
    private readonly typing: TypingNotices,
  ) {}

  /** Resolves when the message is safe, or known already (F08). */
  message(account: Account, event: DirectMessage): Promise<void> | undefined {
    this.typing.spoke(account, event.from);
    const conversation = `${account.record.id} ${event.from}`;
    const { replyTo, attachments = [], time } = event;
    const delay = time === undefined ? {} : { delay: { from: this.context.options.domain, time } };
    if (!replyTo && attachments.length === 0)
      return this.order.flow(conversation, () => this.#show(account, event, { ...NOTHING, ...delay }));
    return this.order.alone(conversation, async () => {
      const answered = replyTo && (await this.ids.reported(account, person(event.from), replyTo.id));
      // Files are not fetched for a message that is there already.
      if (attachments.length > 0 && (await this.#known(account, event))) return;
      const files = await this.content.publish(account, attachments);
      const reply = replyTo && { reply: this.#reply(account, event.from, replyTo.quote, answered) };
      await this.#show(account, event, { files, ...delay, ...reply });
    });
  }

  async #known(account: Account, { id }: DirectMessage): Promise<boolean> {
    return id !== undefined && (await this.ids.knows(account, id));
  }

  /** Words in place of something that clients could not place, such as an edit of what is no longer known. */
  async words(
    account: Account,
    contact: ContactId,
    content: MessageContent,
    networkId?: NetworkMessageId,
  ): Promise<void> {
    const id = uuidv7();
    const from = findJid(this.context, { kind: 'contact', id: contact }) ?? this.context.options.domain;
    const stanza = renderMessage({ from, to: account.owner, id }, content);
    await this.#accept(account, contact, id, networkId, 'in', [stanza]);
  }

  #show(account: Account, event: DirectMessage, around: Around): Promise<void> {
    const id = uuidv7();
    const stanzas = event.own
      ? this.#ownStanzas(account, event, id, around)
      : this.#stanzas(account, event, id, around);
    return this.#accept(account, event.from, id, event.id, event.own ? 'own' : 'in', stanzas);
  }

  async #accept(
    account: Account,
    contact: ContactId,
    id: string,
    networkId: NetworkMessageId | undefined,
    direction: 'in' | 'own',
    stanzas: readonly string[],
  ): Promise<void> {
    if (networkId === undefined) return this.delivery.deliver(account, id, stanzas);
    const xmppIds = stanzas.map((_, part) => partId(id, part));
    await this.delivery.accept(
      account,
      { id, peer: person(contact), networkIds: [networkId], direction, xmppIds },
      stanzas,
    );
  }

  #stanzas(account: Account, event: DirectMessage, id: string, around: Around): readonly string[] {
    const route = account.privateRoutes?.get(event.from);
    const occupancy = route && account.rooms.get(route.room);
    if (route && occupancy && occupancy.seats.length > 0 && occupancy.room.byResource(route.nick)) {
      // XEP-0045 §7.5: the answer comes the way the question went, to every client in the room.
      const from = `${occupancy.room.jid}/${route.nick}`;
      const { quote } = around.reply ?? {};
      const reply = quote === undefined ? {} : { quote };
      return this.content.parts(account, event, { ...around, reply }).flatMap((content, part) => {
        const inside = `${renderContent(content)}<x xmlns='${NS.MUC_USER}'/>`;
        return occupancy.seats.map((seat) =>
          renderStanza({ from, to: seat.full, id: partId(id, part) }, inside),
        );
      });
    }
    const contents = this.content.parts(account, event, around);
    const from = findJid(this.context, { kind: 'contact', id: event.from });
    return contents.map((content, part) => {
      const envelope = { from: from ?? this.context.options.domain, to: account.owner, id: partId(id, part) };
      if (from !== undefined)
        return renderMessage(envelope, { ...content, ...this.#knowing(account, event) });
      // A server ends the whole stream over a malformed `from` (S07).
      return renderMessage(envelope, { ...content, text: `<${event.nick}> ${content.text}` });
    });
  }

  #ownStanzas(account: Account, event: DirectMessage, id: string, around: Around): readonly string[] {
    return this.content
      .parts(account, event, around)
      .map((content, part) => this.own.words(account, event.from, partId(id, part), content));
  }

  #reply(
    account: Account,
    contact: ContactId,
    quote: string | undefined,
    answered: MessageRecord | undefined,
  ): Pick<MessageContent, 'quote' | 'reply'> {
    const [id] = answered?.xmppIds ?? [];
    const theirs = answered?.direction === 'in';
    const to = theirs ? findJid(this.context, { kind: 'contact', id: contact }) : account.owner;
    return {
      ...(quote !== undefined && { quote }),
      ...(id && to !== undefined && { reply: { to, id } }),
    };
  }

  /** What depends on the network and on whether the user knows the person (E13). */
  #knowing(account: Account, event: DirectMessage): Partial<MessageContent> {
    const known = this.books.loaded(account)?.get(event.from)?.to ?? false;
    const { session } = account;
    return {
      ...(!known && { nick: event.nick }),
      ...(event.id !== undefined && session?.receipts?.markDisplayed && { markable: true }),
      ...(session?.typing && !event.automatic && { active: true }),
    };
  }
}
