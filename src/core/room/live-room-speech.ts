import { GatewayError } from '../../gateway/error.js';
import type { Session } from '../../gateway/session.js';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import { cleanPayload } from '../message/clean-payload.js';
import { toStanzaError } from '../message/error-mapper.js';
import { readMessage, type UserMessage } from '../message/read-message.js';
import type { MemberEntry } from './member-entry.js';
import type { Occupancy } from './occupancy.js';
import type { RoomEvents } from './room-events.js';
import type { RoomMessages } from './room-messages.js';

/** What users say in rooms of a network that hands on what is said now: it reaches the room, or is an error. */
export class LiveRoomSpeech {
  constructor(
    private readonly context: DomainContext,
    private readonly messages: RoomMessages,
    private readonly events: RoomEvents,
    private readonly sessions: Sessions,
  ) {}

  /** A groupchat message with text, or with something that has no words. Throws StanzaError. */
  say(occupancy: Occupancy, session: Session, stanza: XmlElement, message: UserMessage): void {
    const { account, room } = occupancy;
    const { text } = message;
    if (text === undefined) {
      this.#checkSupport(account, message);
      return;
    }
    if (text.trim() === '') return;
    const corrects = message.corrects !== undefined && room.wrote(message.corrects, account.owner);
    const messageId = stanza.attrs.id ?? '';
    const sent = session.send(
      { kind: 'room', id: room.id },
      { text, ...(message.action ? { action: true } : {}), ...(corrects ? { corrects: true } : {}) },
    );
    const fail = (error: unknown): void => this.refuse(stanza, error, account);
    const { event } = sent;
    if (event) {
      this.messages.claim(event, { messageId, payload: cleanPayload(stanza, { keepCorrection: corrects }) });
      if (messageId !== '') room.rememberAuthor(messageId, account.owner);
      sent.accepted.then(() => this.events.tell(occupancy, this.messages.render(room, event)), fail);
    } else sent.accepted.catch(fail);
  }

  /** A private message to an occupant (XEP-0045 §7.5); what he answers comes the same way. Throws StanzaError. */
  whisper({ account, room }: Occupancy, session: Session, entry: MemberEntry, stanza: XmlElement): void {
    const message = readMessage(stanza, this.context.translator, account.language);
    this.#checkSupport(account, message);
    if (message.text === undefined || message.text.trim() === '') return;
    account.privateRoutes ??= new Map();
    account.privateRoutes.set(entry.member.contact, { room: room.id, nick: entry.resource });
    const sent = session.send(
      { kind: 'contact', id: entry.member.contact },
      {
        text: message.text,
        ...(message.action ? { action: true } : {}),
        ...(message.corrects ? { corrects: true } : {}),
      },
    );
    sent.accepted.catch((error: unknown) => this.refuse(stanza, error, account));
  }

  /** Answers a stanza that the network has refused. */
  refuse(stanza: XmlElement, error: unknown, account: Account): void {
    this.sessions.refuse(stanza, toStanzaError(error, this.context.translator, account.language));
    if (!(error instanceof GatewayError) && !(error instanceof StanzaError)) {
      this.context.log.error({ err: error }, 'a network failed in an unexpected way');
    }
  }

  #checkSupport(account: Account, message: UserMessage): void {
    const unsupported = unsupportedInRooms(message);
    if (!unsupported) return;
    const text = this.context.translator.say(unsupported, account.language);
    throw new StanzaError('feature-not-implemented', { text });
  }
}

/** What rooms of networks have no like of so far, without words that could stand for it. */
function unsupportedInRooms({ text, reactions, retracts }: UserMessage): Text | undefined {
  if (retracts !== undefined) return { key: 'error-no-retract' };
  return reactions && text === undefined ? { key: 'error-no-reactions' } : undefined;
}
