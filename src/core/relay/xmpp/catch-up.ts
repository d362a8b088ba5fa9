import { randomUUID } from 'node:crypto';
import { el, type XmlElement } from '../../../xmpp/element.js';
import { type Jid, parseJid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import {
  type ArchivedStanza,
  archiveQuery,
  readArchiveFin,
  readArchiveResult,
} from '../../../xmpp/xep/0313-message-archive-management/reading.js';
import type { XmppLegServices } from './xmpp-leg-options.js';

/** Entries of one page. */
const PAGE = 100;

/** What reading a room's archive needs of the world. */
export interface CatchUpServices extends Pick<XmppLegServices, 'request'> {
  /** Bare JID. */
  readonly room: string;
  readonly address: Jid;
  /** Entries read at most: the newest. */
  readonly most: number;
  /** One after the other, oldest first. */
  heard(stanza: XmlElement, nick: string, time: number): void;
}

/** Reads in a room's archive (XEP-0313) what was said while the relay was away. */
export class CatchUp {
  #queryId: string | undefined;
  #page: ArchivedStanza[] = [];

  constructor(private readonly services: CatchUpServices) {}

  /** Takes a message of the room. False: it is no result. */
  receive(message: XmlElement): boolean {
    if (!message.child('result', NS.MAM)) return false;
    const found = this.#queryId === undefined ? undefined : readArchiveResult(message, this.#queryId);
    if (found && this.#page.length < PAGE) this.#page.push(found);
    return true;
  }

  /** Rejects with StanzaError where the room does not tell. @param since UTC milliseconds */
  async read(since: number): Promise<void> {
    const { most, room, heard } = this.services;
    const all = await this.#pages(since, most);
    for (const { id, time, stanza } of all) {
      const nick = nickOf(stanza, room);
      if (stanza.attrs.type !== 'groupchat' || nick === undefined) continue;
      const named = stanza.childrenNamed('stanza-id', NS.SID).some(({ attrs }) => attrs.by === room);
      if (!named) stanza.children.push(el('stanza-id', NS.SID, { by: room, id }));
      heard(stanza, nick, time);
    }
  }

  async #pages(start: number, most: number): Promise<readonly ArchivedStanza[]> {
    const { address, room, request } = this.services;
    let all: ArchivedStanza[] = [];
    let before = '';
    let queryId = '';
    try {
      while (all.length < most) {
        queryId = randomUUID();
        this.#queryId = queryId;
        this.#page = [];
        const max = Math.min(PAGE, most - all.length);
        const fin = await request('set', address, room, archiveQuery({ queryId, start, before, max }));
        if (this.#queryId !== queryId) break;
        const { complete, first } = readArchiveFin(fin);
        all = [...this.#page, ...all];
        if (complete || first === undefined || this.#page.length === 0) break;
        before = first;
      }
    } finally {
      // Another reading may have begun since the way to the room was lost.
      if (this.#queryId === queryId) {
        this.#queryId = undefined;
        this.#page = [];
      }
    }
    return all;
  }
}

function nickOf(stanza: XmlElement, room: string): string | undefined {
  try {
    const from = parseJid(stanza.attrs.from ?? '');
    return from.bare === room ? from.resource : undefined;
  } catch {
    return undefined;
  }
}
