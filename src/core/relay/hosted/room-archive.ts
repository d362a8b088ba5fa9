import type { Archive, ArchiveEntry, ArchivePage } from '../../../store/store.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { lastOccupantId, renderOccupantId } from '../../../xmpp/xep/0045-muc/render.js';
import { renderRetracted } from '../../../xmpp/xep/0424-message-retraction/retraction.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import type { ArchiveIds } from '../../room/archive-ids.js';
import type { ArchiveFilter } from '../../room-iq/archive-query.js';

/** Messages of a room whose authors are remembered, so that the disk need not be asked. */
const REMEMBERED = 2_000;
/** Corrections of one message that are looked for when it is taken back. */
const MOST_EDITS = 200;

/** A message that was said, as far as it must be known later. */
export interface SaidMessage {
  /** The room's id of it (XEP-0359). */
  readonly id: string;
  /** Its author's. */
  readonly messageId: string;
  readonly nick: string;
  /** Who said it; undefined: the room itself. */
  readonly occupantId?: string;
}

/** Where the archive of a room lies. */
export interface ArchivePlace {
  readonly archive: Archive;
  /** The account of the gateway's own that sees all of it. */
  readonly account: number;
  readonly room: number;
  readonly ids: ArchiveIds;
  /** False: nothing is kept but what memory holds. */
  readonly kept: boolean;
}

/** One archive for all who enter a room. */
export class RoomArchive {
  readonly #said = new BoundedMap<string, SaidMessage>(REMEMBERED);
  /** By author's occupant id and id: what a relay may tell again, since it does not know whether it has been told. */
  readonly #byAuthor = new BoundedMap<string, SaidMessage>(REMEMBERED);
  readonly #authors = new BoundedMap<string, string>(REMEMBERED);
  #accepts = true;

  constructor(private readonly place: ArchivePlace) {}

  get kept(): boolean {
    return this.place.kept;
  }

  /** False while more waits to be written than should: nothing may be said. */
  get accepts(): boolean {
    return this.#accepts;
  }

  /** Reads what was said last. Rejects with the store's error. */
  async open(limit: number): Promise<void> {
    if (!this.kept) return;
    this.#showAll();
    for (const entry of (await this.page({ before: '', limit }))?.entries ?? [])
      this.#remember(saidOf(entry));
  }

  /** The next id; ids rise in the order in which things are said. */
  nextId(): string {
    return this.place.ids.next();
  }

  /** Keeps what is said, under an id that was just made. */
  append(entry: Omit<ArchiveEntry, 'room'>): void {
    this.#remember(saidOf(entry));
    if (!this.kept) return;
    const { archive, room } = this.place;
    this.#showAll();
    this.#accepts = archive.append({ ...entry, room });
    if (this.#accepts) return;
    void archive.drained().then(() => {
      this.#accepts = true;
    });
  }

  /** What somebody has said under an id of his own, if it was lately. */
  byAuthor(occupantId: string, messageId: string): SaidMessage | undefined {
    return this.#byAuthor.get(`${occupantId}\n${messageId}`);
  }

  /** Who has said something under an id of his own, if it was lately: the last one. */
  authorOf(messageId: string): string | undefined {
    return this.#authors.get(messageId);
  }

  /** A message by the room's id. Rejects with the store's error. */
  async find(id: string): Promise<SaidMessage | undefined> {
    const known = this.#said.get(id);
    if (known || !this.kept) return known;
    const [entry] = (await this.page({ ids: [id], limit: 1 }))?.entries ?? [];
    return entry && saidOf(entry);
  }

  /**
   * Takes the words of a message away, and what they were corrected to (XEP-0424 §4). Durable when it resolves.
   * @param inside children of the tombstone as XML
   */
  async takeAway(
    { id, messageId, nick, occupantId }: SaidMessage,
    retraction: { readonly id: string; readonly time: number; readonly inside: string },
  ): Promise<void> {
    if (!this.kept) return;
    const author = occupantId === undefined ? '' : renderOccupantId(occupantId);
    const { time, inside } = retraction;
    const written = xmlAttr(messageId);
    const later = await this.page({ nick, afterId: id, limit: MOST_EDITS });
    const edits = (later?.entries ?? []).filter(
      ({ payload }) =>
        lastOccupantId(payload) === occupantId && /<replace [^>]*id='([^']*)'/.exec(payload)?.[1] === written,
    );
    await this.place.archive.rewrite(this.place.room, [
      { id, payload: renderRetracted({ retraction: retraction.id, time, inside }) + author },
      ...edits.map((edit) => ({ id: edit.id, payload: author })),
    ]);
  }

  /** Undefined when the query names an entry that is not there. Rejects with the store's error. */
  async page(filter: ArchiveFilter): Promise<ArchivePage | undefined> {
    const { archive, account, room } = this.place;
    return archive.page({ account, room, ...filter });
  }

  /** For the metadata. */
  get whose(): { readonly account: number; readonly room: number } {
    const { account, room } = this.place;
    return { account, room };
  }

  /** The newest messages, oldest first. Rejects with the store's error. */
  async history(limit: number, since?: number): Promise<readonly ArchiveEntry[]> {
    if (!this.kept || limit === 0) return [];
    const { archive, account, room } = this.place;
    const entries = await archive.history(account, room, limit, since);
    return entries.filter(({ type }) => type === 'message');
  }

  /** Resolves when all that was said is on the disk. */
  async flushed(): Promise<void> {
    if (this.kept) await this.place.archive.flushed();
  }

  /** Whoever keeps the archives clean may have forgotten, in a room that was long silent, who sees it. */
  #showAll(): void {
    const { archive, account, room } = this.place;
    archive.showAll(account, room);
  }

  #remember(said: SaidMessage): void {
    this.#said.set(said.id, said);
    const { occupantId, messageId } = said;
    if (occupantId === undefined) return;
    this.#byAuthor.set(`${occupantId}\n${messageId}`, said);
    this.#authors.set(messageId, occupantId);
  }
}

function saidOf({ id, messageId, nick, payload }: Omit<ArchiveEntry, 'room'>): SaidMessage {
  const occupantId = lastOccupantId(payload);
  return { id, messageId, nick, ...(occupantId !== undefined && { occupantId }) };
}
