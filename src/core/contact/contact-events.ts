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
import type { ContactId } from '../../gateway/ids.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import { parseJid } from '../../xmpp/jid.js';
import { escapeLocal } from '../../xmpp/jid-escaping.js';
import { NS } from '../../xmpp/namespace.js';
import type { Account } from '../account/account.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import type { DomainContext } from '../domain.js';
import { bodyOf } from '../message/body.js';
import type { Rooms } from '../room/rooms.js';

/** What people of the network say to a user, made into stanzas that survive until the server has read them. */
export class ContactEvents {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly delivery: DurableDelivery,
  ) {}

  message(account: Account, event: DirectMessage): Promise<void> {
    const id = uuidv7();
    const body = bodyOf(event);
    const delay =
      event.time === undefined
        ? ''
        : `<delay xmlns='${NS.DELAY}' from='${xmlAttr(this.context.options.domain)}' stamp='${new Date(event.time).toISOString()}'/>`;
    const content = `<body>${xmlText(body)}</body>${delay}`;
    const route = account.privateRoutes?.get(event.from);
    const occupancy = route && account.rooms.get(route.room);
    if (route && occupancy && occupancy.seats.length > 0 && occupancy.room.byResource(route.nick)) {
      // XEP-0045 §7.5: the answer comes the way the question went, to every client in the room.
      const fromAttr = xmlAttr(`${occupancy.room.jid}/${route.nick}`);
      const stanzas = occupancy.seats.map(
        (seat) =>
          `<message from='${fromAttr}' to='${seat.toAttr}' type='chat' id='${id}'>${content}<x xmlns='${NS.MUC_USER}'/></message>`,
      );
      return this.delivery.deliver(account, id, stanzas);
    }
    const from = this.#jid(event.from);
    if (from === undefined) {
      const words = `<body>${xmlText(`<${event.nick}> ${body}`)}</body>${delay}`;
      return this.delivery.deliver(account, id, [
        `<message from='${xmlAttr(this.context.options.domain)}' to='${xmlAttr(account.owner)}' type='chat' id='${id}'>${words}</message>`,
      ]);
    }
    const nick = `<nick xmlns='${NS.NICK}'>${xmlText(event.nick)}</nick>`;
    return this.delivery.deliver(account, id, [
      `<message from='${xmlAttr(from)}' to='${xmlAttr(account.owner)}' type='chat' id='${id}'>${content}${nick}</message>`,
    ]);
  }

  edited(_account: Account, _event: MessageEdited): Promise<void> | undefined {
    return undefined;
  }

  retracted(_account: Account, _event: MessageRetracted): Promise<void> | undefined {
    return undefined;
  }

  reactions(_account: Account, _event: ReactionsChanged): Promise<void> | undefined {
    return undefined;
  }

  displayed(_account: Account, _event: MessagesDisplayed): Promise<void> | undefined {
    return undefined;
  }

  typing(_account: Account, _event: TypingChanged): void {}

  /** XEP-0249, with words for clients that do not know it. */
  invitation(account: Account, event: RoomInvitation): Promise<void> | undefined {
    const id = uuidv7();
    const room = this.rooms.jidOf(event.room);
    if (!isJid(room)) return undefined; // Nobody could follow it.
    const from = this.#jid(event.from) ?? this.context.options.domain;
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
    const local = escapeLocal(this.context.gateway.addresses.format({ kind: 'place', id: event.place }));
    const from = local === '' ? this.context.options.domain : `${local}@${this.context.options.domain}`;
    this.context.sink.send(
      `<message from='${xmlAttr(from)}' to='${xmlAttr(account.owner)}' type='chat' id='${uuidv7()}'><body>${xmlText(event.text)}</body></message>`,
    );
  }

  /**
   * Bare JID of a person; undefined where the network's name makes none (too long, nothing but what preparation
   * forbids): a server ends the whole stream over a malformed `from` (S07).
   */
  #jid(id: ContactId): string | undefined {
    const local = escapeLocal(this.context.gateway.addresses.format({ kind: 'contact', id }));
    const jid = `${local}@${this.context.options.domain}`;
    return isJid(jid) ? jid : undefined;
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
