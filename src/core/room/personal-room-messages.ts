import type { RoomMessage } from '../../gateway/event.js';
import type { NetworkMessageId } from '../../gateway/ids.js';
import { renderMention } from '../../xmpp/xep/0513-explicit-mentions/mention.js';
import type { Account } from '../account/account.js';
import type { DurableDelivery } from '../delivery/durable-delivery.js';
import { inboxRows } from '../delivery/incoming.js';
import { conversationName } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { idsOfEdit } from '../message/change-marks.js';
import type { ConversationOrder } from '../message/conversation-order.js';
import type { Around, IncomingContent } from '../message/incoming-content.js';
import type { MessageIds } from '../message/message-ids.js';
import { type MessageContent, renderContent, renderMessage, shownBody } from '../message/render-message.js';
import type { Screening } from '../screening/screening.js';
import type { PersonalRooms, PersonalState } from './personal-rooms.js';
import type { Room } from './room.js';
import type { RoomEvents } from './room-events.js';
import { standingOf } from './room-hearing.js';
import { inviteToRead } from './room-invitation.js';
import { replyInRoom } from './room-reply.js';
import type { RoomScribe, RoomStanza } from './room-scribe.js';
import type { Rooms } from './rooms.js';

/** A message that its network names. */
export type NamedMessage = RoomMessage & { readonly id: NetworkMessageId };

/** One stanza of a message. */
interface Part extends RoomStanza {
  readonly content: MessageContent;
}

const NOTHING: Around = { files: [] };

/**
 * What is said in rooms that are an account's own: written down once with its place in the archive, shown to the
 * clients that are there, and the user is invited where none is. Who is blocked is not heard here either; whom the
 * user has muted does not call him. The people of a room need not be let in one by one: that somebody unknown speaks in
 * it is nothing to be asked about.
 */
export class PersonalRoomMessages {
  readonly #personal: PersonalRooms;

  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly events: Pick<RoomEvents, 'tell'>,
    private readonly delivery: Pick<DurableDelivery, 'acceptInRoom'>,
    private readonly screening: Pick<Screening, 'open' | 'opened'>,
    private readonly order: ConversationOrder,
    private readonly content: IncomingContent,
    private readonly ids: MessageIds,
    private readonly scribe: RoomScribe,
  ) {
    this.#personal = rooms.personal;
  }

  /** Resolves when the message is safe, or known already (F08). Rejects with the store's error. */
  message(account: Account, event: NamedMessage): Promise<void> | undefined {
    const name = conversationName(account.record.id, { kind: 'room', id: event.room });
    const { replyTo, attachments = [] } = event;
    const state = this.#personal.opened(account, event.room);
    if (state && this.screening.opened(account) && !replyTo && attachments.length === 0)
      return this.order.flow(name, () => this.#take(account, event, NOTHING, state));
    return this.order.alone(name, () => this.#prepare(account, event));
  }

  /** What a message, which nobody knows, has been edited to; it calls nobody. To be called in the room's order. */
  editOfUnknown(
    account: Account,
    event: NamedMessage,
    state: PersonalState,
    edit: string,
  ): Promise<void> | undefined {
    return this.#take(account, event, NOTHING, state, edit);
  }

  /** Finds out what has to be known before the message can be shown. */
  async #prepare(account: Account, event: NamedMessage): Promise<void> {
    const { room: id, replyTo, attachments = [] } = event;
    const [state] = await Promise.all([this.#personal.open(account, id), this.screening.open(account)]);
    if (standingOf(this.screening, account, event) === 'blocked') return;
    const answered = replyTo && (await this.ids.reported(account, { kind: 'room', id }, replyTo.id));
    // Files are not fetched for a message that is there already.
    if (attachments.length > 0 && (await this.ids.knows(account, event.id))) return;
    const files = await this.content.publish(account, attachments);
    const reply = replyTo && { reply: replyInRoom(this.context, this.rooms, account, event, answered) };
    await this.#take(account, event, { files, ...reply }, state);
  }

  #take(
    account: Account,
    event: NamedMessage,
    around: Around,
    state: PersonalState,
    edit?: string,
  ): Promise<void> | undefined {
    return this.#personal.flow(account, event.room, () => this.#commit(account, event, around, state, edit));
  }

  async #commit(
    account: Account,
    event: NamedMessage,
    around: Around,
    state: PersonalState,
    edit: string | undefined,
  ): Promise<void> {
    const standing = standingOf(this.screening, account, event);
    if (standing === 'blocked') return;
    const room = this.rooms.glimpse(account, event.room);
    const { resource, parts } = this.#render(account, room, event, around, state);
    const present = (account.rooms.get(event.room)?.seats.length ?? 0) > 0;
    const kept = this.context.options.archive.enabled;
    const calls = edit === undefined && !event.own && standing === 'heard';
    const invites = calls && !present && !state.invited;
    if (invites) state.invited = true;
    const [first] = parts;
    const id = first?.entry.id ?? this.scribe.nextId();
    const rows = [
      ...(invites ? this.#invitation(account, room, event) : []),
      ...(kept ? [] : inboxRows(this.context, account, id, this.#unarchived(account, room, event, parts))),
    ];
    const incoming = {
      id,
      peer: { kind: 'room', id: event.room } as const,
      networkIds: [event.id],
      direction: event.own ? ('own' as const) : ('in' as const),
      xmppIds: [
        ...parts.map(({ entry }) => entry.id),
        ...(edit === undefined ? [] : idsOfEdit(this.context.options.occupantKey, id, edit)),
      ],
      author: `${room.jid}/${resource}`,
    };
    const entries = kept ? parts.map(({ entry }) => entry) : [];
    const trace = { room: state.key, entries, ...(invites && { invited: true as const }) };
    try {
      const isNew = await this.delivery.acceptInRoom(account, incoming, rows, trace);
      if (!isNew && invites) state.invited = false;
      if (isNew && kept) this.#show(account, event, parts);
    } catch (error) {
      if (invites) state.invited = false;
      throw error;
    }
  }

  #show(account: Account, event: NamedMessage, parts: readonly Part[]): void {
    const occupancy = account.rooms.get(event.room);
    if (occupancy?.state !== 'joined') return;
    for (const { live } of parts) this.events.tell(occupancy, live);
  }

  #invitation(account: Account, room: Room, event: NamedMessage) {
    const { id, xml } = inviteToRead(this.context, account, room, event);
    return inboxRows(this.context, account, id, [xml]);
  }

  /** Where no archive is kept: to the clients that are there, else to the user, as words of the room. */
  #unarchived(account: Account, room: Room, event: NamedMessage, parts: readonly Part[]): readonly string[] {
    const seats = account.rooms.get(event.room)?.seats ?? [];
    if (seats.length > 0)
      return parts.flatMap(({ live }) => seats.map(({ toAttr }) => live.head + toAttr + live.tail));
    return parts.map(({ content, entry }) => {
      const envelope = { from: room.jid, to: account.owner, id: entry.id };
      const { reply: _inTheRoom, ...words } = content;
      return renderMessage(envelope, { ...words, text: `<${event.nick}> ${content.text}` });
    });
  }

  #render(
    account: Account,
    room: Room,
    event: NamedMessage,
    around: Around,
    state: PersonalState,
  ): { readonly resource: string; readonly parts: readonly Part[] } {
    const speaker = this.scribe.speaker(account, room, event);
    const marked = { ...(account.session?.receipts?.markDisplayed && { markable: true }) };
    const parts = this.content.parts(account, event, around).map((shown, index) => {
      const content = { ...shown, ...marked };
      const { time } = event;
      const payload = renderContent(content) + (index === 0 ? mentionIn(room, event, content) : '');
      return { content, ...this.scribe.write(room, state, speaker, { payload, time }) };
    });
    return { resource: speaker.resource, parts };
  }
}

/** That it calls out to the user, as XML (I15); empty where it does not. */
function mentionIn(room: Room, { calls }: RoomMessage, content: MessageContent): string {
  if (!calls) return '';
  const { resource = calls.nick, occupantId = room.occupantId(calls.member) } =
    room.members.get(calls.member) ?? {};
  return renderMention(shownBody(content), resource, occupantId);
}
