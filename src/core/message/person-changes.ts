import { v7 as uuidv7 } from 'uuid';
import type {
  MessageEdited,
  MessageRetracted,
  MessagesDisplayed,
  ReactionsChanged,
} from '../../gateway/event.js';
import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { MessageRecord } from '../../store/message-store.js';
import { tidyReactions } from '../../xmpp/xep/0444-message-reactions/reactions.js';
import type { Account } from '../account/account.js';
import type { StanzaKeeper } from '../delivery/incoming.js';
import { keyOf, person } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { findJid } from '../service/address.js';
import type { ConversationOrder } from './conversation-order.js';
import type { IncomingContent } from './incoming-content.js';
import { type MessageIds, stanzaIds } from './message-ids.js';
import type { OwnSpeech } from './own-speech.js';
import type { PersonMessages } from './person-messages.js';
import {
  displayedMarker,
  type MessageContent,
  reaction,
  renderMessage,
  renderStanza,
  retraction,
} from './render-message.js';

/** Conversations whose newest marker is remembered. */
const REMEMBERED_CONVERSATIONS = 20_000;
/** How far back a message is looked for that a marker can name. */
const MARKER_SEARCH = 50;

/** What people do to messages that are there already, and users themselves elsewhere. */
export class PersonChanges {
  /** Newest message displayed, per conversation and side; ids rise with time. */
  readonly #displayed = new BoundedMap<string, string>(REMEMBERED_CONVERSATIONS);

  constructor(
    private readonly context: DomainContext,
    private readonly order: ConversationOrder,
    private readonly delivery: StanzaKeeper,
    private readonly ids: MessageIds,
    private readonly own: OwnSpeech,
    private readonly messages: PersonMessages,
    private readonly content: IncomingContent,
  ) {}

  /** Other words (F17): under the first id, from the bare address; as a new message when nobody knows the old one. */
  edited(account: Account, event: MessageEdited): Promise<void> | undefined {
    const { contact, message, styled, time } = event;
    return this.#alone(account, contact, async () => {
      const record = await this.ids.reported(account, person(contact), message.id);
      const id = uuidv7();
      const [replaces] = record?.xmppIds ?? [];
      const plain: MessageContent = {
        text: this.content.edited(account, event),
        styled: styled ?? false,
        ...(time !== undefined && { delay: { from: this.context.options.domain, time } }),
      };
      const content = replaces ? { ...plain, replaces } : plain;
      if (isOwn(record, message.own)) {
        const text: Text = { key: 'own-edited', args: { text: plain.text } };
        // Only what was shown as a copy can be replaced by one.
        const copy = record?.direction === 'own' ? {} : { text, content: plain };
        await this.#deliver(account, id, this.own.words(account, contact, id, content, copy));
      } else if (replaces) {
        await this.#deliver(account, id, renderMessage(this.#envelope(account, contact, id), content));
      } else {
        const text = this.#say(account, { key: 'message-edited', args: { text: plain.text } });
        await this.messages.words(account, contact, { ...plain, text }, message.id);
      }
      if (record) await this.ids.change(record, { addXmppIds: [id] });
    });
  }

  /** Taken back (F18): all stanzas that the message was shown in. */
  retracted(
    account: Account,
    { contact, message }: MessageRetracted & { readonly contact: ContactId },
  ): Promise<void> | undefined {
    return this.#alone(account, contact, async () => {
      const record = await this.ids.reported(account, person(contact), message.id);
      const words = this.#say(account, { key: 'message-retracted' });
      if (!record) await this.#forgotten(account, contact, message.own, words);
      for (const shown of record ? stanzaIds(record) : []) {
        const id = uuidv7();
        const inside = retraction(shown, words);
        const stanza = isOwn(record, message.own)
          ? this.#ownRetraction(account, contact, id, inside, record?.direction === 'own', words)
          : renderStanza(this.#envelope(account, contact, id), inside);
        await this.#deliver(account, id, stanza);
      }
    });
  }

  /** A retraction of something older than what is kept of ids. */
  #forgotten(account: Account, contact: ContactId, own: boolean, words: string): Promise<void> {
    if (!own) return this.messages.words(account, contact, { text: words, styled: true });
    const id = uuidv7();
    return this.#deliver(account, id, this.#ownCopy(account, contact, id, { key: 'own-retracted' }));
  }

  /** Only what was shown as a copy can be taken back by one. */
  #ownRetraction(
    account: Account,
    contact: ContactId,
    id: string,
    inside: string,
    wasCopy: boolean,
    words: string,
  ): string {
    const native = this.own.signal(account, contact, id, inside, words);
    if (native !== undefined) return native;
    return wasCopy
      ? renderStanza(this.#envelope(account, contact, id), inside)
      : this.#ownCopy(account, contact, id, { key: 'own-retracted' });
  }

  /** All reactions of one side (F19). */
  reactions(account: Account, event: ReactionsChanged): Promise<void> | undefined {
    const { contact, message } = event;
    return this.#alone(account, contact, async () => {
      const emojis = tidyReactions(event.emojis);
      const record = await this.ids.reported(account, person(contact), message.id);
      const [target] = record?.xmppIds ?? [];
      const id = uuidv7();
      const listed = { emojis: emojis.join(' ') };
      if (event.own) {
        const native = target && this.own.signal(account, contact, id, reaction(target, emojis));
        if (native) await this.#deliver(account, id, native);
        else if (emojis.length > 0)
          await this.#deliver(
            account,
            id,
            this.#ownCopy(account, contact, id, { key: 'own-reacted', args: listed }),
          );
      } else if (target) {
        const envelope = this.#envelope(account, contact, id);
        await this.#deliver(account, id, renderStanza(envelope, reaction(target, emojis)));
      } else if (emojis.length > 0) {
        const text = this.#say(account, { key: 'message-reacted', args: listed });
        await this.messages.words(account, contact, { text, styled: true });
      }
    });
  }

  /** Read by the person, or by the user elsewhere: the newest message alone, forward only (F14). */
  displayed(account: Account, { contact, upTo, own = false }: MessagesDisplayed): Promise<void> | undefined {
    return this.#alone(account, contact, async () => {
      const record = await this.#markable(
        account,
        contact,
        await this.ids.reported(account, person(contact), upTo),
        own,
      );
      const [shown] = record?.xmppIds ?? [];
      if (!record || !shown || (!own && record.state === 'displayed')) return;
      const side = `${account.record.id} ${contact} ${own}`;
      if (record.id <= (this.#displayed.get(side) ?? '')) return;
      this.#displayed.set(side, record.id);
      const id = uuidv7();
      const inside = displayedMarker(shown);
      const stanza = own
        ? this.own.signal(account, contact, id, inside)
        : renderStanza(this.#envelope(account, contact, id), inside);
      if (stanza === undefined) return;
      await this.#deliver(account, id, stanza);
      if (!own) await this.ids.change(record, { state: 'displayed' });
    });
  }

  /** The message, or the newest one before it that the reader himself has not written. */
  async #markable(
    account: Account,
    contact: ContactId,
    record: MessageRecord | undefined,
    own: boolean,
  ): Promise<MessageRecord | undefined> {
    const fits = ({ direction }: MessageRecord) => (direction === 'in') === own;
    if (!record || fits(record)) return record;
    const recent = await this.context.store.messages.recent(
      account.record.id,
      MARKER_SEARCH,
      keyOf(person(contact)),
    );
    return recent.find((one) => one.id < record.id && fits(one) && one.networkIds.length > 0);
  }

  #alone(account: Account, contact: ContactId, task: () => Promise<void>): Promise<void> | undefined {
    return this.order.alone(`${account.record.id} ${contact}`, task);
  }

  #deliver(account: Account, id: string, stanza: string): Promise<void> {
    return this.delivery.deliver(account, id, [stanza]);
  }

  #ownCopy(account: Account, contact: ContactId, id: string, text: Text): string {
    const words = this.#say(account, text);
    return renderMessage(this.#envelope(account, contact, id), { text: words, styled: true });
  }

  #envelope(account: Account, contact: ContactId, id: string) {
    const from = findJid(this.context, { kind: 'contact', id: contact }) ?? this.context.options.domain;
    return { from, to: account.owner, id };
  }

  #say(account: Account, text: Text): string {
    return this.context.translator.say(text, account.language);
  }
}

/** Who wrote it, by what we know, else by the network's word. */
function isOwn(record: MessageRecord | undefined, said: boolean): boolean {
  return record ? record.direction !== 'in' : said;
}
