import type { InboundEvent, MemberJoined } from '../gateway/event.js';
import type { PlaceId } from '../gateway/ids.js';
import type { ConnectionState } from '../gateway/session.js';
import type { Account } from './account/account.js';
import type { HostServices } from './account/session-host.js';
import type { ContactEvents } from './contact/contact-events.js';
import type { People } from './contact/people.js';
import type { Outbox } from './delivery/outbox.js';
import type { DomainContext } from './domain.js';
import type { ConnectionTroubles } from './presence/connection-troubles.js';
import type { ServicePresence } from './presence/service-presence.js';
import type { PersonalRoomEvents } from './room/personal-room-events.js';
import type { RoomEvents } from './room/room-events.js';
import type { RoomMessages } from './room/room-messages.js';
import type { Rooms } from './room/rooms.js';

/** Takes what networks report to the part of the core that it concerns. */
export class EventDispatch implements HostServices {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly roomEvents: RoomEvents,
    private readonly roomMessages: RoomMessages,
    private readonly personal: PersonalRoomEvents,
    private readonly contacts: ContactEvents,
    private readonly people: People,
    private readonly outbox: Outbox,
    private readonly presence: Pick<ServicePresence, 'notice'>,
    private readonly troubles: ConnectionTroubles,
  ) {}

  get congested(): boolean {
    return this.context.sink.congested || !this.roomMessages.archiveAccepts;
  }

  async relieved(): Promise<void> {
    await this.context.sink.drained();
    if (!this.roomMessages.archiveAccepts) {
      await this.context.store.archive.drained();
      this.roomMessages.archiveAccepts = true;
    }
  }

  report(account: Account, state: ConnectionState, place: PlaceId | undefined): void {
    if (account.listener || account.ofRelays) {
      account.listener?.state(state, place);
      return;
    }
    this.troubles.report(account, state, place);
    if (state.state === 'connected') this.outbox.connected(account);
  }

  /** Never throws: a fault in one event must not stop the network's stream. */
  dispatch(account: Account, event: InboundEvent): Promise<void> | undefined {
    try {
      if (account.listener || account.ofRelays) return account.listener?.event(event);
      if (account.borrowers) tellBorrowers(account.borrowers, event);
      return this.#dispatch(account, this.rooms.personal.apply ? unshared(event) : event);
    } catch (error) {
      this.context.log.error(
        { err: error, event: event.type },
        'an event of the network could not be handled',
      );
      return undefined;
    }
  }

  #dispatch(account: Account, event: InboundEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'room-message':
        if (event.id !== undefined && this.rooms.personal.apply) return this.personal.handle(account, event);
        this.roomEvents.message(account, event);
        return undefined;
      case 'member-joined':
        if (this.#crowded(account, event)) return undefined;
        this.roomEvents.memberJoined(account, event);
        return undefined;
      case 'member-left':
        this.roomEvents.memberLeft(account, event);
        return undefined;
      case 'person-left':
        this.roomEvents.personLeft(account, event);
        return undefined;
      case 'person-renamed':
        this.roomEvents.personRenamed(account, event);
        return undefined;
      case 'person-away':
        this.roomEvents.personAway(account, event);
        return undefined;
      case 'member-changed':
        this.roomEvents.memberChanged(account, event);
        return undefined;
      case 'subject-changed':
        this.roomEvents.subject(account, event);
        return undefined;
      case 'traits-changed':
        this.roomEvents.traits(account, event);
        return undefined;
      case 'room-entered':
        this.rooms.faces.describe(account, event.room, event);
        this.rooms.entered(account, event);
        return undefined;
      case 'room-refused':
        this.rooms.refused(account, event);
        return undefined;
      case 'room-suspended':
        this.rooms.suspended(account, event);
        return undefined;
      case 'room-left':
        this.rooms.left(account, event);
        return undefined;
      case 'direct-message':
        this.people.mattered(account, event.from);
        return this.contacts.message(account, event);
      case 'message-edited':
        return this.contacts.edited(account, event);
      case 'message-retracted':
        return this.contacts.retracted(account, event);
      case 'reactions-changed':
        return this.contacts.reactions(account, event);
      case 'typing':
        this.contacts.typing(account, event);
        return undefined;
      case 'displayed':
        return this.contacts.displayed(account, event);
      case 'room-message-edited':
      case 'room-message-retracted':
      case 'room-reactions-changed':
      case 'room-typing':
      case 'room-displayed':
      case 'room-list':
      case 'room-list-changed':
      case 'room-described':
      case 'room-missed':
        // Elsewhere rooms are shared, and what is said in them is over.
        return this.rooms.personal.apply ? this.personal.handle(account, event) : undefined;
      case 'contact-list':
      case 'contact-changed':
      case 'contact-removed':
      case 'contact-requested':
      case 'contact-answered':
      case 'contact-presence':
        return this.people.handle(account, event);
      case 'delivery-report':
        return this.outbox.report(event);
      case 'contact-blocked':
        return this.contacts.blocked(account, event);
      case 'invitation':
        return this.contacts.invitation(account, event);
      case 'place-notice':
        this.contacts.placeNotice(account, event);
        return undefined;
      case 'user-notice':
        this.presence.notice(account, event.text);
        return undefined;
      default:
        return event satisfies never;
    }
  }

  /** Whether the room holds all the members that may be: a hostile network could name them without end (S17). */
  #crowded(account: Account, { room, member }: MemberJoined): boolean {
    const members = account.rooms.get(room)?.room.members;
    return (
      members !== undefined &&
      members.size >= this.context.options.limits.membersPerRoom &&
      !members.has(member.id)
    );
  }
}

/** Where rooms are the accounts' own, nothing that was made of an event for one account may reach another (S03). */
function unshared(event: InboundEvent): InboundEvent {
  return 'memo' in event ? { ...event, memo: undefined } : event;
}

/** What concerns a room, or a whole place. */
function tellBorrowers(borrowers: NonNullable<Account['borrowers']>, event: InboundEvent): void {
  if ('room' in event && typeof event.room === 'string') void borrowers.get(event.room)?.event(event);
  else if ('place' in event) for (const borrower of borrowers.values()) void borrower.event(event);
}
