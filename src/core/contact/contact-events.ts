import { v7 as uuidv7 } from 'uuid';
import type {
  ContactBlocked,
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
import { NS } from '../../xmpp/namespace.js';
import type { Account } from '../account/account.js';
import type { StanzaKeeper } from '../delivery/incoming.js';
import { peerOf } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import type { PersonChanges } from '../message/person-changes.js';
import type { PersonMessages } from '../message/person-messages.js';
import { renderMessage } from '../message/render-message.js';
import type { TypingNotices } from '../message/typing-notices.js';
import type { PersonalRoomEvents } from '../room/personal-room-events.js';
import type { Rooms } from '../room/rooms.js';
import type { ContactScreening } from '../screening/contact-screening.js';
import type { Verdict } from '../screening/screening.js';
import { findJid } from '../service/address.js';

/** The ways that what people say may take. */
export interface Talks {
  /** To the user. */
  readonly shown: { readonly messages: PersonMessages; readonly changes: PersonChanges };
  /** Set aside until he wants it. */
  readonly kept: { readonly messages: PersonMessages; readonly changes: PersonChanges };
}

type Settled = Promise<void> | undefined;

/** What people of the network say to a user who may not want to hear it (src/core/screening). */
export class ContactEvents {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly keepers: { readonly shown: StanzaKeeper; readonly kept: StanzaKeeper },
    private readonly talks: Talks,
    private readonly notices: TypingNotices,
    private readonly people: Pick<ContactScreening, 'screening' | 'introductions' | 'control'>,
    private readonly personalRooms: Pick<PersonalRoomEvents, 'handle'>,
  ) {}

  message(account: Account, event: DirectMessage): Settled {
    const { from } = event;
    if (event.own) {
      this.people.screening.wrote(account, from);
      return this.talks.shown.messages.message(account, event);
    }
    return this.#screened(
      account,
      from,
      () => this.talks.shown.messages.message(account, event),
      async () => {
        if (this.people.screening.isUnknown(account, from))
          await this.people.introductions.ask(account, from, event.nick);
        await this.talks.kept.messages.message(account, { ...event, time: event.time ?? Date.now() });
      },
    );
  }

  edited(account: Account, event: MessageEdited): Settled {
    return this.#changed(account, event, ({ changes }) => changes.edited(account, event));
  }

  retracted(account: Account, event: MessageRetracted): Settled {
    const { contact } = event;
    if (contact === undefined) return this.#findRetracted(account, event);
    const known = { ...event, contact };
    return this.#changed(account, known, ({ changes }) => changes.retracted(account, known));
  }

  /** What the user has decided on the network counts here too. */
  blocked(account: Account, { contact, blocked }: ContactBlocked): Settled {
    return account.registered ? this.people.control.blockedElsewhere(account, contact, blocked) : undefined;
  }

  reactions(account: Account, event: ReactionsChanged): Settled {
    return this.#changed(account, event, ({ changes }) => changes.reactions(account, event));
  }

  /** Says nothing that anybody would be notified of; only who is blocked is not heard. */
  displayed(account: Account, event: MessagesDisplayed): Settled {
    if (!event.own && this.people.screening.blocks(account, event.contact)) return undefined;
    return this.talks.shown.changes.displayed(account, event);
  }

  typing(account: Account, event: TypingChanged): void {
    const verdict = this.people.screening.screen(account, event.contact);
    if (verdict === 'show') this.notices.changed(account, event);
    else if (verdict instanceof Promise) verdict.catch(() => undefined);
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
    const stanza =
      `<message from='${xmlAttr(from)}' to='${xmlAttr(account.owner)}' id='${id}'><body>${xmlText(text)}</body>` +
      `<x xmlns='${NS.CONFERENCE}' jid='${xmlAttr(room)}'${reason}/></message>`;
    return this.#screened(
      account,
      event.from,
      () => this.keepers.shown.deliver(account, id, [stanza]),
      async () => {
        if (this.people.screening.isUnknown(account, event.from))
          await this.people.introductions.ask(account, event.from, event.nick);
        await this.keepers.kept.deliver(account, id, [stanza]);
      },
    );
  }

  /** A word of a server of the network; not worth keeping over a crash. */
  placeNotice(account: Account, event: PlaceNotice): void {
    const from = findJid(this.context, { kind: 'place', id: event.place }) ?? this.context.options.domain;
    this.context.sink.send(
      renderMessage({ from, to: account.owner, id: uuidv7() }, { text: event.text, styled: false }),
    );
  }

  async #findRetracted(account: Account, event: MessageRetracted): Promise<void> {
    const { messages } = this.context.store;
    const record = await messages.byNetworkId(account.record.id, event.message.id);
    const peer = record && peerOf(record);
    if (peer?.kind === 'contact') await this.retracted(account, { ...event, contact: peer.id });
    else if (peer) {
      const { message } = event;
      await this.personalRooms.handle(account, { type: 'room-message-retracted', room: peer.id, message });
    }
  }

  #changed(
    account: Account,
    event: { readonly contact: ContactId; readonly own?: boolean },
    change: (talk: Talks['shown']) => Settled,
  ): Settled {
    if (event.own) return change(this.talks.shown);
    return this.#screened(
      account,
      event.contact,
      () => change(this.talks.shown),
      () => change(this.talks.kept),
    );
  }

  #screened(account: Account, contact: ContactId, show: () => Settled, hold: () => Settled): Settled {
    const verdict = this.people.screening.screen(account, contact);
    if (verdict instanceof Promise) return verdict.then((later) => this.#follow(later, show, hold));
    return this.#follow(verdict, show, hold);
  }

  #follow(verdict: Verdict, show: () => Settled, hold: () => Settled): Settled {
    switch (verdict) {
      case 'show':
        return show();
      case 'hold':
        return this.#held(hold());
      case 'drop':
        return undefined;
      default:
        return verdict satisfies never;
    }
  }

  /** Networks that say everything once cannot be told that it was not kept. */
  #held(holding: Settled): Settled {
    if (this.context.gateway.messaging === 'stored') return holding;
    return holding?.catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'what somebody said could not be kept for later');
    });
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
