import type { RoomMessageEdited, RoomMessageRetracted, RoomReactionsChanged } from '../../gateway/event.js';
import type { RoomId } from '../../gateway/ids.js';
import type { MessageRecord } from '../../store/message-store.js';
import type { ArchiveEntry, RoomTrace } from '../../store/store.js';
import { xmlText } from '../../xmpp/escape-xml.js';
import { lastOccupantId } from '../../xmpp/xep/0045-muc/render.js';
import { renderRetract } from '../../xmpp/xep/0424-message-retraction/retraction.js';
import { renderModerated } from '../../xmpp/xep/0425-moderated-retraction/moderation.js';
import { tidyReactions } from '../../xmpp/xep/0444-message-reactions/reactions.js';
import type { Account } from '../account/account.js';
import type { StanzaKeeper } from '../delivery/incoming.js';
import { conversationName } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import {
  archiveIdsOf,
  idsOfEdit,
  idsOfRetraction,
  isEdited,
  isLastEdit,
  isRetracted,
} from '../message/change-marks.js';
import type { ConversationOrder } from '../message/conversation-order.js';
import type { IncomingContent } from '../message/incoming-content.js';
import { type KnownReactions, SELF } from '../message/known-reactions.js';
import type { MessageIds } from '../message/message-ids.js';
import {
  type MessageContent,
  reaction,
  renderContent,
  renderMessage,
  renderStanza,
  retraction,
} from '../message/render-message.js';
import { tombstones } from '../message/tombstones.js';
import type { Screening } from '../screening/screening.js';
import type { Moderation, Moderations } from './moderations.js';
import { nickResource } from './nick-resource.js';
import type { PersonalRoomMessages } from './personal-room-messages.js';
import type { PersonalState } from './personal-rooms.js';
import type { Room } from './room.js';
import type { RoomEvents } from './room-events.js';
import { standingOf } from './room-hearing.js';
import { type RoomScribe, type RoomStanza, type Speaker, THE_ROOM } from './room-scribe.js';
import type { Rooms } from './rooms.js';

/** The body in the children of a stanza of ours, as XML. */
const BODY = /<body>([^<]*)<\/body>/;

/** What a change leaves besides its stanzas. */
interface Consequences {
  readonly addXmppIds?: readonly string[];
  readonly rewritten?: RoomTrace['rewritten'];
  /** For the user, where no archive is kept and no client is in the room. */
  readonly words?: readonly string[];
}

/** A message and where it stands. */
interface Found {
  readonly room: Room;
  readonly state: PersonalState;
  readonly record: MessageRecord;
}

/**
 * What becomes of messages in rooms that are an account's own. Written down once with their place in the archive and
 * shown to the clients that are there; nobody is invited for it. Whatever names a message that is not known is passed
 * over, but for other words: those are shown as new ones.
 */
export class PersonalRoomChanges {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly events: Pick<RoomEvents, 'tell'>,
    private readonly delivery: Pick<StanzaKeeper, 'deliver'>,
    private readonly screening: Pick<Screening, 'open' | 'opened'>,
    private readonly order: ConversationOrder,
    private readonly content: IncomingContent,
    private readonly ids: MessageIds,
    private readonly scribe: RoomScribe,
    private readonly messages: PersonalRoomMessages,
    private readonly reacted: KnownReactions,
    private readonly moderations: Pick<Moderations, 'of'>,
  ) {}

  /** Other words (F17), under the first id and from the author; what says nothing new is passed over. */
  edited(account: Account, event: RoomMessageEdited): Promise<void> | undefined {
    return this.#alone(account, event.room, async (state) => {
      if (standingOf(this.screening, account, event) === 'blocked') return;
      const { message, styled, time } = event;
      const text = this.content.edited(account, event);
      const record = await this.#find(account, event.room, message.id);
      if (!record) {
        const words = this.context.translator.say(
          { key: 'message-edited', args: { text } },
          account.language,
        );
        const { type: _type, message: _message, remarks: _remarks, ...by } = event;
        const said = { ...by, type: 'room-message', id: message.id, text: words, style: 'text' } as const;
        await this.messages.editOfUnknown(account, said, state, text);
        return;
      }
      if (isRetracted(record) || isLastEdit(record, this.#key, text)) return;
      const found = { room: this.rooms.glimpse(account, event.room), state, record };
      if (!isEdited(record) && (await this.#says(account, found, text))) return;
      const [replaces = record.id] = record.xmppIds;
      const content: MessageContent = { text, styled: styled ?? false, replaces };
      const speaker = this.scribe.speaker(account, found.room, event);
      await this.#commit(account, found, () => {
        const stanza = this.scribe.write(found.room, state, speaker, {
          payload: renderContent(content),
          time,
        });
        const words = { ...content, text: `<${event.nick}> ${text}` };
        return [
          [stanza],
          {
            addXmppIds: idsOfEdit(this.#key, stanza.entry.id, text),
            words: [renderMessage(this.#toUser(account, found.room, stanza), words)],
          },
        ];
      });
    });
  }

  /** Taken back by its author (F18) or by a moderator (I13); its words leave the archive (I22). */
  retracted(account: Account, event: RoomMessageRetracted): Promise<void> | undefined {
    return this.#alone(account, event.room, async (state) => {
      const record = await this.#find(account, event.room, event.message.id);
      if (!record || isRetracted(record)) return;
      const found = { room: this.rooms.glimpse(account, event.room), state, record };
      const original = await this.#entry(account, found);
      const words = this.context.translator.say({ key: 'message-retracted' }, account.language);
      const { parts } = archiveIdsOf(record);
      const author = this.#author(found, original);
      const inside = this.#moderated(found.room, this.moderations.of(record) ?? event);
      await this.#commit(account, found, () => {
        const stanzas = (this.#kept ? parts : [this.#nameOf(record), ...parts.slice(1)]).map((id) => {
          const payload = inside === '' ? retraction(id, words) : renderRetract(id, inside);
          return this.scribe.write(found.room, state, inside === '' ? author : THE_ROOM, { payload });
        });
        const [first] = stanzas;
        if (!first) return [[], {}];
        const { id, messageId, time } = first.entry;
        return [
          stanzas,
          {
            addXmppIds: idsOfRetraction(id),
            rewritten: tombstones(record, author.occupantId, { retraction: messageId, time, inside }),
            words: [
              renderStanza(this.#toUser(account, found.room, first), retraction(this.#nameOf(record), words)),
            ],
          },
        ];
      });
    });
  }

  /** All reactions of one person (F19). */
  reactions(account: Account, event: RoomReactionsChanged): Promise<void> | undefined {
    return this.#alone(account, event.room, async (state) => {
      if (standingOf(this.screening, account, event) === 'blocked') return;
      const record = await this.#find(account, event.room, event.message.id);
      if (!record || isRetracted(record)) return;
      const emojis = tidyReactions(event.emojis);
      const who = event.own ? SELF : event.member;
      if (this.reacted.isKnown(record, who, emojis)) return;
      const found = { room: this.rooms.glimpse(account, event.room), state, record };
      const speaker = this.scribe.speaker(account, found.room, event);
      const payload = reaction(this.#nameOf(record), emojis);
      await this.#commit(account, found, () => [
        [this.scribe.write(found.room, state, speaker, { payload })],
        {},
      ]);
      this.reacted.note(record, who, emojis);
    });
  }

  /** In the room's order: written down, then shown. Rejects with the store's error. */
  async #commit(
    account: Account,
    { room, state, record }: Found,
    make: () => readonly [readonly RoomStanza[], Consequences],
  ): Promise<void> {
    await this.rooms.personal.flow(account, room.id, async () => {
      const [stanzas, { addXmppIds = [], rewritten = [], words = [] }] = make();
      const occupancy = account.rooms.get(room.id);
      const seats = occupancy?.state === 'joined' ? occupancy.seats : [];
      const [first] = stanzas;
      if (!first) return;
      if (!this.#kept) {
        const live = stanzas.flatMap(({ live: { head, tail } }) =>
          seats.map(({ toAttr }) => head + toAttr + tail),
        );
        const told = seats.length > 0 ? live : words;
        if (told.length > 0) await this.delivery.deliver(account, first.entry.id, told);
        await this.ids.change(record, { addXmppIds });
        return;
      }
      const trace = { room: state.key, entries: stanzas.map(({ entry }) => entry), rewritten };
      await this.ids.change(record, { addXmppIds, trace });
      const present = account.rooms.get(room.id);
      if (present?.state === 'joined') for (const { live } of stanzas) this.events.tell(present, live);
    });
  }

  #alone(
    account: Account,
    room: RoomId,
    task: (state: PersonalState) => Promise<void>,
  ): Promise<void> | undefined {
    return this.order.alone(conversationName(account.record.id, { kind: 'room', id: room }), async () => {
      const [state] = await Promise.all([
        this.rooms.personal.open(account, room),
        this.screening.open(account),
      ]);
      await task(state);
    });
  }

  #find(account: Account, id: RoomId, message: RoomMessageEdited['message']['id']) {
    return this.ids.reported(account, { kind: 'room', id }, message);
  }

  /** The message as the archive has it, if it does. */
  async #entry(account: Account, { state, record }: Found): Promise<ArchiveEntry | undefined> {
    if (!this.#kept) return undefined;
    const { id } = record;
    const query = { account: account.record.id, room: state.key, ids: [id], limit: 1 };
    const page = await this.context.store.archive.page(query);
    return page?.entries[0];
  }

  /** Whether the message says just that already, as far as the archive tells. */
  async #says(account: Account, found: Found, text: string): Promise<boolean> {
    const entry = await this.#entry(account, found);
    const body = entry && BODY.exec(entry.payload)?.[1];
    const words = xmlText(text);
    // What is answered may stand before it.
    return (
      body !== undefined && (body === words || (body.startsWith('&gt; ') && body.endsWith(`\n${words}`)))
    );
  }

  /** Who wrote it: by the archive, else by what was noted of it. */
  #author({ room, record }: Found, entry: ArchiveEntry | undefined): Speaker {
    if (record.direction === 'out' && !entry) return this.#self(room);
    const resource = entry?.nick ?? record.author.slice(room.jid.length + 1);
    const occupantId = entry ? lastOccupantId(entry.payload) : room.byResource(resource)?.occupantId;
    return { resource, ...(occupantId !== undefined && { occupantId }) };
  }

  /** The account itself; a room of its own has one occupancy at most. */
  #self(room: Room): Speaker {
    const [occupancy] = room.occupancies;
    const entry = occupancy?.self === undefined ? undefined : room.members.get(occupancy.self);
    return entry ? { resource: entry.resource, occupantId: entry.occupantId } : THE_ROOM;
  }

  /** Who took it away where it was not its author, as XML; empty where it was. */
  #moderated(room: Room, { by, reason }: Partial<Moderation>): string {
    if (by === undefined) return '';
    const resource = nickResource(by, () => false);
    const occupantId = room.byResource(resource)?.occupantId;
    return renderModerated({
      jid: `${room.jid}/${resource}`,
      ...(occupantId !== undefined && { occupantId }),
      ...(reason !== undefined && { reason }),
    });
  }

  /** The id by which clients know a message of a room (I11). */
  #nameOf({ id, xmppIds }: MessageRecord): string {
    return this.#kept ? id : (xmppIds[0] ?? id);
  }

  #toUser(account: Account, room: Room, { entry }: RoomStanza) {
    return { from: room.jid, to: account.owner, id: entry.id };
  }

  get #kept(): boolean {
    return this.context.options.archive.enabled;
  }

  get #key(): Buffer {
    return this.context.options.occupantKey;
  }
}
