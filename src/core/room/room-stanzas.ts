import type { RoomId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { conditionOf, StanzaError } from '../../xmpp/stanza-error.js';
import { parseMucJoin } from '../../xmpp/xep/0045-muc/join.js';
import { presenceTail } from '../../xmpp/xep/0045-muc/render.js';
import { isVoiceRequest } from '../../xmpp/xep/0045-muc/voice-request.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import { readMessage, type UserMessage } from '../message/read-message.js';
import type { UserMessages } from '../message/user-messages.js';
import type { ReturnGrace } from '../presence/return-grace.js';
import type { Invitations } from './invitations.js';
import type { LiveRoomSpeech } from './live-room-speech.js';
import type { Occupancy, Seat } from './occupancy.js';
import type { PersonalRoomSpeech } from './personal-room-speech.js';
import type { Rooms } from './rooms.js';

/** Bounces that mean the client is gone from the room (XEP-0045 §18.1.2, conformance H22). */
const GHOST: ReadonlySet<string> = new Set([
  'gone',
  'item-not-found',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
]);

/** What users' clients say to rooms. Throws StanzaError; the router answers with it. */
export class RoomStanzas {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly sessions: Sessions,
    private readonly invitations: Invitations,
    private readonly grace: ReturnGrace,
    private readonly speech: { readonly live: LiveRoomSpeech; readonly stored: PersonalRoomSpeech },
    private readonly people: Pick<UserMessages, 'receive'>,
  ) {}

  /** Available presence with `x`: a join, or a client that lost track of the room (XEP-0045 §7.2, §17.3). */
  join(account: Account, from: Jid, id: RoomId, nick: string, stanza: XmlElement): void {
    const x = stanza.child('x', NS.MUC);
    if (!x) {
      this.presence(account, from, id, nick, stanza);
      return;
    }
    if (nick === '') throw new StanzaError('jid-malformed');
    const { history, password } = parseMucJoin(x);
    const seat: Seat = {
      full: from.full,
      toAttr: xmlAttr(from.full),
      requestedNick: nick,
      history,
      held: undefined,
    };
    const known = account.rooms.get(id);
    if (known) {
      known.removeSeat(from.full);
      this.#checkSeats(known);
      this.rooms.stopExpecting(known);
      known.seats.push(seat);
      if (known.state === 'joined') this.rooms.show(known, seat);
      return;
    }
    if (account.rooms.size >= this.context.options.limits.roomsPerUser) {
      throw new StanzaError('resource-constraint', {
        text: this.#say(account, { key: 'error-too-many-rooms' }),
      });
    }
    const room = this.rooms.open(account, id);
    const occupancy = this.rooms.addOccupancy(account, room);
    occupancy.seats.push(seat);
    room.ready.then(
      () => {
        if (account.rooms.get(id) !== occupancy) return;
        const session = this.sessions.ensure(account);
        if (session.rooms) session.rooms.join(id, password === undefined ? { nick } : { nick, password });
        else this.rooms.drop(occupancy);
      },
      (error: unknown) => {
        this.context.log.error({ err: error }, 'the store cannot open a room; the join was refused');
        for (const waiting of occupancy.seats)
          this.rooms.refuseSeat(room.jid, waiting, error, account.language);
        this.rooms.drop(occupancy);
      },
    );
  }

  /** Presence of a client without `x`: change of nick or availability, or a client that only believes it is in. */
  presence(account: Account | undefined, from: Jid, id: RoomId, nick: string, stanza: XmlElement): void {
    const { type } = stanza.attrs;
    const occupancy = account?.rooms.get(id);
    const seat = occupancy?.seat(from.full);
    if (type === 'unavailable') {
      if (occupancy && seat) this.leave(occupancy, seat, stanza.childText('status'));
      return;
    }
    if (type === 'error') {
      this.bounced(account, from, id, stanza);
      return;
    }
    if (type === 'subscribe') {
      this.context.sink.send(
        `<presence type='unsubscribed' from='${xmlAttr(this.rooms.jidOf(id))}' to='${xmlAttr(from.bare)}'/>`,
      );
      return;
    }
    if (type !== undefined || nick === '') return;
    if (!account || !occupancy || !seat) {
      this.#kickStranger(from, id, nick);
      return;
    }
    const self = occupancy.self === undefined ? undefined : occupancy.room.members.get(occupancy.self);
    if (!self) return;
    if (nick !== self.resource) {
      account.session?.rooms?.changeNick(id, nick).catch((error: unknown) => {
        const refused = { ...seat, requestedNick: nick };
        this.rooms.refuseSeat(occupancy.room.jid, refused, error, account.language);
      });
      return;
    }
    this.#changeAway(account, stanza);
  }

  leave(occupancy: Occupancy, seat: Seat, reason: string | undefined): void {
    this.rooms.farewellSeat(occupancy, seat, { codes: [110] });
    occupancy.removeSeat(seat.full);
    this.#afterSeatLeft(occupancy, reason);
  }

  /** A bounce of something that the room sent to a client. */
  bounced(account: Account | undefined, from: Jid, id: RoomId, stanza: XmlElement): void {
    const condition = conditionOf(stanza);
    if (condition === undefined || !GHOST.has(condition)) return;
    const occupancy = account?.rooms.get(id);
    if (!occupancy?.removeSeat(from.full)) return;
    // Just after a restart of the server everybody's clients are gone; most are back in a moment (A04).
    this.grace.wait(() => {
      if (account?.rooms.get(id) === occupancy) this.#afterSeatLeft(occupancy, undefined);
    });
  }

  /** Groupchat to the room itself (XEP-0045 §7.4, §8.1). */
  groupchat(account: Account | undefined, from: Jid, id: RoomId, nick: string, stanza: XmlElement): void {
    if (nick !== '') throw new StanzaError('bad-request', { type: 'modify' });
    const occupancy = account?.rooms.get(id);
    const seat = occupancy?.seat(from.full);
    const session = account?.session;
    if (!account || !occupancy || !seat || !session || occupancy.state !== 'joined') {
      throw this.#notInRoom(id, account);
    }
    const message = readMessage(stanza, this.context.translator, account.language);
    if (isSubject(message)) {
      const fail = (error: unknown): void => this.speech.live.refuse(stanza, error, account);
      session.rooms?.setSubject(id, message.subject ?? '').catch(fail);
    } else if (this.rooms.personal.apply) this.speech.stored.say(occupancy, session, from, stanza, message);
    else this.speech.live.say(occupancy, session, stanza, message);
  }

  /** A private message to an occupant (XEP-0045 §7.5). */
  privateMessage(
    account: Account | undefined,
    from: Jid,
    id: RoomId,
    nick: string,
    stanza: XmlElement,
  ): void {
    const occupancy = account?.rooms.get(id);
    const session = account?.session;
    if (!account || !occupancy?.seat(from.full) || !session || occupancy.state !== 'joined') {
      throw this.#notInRoom(id, account);
    }
    const entry = occupancy.room.byResource(nick);
    if (!entry || !occupancy.sees(entry.member.id)) throw new StanzaError('item-not-found');
    // Of a network that stores: kept like any message to that person, and answered by him as one.
    if (this.rooms.personal.apply) this.people.receive(account, entry.member.contact, stanza, from);
    else this.speech.live.whisper(occupancy, session, entry, stanza);
  }

  /** A message to the room itself that is no groupchat: an invitation to pass on, or its refusal (XEP-0045 §7.8.2). */
  roomMessage(account: Account | undefined, from: Jid, id: RoomId, stanza: XmlElement): void {
    const x = stanza.child('x', NS.MUC_USER);
    const decline = x?.child('decline', NS.MUC_USER);
    if (decline) {
      this.invitations.decline(from, this.rooms.jidOf(id), decline);
      return;
    }
    const occupancy = account?.rooms.get(id);
    if (!account || !occupancy?.seat(from.full) || occupancy.state !== 'joined') {
      throw this.#notInRoom(id, account);
    }
    const invite = x?.child('invite', NS.MUC_USER);
    if (!invite) {
      if (isVoiceRequest(stanza)) {
        throw new StanzaError('feature-not-implemented', {
          text: this.#say(account, { key: 'error-no-voice-request' }),
          lang: account.language,
        });
      }
      if (stanza.child('body')) throw new StanzaError('bad-request', { type: 'modify' });
      return;
    }
    this.invitations.pass(account, occupancy, invite, stanza);
  }

  #afterSeatLeft(occupancy: Occupancy, reason: string | undefined): void {
    if (occupancy.seats.length > 0) return;
    const { account, room } = occupancy;
    if (account.registered && account.record.stays[room.id] !== undefined) return;
    account.session?.rooms?.leave(room.id, reason);
    this.rooms.drop(occupancy);
  }

  /** Not an implicit join: the client is told that it is out, in the way that makes it join again (XEP-0045 §7.2.18). */
  #kickStranger(from: Jid, id: RoomId, nick: string): void {
    const fromAttr = xmlAttr(`${this.rooms.jidOf(id)}/${nick}`);
    const tail = presenceTail({
      unavailable: true,
      item: { affiliation: 'none', role: 'none' },
      codes: [110, 307, 333],
    });
    this.context.sink.send(`<presence from='${fromAttr}' to='${xmlAttr(from.full)}${tail}`);
  }

  #changeAway(account: Account, stanza: XmlElement): void {
    const show = stanza.childText('show');
    const away = show === 'away' || show === 'xa' || show === 'dnd';
    account.session?.away?.setAway(away ? stanza.childText('status') || (show ?? 'away') : undefined);
  }

  #checkSeats(occupancy: Occupancy): void {
    if (occupancy.seats.length >= this.context.options.limits.resourcesPerUser) {
      throw new StanzaError('resource-constraint', {
        text: this.#say(occupancy.account, { key: 'error-too-many-resources' }),
      });
    }
  }

  #notInRoom(id: RoomId, account: Account | undefined): StanzaError {
    const language = account?.language ?? this.context.options.language;
    return new StanzaError('not-acceptable', {
      type: 'cancel',
      by: this.rooms.jidOf(id),
      text: this.context.translator.say({ key: 'error-not-in-room' }, language),
      lang: language,
    });
  }

  #say(account: Account, text: Text): string {
    return this.context.translator.say(text, account.language);
  }
}

/** Whether a message sets the subject of the room, and says nothing (XEP-0045 §8.1). */
function isSubject({ text, subject, reactions, retracts }: UserMessage): boolean {
  return subject !== undefined && text === undefined && !reactions && retracts === undefined;
}
