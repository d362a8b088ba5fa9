import type { XmlElement } from '../xmpp/element.js';
import { Sessions } from './account/sessions.js';
import { ContactBooks } from './contact/contact-book.js';
import { ContactEvents } from './contact/contact-events.js';
import { People } from './contact/people.js';
import { rosterPushHandler } from './contact/roster-push-handler.js';
import { AuthorNotices } from './delivery/author-notices.js';
import { DurableDelivery } from './delivery/durable-delivery.js';
import { Outbox } from './delivery/outbox.js';
import { ContactFeatures } from './disco/contact-features.js';
import type { DomainContext } from './domain.js';
import { EventDispatch } from './event-dispatch.js';
import { IqRouter } from './iq-router.js';
import { IncomingContent } from './message/incoming-content.js';
import { PrivateTalk } from './message/private-talk.js';
import { copyOfRefused } from './message/refused-speech.js';
import { ConnectionTroubles } from './presence/connection-troubles.js';
import { ReturnGrace } from './presence/return-grace.js';
import { ServicePresence } from './presence/service-presence.js';
import { Privileges } from './privilege/privileges.js';
import { UserPubsub } from './privilege/user-pubsub.js';
import { ContactProfiles } from './profile/contact-profiles.js';
import { PictureFetch } from './profile/picture-fetch.js';
import { RelayAccounts } from './relay/network/accounts.js';
import type { NetworkPort } from './relay/network/port.js';
import { ArchiveIds } from './room/archive-ids.js';
import { Invitations } from './room/invitations.js';
import { LiveRoomSpeech } from './room/live-room-speech.js';
import { PersonalRooms } from './room/personal-rooms.js';
import { RoomBookmarks } from './room/room-bookmarks.js';
import { RoomEvents } from './room/room-events.js';
import { RoomFaces } from './room/room-faces.js';
import { RoomMessages } from './room/room-messages.js';
import { RoomStanzas } from './room/room-stanzas.js';
import { RoomTalk } from './room/room-talk.js';
import { Rooms } from './room/rooms.js';
import { Stays } from './room/stays.js';
import { roomHandlers } from './room-iq/room-handlers.js';
import { ContactScreening } from './screening/contact-screening.js';
import { ServiceFace } from './service/service-face.js';
import { StanzaRouter } from './stanza-router.js';
import type { Startable } from './start-up.js';

/** One gateway domain, assembled: everything between the component stream and the network. */
export class GatewayDomain implements Startable {
  readonly #context: DomainContext;
  readonly #sessions: Sessions;
  readonly #presence: ServicePresence;
  readonly #troubles: ConnectionTroubles;
  readonly #delivery: DurableDelivery;
  readonly #outbox: Outbox;
  readonly #stays: Stays;
  readonly #talk: PrivateTalk;
  readonly #roomTalk: RoomTalk;
  readonly #privileges: Privileges;
  readonly #people: People;
  readonly #screening: ContactScreening;
  readonly #router: StanzaRouter;
  readonly #grace = new ReturnGrace();
  #stopped = false;
  /** All users go back into their rooms, or have. */
  #staying = false;
  /** What is left of the start. */
  readonly #steps: (() => unknown)[] = [
    () => this.#resend(),
    () => this.#troubles.read(),
    () => this.#outbox.restored(),
    () => this.#people.start(),
    () => this.#sessions.startLasting(() => this.#stopped),
    () => this.#context.gateway.start?.(),
  ];

  constructor(context: DomainContext) {
    this.#context = context;
    this.#sessions = new Sessions(context);
    const ids = new ArchiveIds();
    const messages = new RoomMessages(context, ids);
    const events = new RoomEvents(context, messages);
    const rooms = new Rooms(context, events, ids, new PersonalRooms(context), new RoomFaces());
    const pictures = new PictureFetch(context);
    this.#stays = new Stays(context, this.#sessions, rooms);
    this.#privileges = new Privileges(context);
    const books = new ContactBooks(context.store);
    const features = new ContactFeatures(context, books);
    this.#people = new People(context, this.#sessions, books, this.#privileges, (account, contact) =>
      features.caps(account, contact),
    );
    this.#presence = new ServicePresence(
      context,
      this.#sessions,
      (account) => service.caps(account),
      this.#grace,
      this.#people,
    );
    this.#troubles = new ConnectionTroubles(context, this.#presence);
    this.#delivery = new DurableDelivery(context, this.#presence);
    this.#screening = new ContactScreening(context, books, this.#delivery);
    const { screening, waiting, control } = this.#screening;
    const keepers = { shown: this.#delivery, kept: waiting };
    this.#privileges.onRefused((domain, id) => {
      void this.#delivery.refused(domain, id, (account, stanza) => copyOfRefused(context, account, stanza));
    });
    this.#presence.onBack((account) => {
      void this.#delivery.back(account);
      void control.online(account);
      this.#troubles.back(account);
    });
    this.#outbox = new Outbox(context, {
      sessions: this.#sessions,
      notices: new AuthorNotices(context, this.#delivery, this.#presence),
    });
    const pubsub = new UserPubsub(context, this.#privileges);
    const bookmarks = new RoomBookmarks(context, rooms, rooms.faces, pubsub, this.#privileges);
    const service = new ServiceFace(
      { ...context, sessions: this.#sessions, people: this.#people, faces: rooms.faces, bookmarks },
      {
        keeper: this.#stays,
        outbox: this.#outbox,
        books,
        features,
        screening: this.#screening,
        profiles: new ContactProfiles(context, books, this.#people, pictures, (account) =>
          rooms.faces.photos(account),
        ),
      },
    );
    const content = new IncomingContent(context);
    const talk = new PrivateTalk(
      context,
      this.#sessions,
      books,
      this.#outbox,
      keepers,
      this.#privileges,
      screening,
      content,
    );
    this.#talk = talk;
    const roomTalk = new RoomTalk(
      context,
      this.#sessions,
      this.#outbox,
      rooms,
      events,
      this.#delivery,
      screening,
      content,
      ids,
      pictures,
      pubsub,
      bookmarks,
    );
    this.#roomTalk = roomTalk;
    const dispatch = new EventDispatch(
      context,
      rooms,
      events,
      messages,
      roomTalk.inward,
      new ContactEvents(context, rooms, keepers, talk.talks, talk.typing, this.#screening, roomTalk.inward),
      this.#people,
      this.#outbox,
      this.#presence,
      this.#troubles,
    );
    this.#sessions.attach(dispatch, rooms, this.#people);
    context.host.attach({
      emit: async (id, event) => {
        const account = await context.accounts.findById(id);
        // Relays take theirs up a little later.
        if (account?.ofRelays && !account.listener) throw new Error('relays have not begun');
        if (account) await dispatch.dispatch(account, event);
        else
          context.log.info(
            { account: id, event: event.type },
            'what the network brought is nobody’s any more',
          );
      },
      report: (report) => this.#outbox.report(report),
    });
    const iqs = new IqRouter();
    iqs.add(
      ...service.handlers(),
      ...roomHandlers(context, rooms, roomTalk),
      rosterPushHandler(this.#people),
    );
    this.#router = new StanzaRouter(context, {
      rooms: new RoomStanzas(
        context,
        rooms,
        this.#sessions,
        new Invitations(context, this.#sessions),
        this.#grace,
        {
          live: new LiveRoomSpeech(context, messages, events, this.#sessions),
          stored: roomTalk.user,
        },
        talk.user,
      ),
      messages: talk.user,
      people: this.#people,
      privileges: this.#privileges,
      presence: this.#presence,
      delivery: this.#delivery,
      iqs,
      serviceMessage: (request) => service.message(request),
    });
  }

  /** What relays need of it. */
  get port(): NetworkPort {
    return new RelayAccounts(this.#context, this.#sessions);
  }

  /** A stanza of the component stream. Never throws. */
  handle(stanza: XmlElement): void {
    this.#router.handle(stanza);
  }

  /**
   * The stream is up for the first time: what the last run left goes out, and the network is opened. May be called again
   * after a rejection: what has been done is not done again.
   */
  async start(): Promise<void> {
    for (let step = this.#steps[0]; step && !this.#stopped; step = this.#steps[0]) {
      await step();
      this.#steps.shift();
    }
  }

  /** Users go back into the rooms that they stay in, and are asked whether they are there. */
  async greet(): Promise<void> {
    if (!this.#staying) await this.#stays.resumeAll(() => this.#stopped);
    this.#staying = true;
    await this.#presence.probeAll(() => this.#stopped);
  }

  /** The operator has changed what can change while it runs: users see the gateway as it is now (B12). */
  reloaded(): void {
    this.#presence.reshow();
  }

  /** The stream is up again: the server may have forgotten who was online, or been away while people left (A04). */
  reconnected(): void {
    this.#privileges.reset();
    this.#grace.begin();
    this.#presence.doubt();
  }

  /** Orderly stop: rooms, networks and users are told (D07). */
  async stop(reason: string): Promise<void> {
    this.#stopped = true;
    this.#stays.stop();
    this.#grace.stop();
    this.#troubles.stop();
    this.#talk.stop();
    this.#roomTalk.stop();
    this.#screening.stop();
    this.#presence.sayGoodbye();
    this.#context.hosted?.stop();
    await this.#outbox.stop();
    await this.#sessions.endAll(reason);
    // What was being sent when the sessions ended has come to an end as well.
    await this.#outbox.stop();
    this.#delivery.stop();
    await this.#people.stop();
    this.#context.requests.rejectAll(new Error('the gateway stops'));
    await this.#context.gateway.close();
  }

  async #resend(): Promise<void> {
    const resumed = await this.#delivery.resume();
    if (resumed > 0)
      this.#context.log.info({ stanzas: resumed }, 'sending again what the last run left unconfirmed');
  }
}
