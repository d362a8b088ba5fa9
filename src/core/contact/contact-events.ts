import { v7 as uuidv7 } from 'uuid';
import type {
  DirectMessage,
  MessageEdited,
  MessageRetracted,
  MessagesDisplayed,
  PlaceNotice,
  ReactionsChanged,
  RoomInvitation,
  TypingChanged,
} from '../../gateway/event.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import { parseJid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import type { Account } from '../account/account.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import type { DomainContext } from '../domain.js';
import type { PersonChanges } from '../message/person-changes.js';
import type { PersonMessages } from '../message/person-messages.js';
import { renderMessage } from '../message/render-message.js';
import type { TypingNotices } from '../message/typing-notices.js';
import type { Rooms } from '../room/rooms.js';
import { findJid } from '../service/address.js';

/** What people of the network say to a user. */
export class ContactEvents {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly delivery: DurableDelivery,
    private readonly messages: PersonMessages,
    private readonly changes: PersonChanges,
    private readonly notices: TypingNotices,
  ) {}

  message(account: Account, event: DirectMessage): Promise<void> | undefined {
    return this.messages.message(account, event);
  }

  edited(account: Account, event: MessageEdited): Promise<void> | undefined {
    return this.changes.edited(account, event);
  }

  retracted(account: Account, event: MessageRetracted): Promise<void> | undefined {
    return this.changes.retracted(account, event);
  }

  reactions(account: Account, event: ReactionsChanged): Promise<void> | undefined {
    return this.changes.reactions(account, event);
  }

  displayed(account: Account, event: MessagesDisplayed): Promise<void> | undefined {
    return this.changes.displayed(account, event);
  }

  typing(account: Account, event: TypingChanged): void {
    this.notices.changed(account, event);
  }

  /** XEP-0249, with words for clients that do not know it. */
  invitation(account: Account, event: RoomInvitation): Promise<void> | undefined {
    const id = uuidv7();
    const room = this.rooms.jidOf(event.room);
    if (!isJid(room)) return undefined; // Nobody could follow it.
    const from = findJid(this.context, { kind: 'contact', id: event.from }) ?? this.context.options.domain;
    const text = this.context.translator.say(
      { key: 'invitation', args: { nick: event.nick, room } },
      account.language,
    );
    const reason = event.reason === undefined ? '' : ` reason='${xmlAttr(event.reason)}'`;
    return this.delivery.deliver(account, id, [
      `<message from='${xmlAttr(from)}' to='${xmlAttr(account.owner)}' id='${id}'><body>${xmlText(text)}</body>` +
        `<x xmlns='${NS.CONFERENCE}' jid='${xmlAttr(room)}'${reason}/></message>`,
    ]);
  }

  /** A word of a server of the network; not worth keeping over a crash. */
  placeNotice(account: Account, event: PlaceNotice): void {
    const from = findJid(this.context, { kind: 'place', id: event.place }) ?? this.context.options.domain;
    this.context.sink.send(
      renderMessage({ from, to: account.owner, id: uuidv7() }, { text: event.text, styled: false }),
    );
  }
}

function isJid(text: string): boolean {
  try {
    parseJid(text);
    return true;
  } catch {
    return false;
  }
}
