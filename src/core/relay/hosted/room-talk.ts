import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr, xmlText } from '../../../xmpp/escape-xml.js';
import { JidMalformedError, parseJid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import {
  renderDelay,
  renderGroupchat,
  renderOccupantId,
  renderStanzaId,
  subjectPayload,
} from '../../../xmpp/xep/0045-muc/render.js';
import { renderRetract } from '../../../xmpp/xep/0424-message-retraction/retraction.js';
import { renderModerated } from '../../../xmpp/xep/0425-moderated-retraction/moderation.js';
import { BoundedMap } from '../../limit/bounded-map.js';
import { cleanPayload } from '../../message/clean-payload.js';
import type { HostedRoom, Seated } from './hosted-room.js';
import type { SaidMessage } from './room-archive.js';

/** UTF-16 units of all that a message holds, as a multiple of what its words may have. */
const PAYLOAD_FACTOR = 10;
/** Private messages that are remembered. */
const WHISPERS = 1_000;
/** Children that say nothing that anybody looks for later. */
const FLEETING: ReadonlySet<string> = new Set([NS.CHAT_STATES, NS.HINTS, NS.CHAT_MARKERS, NS.RECEIPTS]);
const UNKEPT: ReadonlySet<string> = new Set(['no-store', 'no-permanent-store']);

/** What is said in a hosted room. */
export class RoomTalk {
  /** Private messages under way: who wrote them, their ids, and who is to read them. */
  readonly #whispers = new BoundedMap<string, true>(WHISPERS);

  constructor(private readonly room: HostedRoom) {}

  /** A groupchat message (§7.4, §8.1). Rejects or throws StanzaError for what the room does not take. */
  say(seated: Seated, stanza: XmlElement): Promise<void> | undefined {
    const { occupant } = seated;
    const { services } = this.room;
    const text = stanza.childText('body');
    const subject = stanza.child('subject');
    if (subject && text === undefined && !stanza.child('thread')) {
      return this.#setSubject(seated, subject.text());
    }
    if (occupant.role === 'visitor') throw new StanzaError('forbidden');
    if ((text?.length ?? 0) > services.options.messageLength) throw new StanzaError('policy-violation');
    const again = occupant.kind !== 'user' && services.archive.byAuthor(occupant.id, stanza.attrs.id ?? '');
    if (again) {
      this.#reflectAgain(seated, again);
      return undefined;
    }
    const retracts = stanza.child('retract', NS.RETRACT)?.attrs.id;
    if (retracts !== undefined) return this.#retract(seated, stanza, retracts);
    this.#commit(seated, stanza, cleanPayload(stanza, { keepCorrection: this.#mayCorrect(seated, stanza) }));
    return undefined;
  }

  /** A message to an occupant alone (§7.5). @throws {StanzaError} */
  whisper({ occupant }: Seated, nick: string, stanza: XmlElement): void {
    if (stanza.attrs.type === 'groupchat') throw new StanzaError('bad-request');
    const target = this.room.occupants.called(nick);
    if (!target) throw new StanzaError('item-not-found');
    const { id, type = 'normal' } = stanza.attrs;
    const from = `${this.room.jidAttr}/${xmlAttr(occupant.nick)}`;
    const payload = `${cleanPayload(stanza, { keepCorrection: true })}<x xmlns='${NS.MUC_USER}'/>${renderOccupantId(occupant.id)}`;
    if (payload.length > this.#mostPayload) throw new StanzaError('policy-violation');
    const named = id === undefined ? '' : ` id='${xmlAttr(id)}'`;
    if (id !== undefined) this.#whispers.set(whisperName(occupant.nick, id, target.nick), true);
    for (const session of target.sessions.values()) {
      this.room.send(
        session,
        `<message from='${from}' to='${session.toAttr}' type='${xmlAttr(type)}'${named}>${payload}</message>`,
      );
    }
  }

  /** A private message comes back: who wrote it hears. False: it was none. */
  whisperRefused({ occupant }: Seated, author: string, stanza: XmlElement): boolean {
    const { id } = stanza.attrs;
    if (id === undefined || !this.#whispers.get(whisperName(author, id, occupant.nick))) return false;
    const error = stanza.child('error')?.toString(NS.COMPONENT) ?? '';
    const from = `${this.room.jidAttr}/${xmlAttr(occupant.nick)}`;
    for (const session of this.room.occupants.called(author)?.sessions.values() ?? []) {
      const to = `to='${session.toAttr}' type='error' id='${xmlAttr(id)}'`;
      this.room.send(session, `<message from='${from}' ${to}>${error}<x xmlns='${NS.MUC_USER}'/></message>`);
    }
    return true;
  }

  /** An invitation, to be passed on (§7.8.2), or its refusal. @throws {StanzaError} */
  async toRoom({ occupant }: Seated, stanza: XmlElement): Promise<void> {
    const invite = stanza.child('x', NS.MUC_USER)?.child('invite', NS.MUC_USER);
    if (!invite) throw new StanzaError('bad-request');
    const { room } = this;
    const { membersOnly, password } = room.record;
    const invited = parsed(invite.attrs.to);
    if (membersOnly && room.affiliationOf(invited) === 'none') {
      if (occupant.role !== 'moderator') throw new StanzaError('forbidden');
      await room.setAffiliation(invited.toBare(), 'member', { by: occupant.nick });
    }
    const reason = invite.childText('reason')?.slice(0, room.services.options.messageLength);
    const words = reason === undefined ? '' : `<reason>${xmlText(reason)}</reason>`;
    const secret = password === undefined ? '' : `<password>${xmlText(password)}</password>`;
    const by = `${room.jidAttr}/${xmlAttr(occupant.nick)}`;
    const direct = `<x xmlns='${NS.CONFERENCE}' jid='${room.jidAttr}'${reason === undefined ? '' : ` reason='${xmlAttr(reason)}'`}/>`;
    room.services.sink.send(
      `<message from='${room.jidAttr}' to='${xmlAttr(invited.full)}'><x xmlns='${NS.MUC_USER}'>` +
        `<invite from='${by}'>${words}</invite>${secret}</x>${direct}</message>`,
    );
  }

  /** A moderator takes away what somebody has said (XEP-0425). Rejects with StanzaError, or the store's error. */
  async moderate({ occupant }: Seated, id: string, reason: string | undefined): Promise<void> {
    const said = await this.room.services.archive.find(id);
    if (!said) throw new StanzaError('item-not-found');
    const jid = `${this.room.jid.bare}/${occupant.nick}`;
    const why = reason === undefined ? {} : { reason };
    const inside = renderModerated({ jid, occupantId: occupant.id, ...why });
    const now = this.#write('', renderRetract(id, inside), undefined);
    await this.room.services.archive.takeAway(said, { id: now, time: Date.now(), inside });
  }

  async #setSubject({ occupant }: Seated, text: string): Promise<void> {
    const { room } = this;
    if (occupant.role !== 'moderator' && !(room.record.openSubject && occupant.role === 'participant'))
      throw new StanzaError('forbidden');
    if (text.length > room.services.options.messageLength) throw new StanzaError('policy-violation');
    const time = Date.now();
    await room.change((record) => ({ ...record, subject: { text, by: occupant.nick, time } }));
    const { archive } = room.services;
    const id = archive.nextId();
    const payload = subjectPayload(text) + renderOccupantId(occupant.id);
    archive.append({ id, time, nick: occupant.nick, type: 'subject', messageId: id, payload });
    const from = `${room.jidAttr}/${xmlAttr(occupant.nick)}`;
    room.broadcast(renderGroupchat(from, id, payload + renderStanzaId(id, room.jidAttr)));
  }

  /** Only one's own words can be taken back (XEP-0424 §5, I12). */
  async #retract(seated: Seated, stanza: XmlElement, id: string): Promise<void> {
    const { archive } = this.room.services;
    const said = (await archive.find(id)) ?? archive.byAuthor(seated.occupant.id, id);
    if (!said) throw new StanzaError('item-not-found');
    if (said.occupantId !== seated.occupant.id) throw new StanzaError('forbidden');
    const retraction = this.#commit(seated, stanza, cleanPayload(stanza, { keepCorrection: false }));
    await archive.takeAway(said, { id: stanza.attrs.id || retraction, time: Date.now(), inside: '' });
  }

  /** XEP-0308 §4, I12: of what is known to be somebody else's it is none; clients see to the rest. */
  #mayCorrect({ occupant }: Seated, stanza: XmlElement): boolean {
    const corrected = stanza.child('replace', NS.CORRECT)?.attrs.id;
    if (corrected === undefined) return false;
    const author = this.room.services.archive.authorOf(corrected);
    return author === undefined || author === occupant.id;
  }

  /** @returns the room's id of it */
  #commit({ occupant, session }: Seated, stanza: XmlElement, payload: string): string {
    if (payload.length > this.#mostPayload) throw new StanzaError('policy-violation');
    const stamp = occupant.kind === 'user' ? undefined : stanza.child('delay', NS.DELAY)?.attrs.stamp;
    const time = stamp === undefined ? Number.NaN : Date.parse(stamp);
    const keeps = stanza.elements().some(({ ns }) => !FLEETING.has(ns)) && !unkept(stanza);
    return this.#write(occupant.nick, payload, {
      ...{ occupantId: occupant.id, messageId: stanza.attrs.id ?? '', keeps, session },
      ...(!Number.isNaN(time) && { time }),
    });
  }

  /** Tells it, and keeps it. @param by undefined: the room itself says it */
  #write(
    nick: string,
    children: string,
    by:
      | {
          readonly occupantId: string;
          readonly messageId: string;
          readonly keeps: boolean;
          readonly session: Seated['session'];
          readonly time?: number;
        }
      | undefined,
  ): string {
    const { jidAttr, services } = this.room;
    const { archive } = services;
    if (!archive.accepts) throw new StanzaError('resource-constraint');
    const id = archive.nextId();
    // A client that gave no id gets one: an empty id names nothing.
    const messageId = by?.messageId || id;
    const payload = children + (by ? renderOccupantId(by.occupantId) : '');
    const time = by?.time ?? Date.now();
    const keeps = by?.keeps ?? true;
    if (keeps) archive.append({ id, time, nick, type: 'message', messageId, payload });
    const from = nick === '' ? jidAttr : `${jidAttr}/${xmlAttr(nick)}`;
    const live =
      payload +
      (keeps ? renderStanzaId(id, jidAttr) : '') +
      (by?.time === undefined ? '' : renderDelay(jidAttr, by.time));
    this.room.broadcast(renderGroupchat(from, messageId, live), by?.session);
    return id;
  }

  /** The relay does not know whether that was said before the last run ended: it was. */
  #reflectAgain({ occupant, session }: Seated, { id, messageId }: SaidMessage): void {
    const from = `${this.room.jidAttr}/${xmlAttr(occupant.nick)}`;
    const payload = renderOccupantId(occupant.id) + renderStanzaId(id, this.room.jidAttr);
    const { head, tail } = renderGroupchat(from, messageId, payload);
    this.room.send(session, head + session.toAttr + tail);
  }

  get #mostPayload(): number {
    return this.room.services.options.messageLength * PAYLOAD_FACTOR;
  }
}

function unkept(stanza: XmlElement): boolean {
  return stanza.elements().some(({ ns, name }) => ns === NS.HINTS && UNKEPT.has(name));
}

function whisperName(author: string, id: string, reader: string): string {
  return JSON.stringify([author, id, reader]);
}

/** @throws {StanzaError} */
function parsed(text: string | undefined) {
  try {
    return parseJid(text ?? '');
  } catch (error) {
    if (error instanceof JidMalformedError) throw new StanzaError('jid-malformed');
    throw error;
  }
}
