import { HostedRoom, type HostedRoomOptions } from '../../../src/core/relay/hosted/hosted-room.js';
import type { Session } from '../../../src/core/relay/hosted/occupants.js';
import { RoomArchive } from '../../../src/core/relay/hosted/room-archive.js';
import { newRecord, type RoomRecord } from '../../../src/core/relay/hosted/room-record.js';
import { type Open, takeStanza } from '../../../src/core/relay/hosted/room-stanzas.js';
import { RoomTalk } from '../../../src/core/relay/hosted/room-talk.js';
import { ArchiveIds } from '../../../src/core/room/archive-ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { parseStanza } from '../../../src/xmpp/parse-stanza.js';
import { MemoryStore } from '../memory-store.js';
import { RecordingSink } from '../recording-sink.js';

/** Address of the room. */
export const HOSTED = 'club@relay.example.org';
/** Owns it. */
export const OWNER = 'boss@example.org';

const KEY_BYTES = 32;

/** A hosted room without a server, and what it sends. */
export class HostedStage implements Open {
  readonly room: HostedRoom;
  readonly talk: RoomTalk;
  readonly store = new MemoryStore();
  readonly archive: RoomArchive;
  readonly sink = new RecordingSink();
  /** What the relay's seats were told. */
  readonly inside: string[] = [];
  readonly saved: RoomRecord[] = [];

  constructor(options: Partial<HostedRoomOptions> = {}, record: Partial<RoomRecord> = {}) {
    this.archive = new RoomArchive({
      ...{ archive: this.store.archive, account: 1, room: 1, ids: new ArchiveIds(), kept: true },
    });
    const own = { ...newRecord(0, OWNER), ...record };
    this.room = new HostedRoom(parseJid(HOSTED), own, {
      options: {
        ...{ mostOccupants: 100, mostSessions: 5, history: 20, mostHistory: 100, messageLength: 1_000 },
        ...options,
      },
      ...{ archive: this.archive, sink: this.sink, operators: new Set() },
      occupantKey: Buffer.alloc(KEY_BYTES),
      inside: (xml) => this.inside.push(xml),
      save: async (changed) => {
        this.saved.push(changed);
      },
      fault: (error) => {
        throw error;
      },
    });
    this.talk = new RoomTalk(this.room);
  }

  /** Somebody sends a stanza. Rejects with what he would get as an error. */
  async take(xml: string, kind: Session['kind'] = 'user'): Promise<void> {
    const stanza = parseStanza(xml);
    if (!stanza) throw new Error(`no stanza: ${xml}`);
    const { from = '', to = '' } = stanza.attrs;
    await takeStanza(this, stanza, { from: parseJid(from), to: parseJid(to), kind });
    await this.shown();
  }

  enter(from: string, nick: string, kind: Session['kind'] = 'user', children = ''): Promise<void> {
    const x = "<x xmlns='http://jabber.org/protocol/muc'/>";
    return this.take(`<presence from='${from}' to='${HOSTED}/${nick}'>${x}${children}</presence>`, kind);
  }

  say(from: string, body: string, id: string, kind: Session['kind'] = 'user'): Promise<void> {
    return this.take(
      `<message type='groupchat' id='${id}' from='${from}' to='${HOSTED}'><body>${body}</body></message>`,
      kind,
    );
  }

  /** What was sent to somebody outside. */
  to(full: string): readonly XmlElement[] {
    return this.sink.sent.flatMap((xml) => {
      const stanza = parseStanza(xml);
      return stanza?.attrs.to === full ? [stanza] : [];
    });
  }

  /** What the archive holds. */
  async entries() {
    return (await this.archive.page({ limit: 1_000 }))?.entries ?? [];
  }

  /** Whoever has come in has been shown the room. */
  async shown(): Promise<void> {
    for (const { session } of this.room.occupants.sessions())
      while (session.held !== undefined) await new Promise((resolve) => setImmediate(resolve));
  }
}
