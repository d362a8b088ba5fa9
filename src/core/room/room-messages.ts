import type { RoomMessage, SubjectChanged } from '../../gateway/event.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import {
  type Rendered,
  renderDelay,
  renderGroupchat,
  renderOccupantId,
  renderStanzaId,
  subjectPayload,
} from '../../xmpp/xep/0045-muc/render.js';
import type { DomainContext } from '../domain.js';
import { bodyOf } from '../message/body.js';
import type { ArchiveIds } from './archive-ids.js';
import { nickResource } from './nick-resource.js';
import type { Room } from './room.js';

/** What a client of ours wrote, for the message that all of us see. */
export interface OwnMessage {
  /** The client's id, kept in the reflection (XEP-0045 §7.4). */
  readonly messageId: string;
  /** Children as XML, cleaned of what only the room may say. */
  readonly payload: string;
}

/** What the core keeps with a shared event: made once, whoever sees it first. */
interface MessageMemo {
  own: OwnMessage | undefined;
  rendered: Rendered | undefined;
}

/** Renders room messages and subjects once and archives them once. */
export class RoomMessages {
  constructor(
    private readonly context: DomainContext,
    private readonly ids: ArchiveIds,
  ) {}

  /** Ties a message of our own to the event that all observers will emit for it. */
  claim(event: RoomMessage, own: OwnMessage): void {
    this.#memo(event).own = own;
  }

  /** The stanza for this event; the first call archives it. */
  render(room: Room, event: RoomMessage): Rendered {
    const memo = this.#memo(event);
    if (memo.rendered) return memo.rendered;
    // Archive id and stanza-id (XEP-0359), made now and not when the message was sent: ids sort by what was seen
    // first, or a client that asks for what came after the last id it knows (XEP-0313 §4.3) would miss some.
    const id = this.ids.next();
    const entry = room.members.get(event.member);
    const resource = entry?.resource ?? nickResource(event.nick, () => false);
    const fromAttr = entry?.fromAttr ?? `${room.jidAttr}/${xmlAttr(resource)}`;
    // A client that gave no id gets one: an empty id names nothing.
    const messageId = memo.own?.messageId || id;
    const time = event.time ?? Date.now();
    const content =
      (memo.own?.payload ?? `<body>${xmlText(bodyOf(event))}</body>`) +
      (entry ? renderOccupantId(entry.occupantId) : '');
    const live =
      content +
      (this.context.options.archive.enabled ? renderStanzaId(id, room.jidAttr) : '') +
      (event.time === undefined ? '' : renderDelay(room.jidAttr, event.time));
    memo.rendered = renderGroupchat(fromAttr, messageId, live);
    this.#archive(room, 'message', id, messageId, time, resource, content);
    return memo.rendered;
  }

  /** A change of subject, told to everybody and archived once (XEP-0045 §8.1, XEP-0313 §6.1.2). */
  renderSubject(room: Room, event: SubjectChanged): Rendered {
    const known = event.memo as Rendered | undefined;
    if (known) return known;
    const entry = event.member === undefined ? undefined : room.members.get(event.member);
    const id = this.ids.next();
    const payload = subjectPayload(event.subject.text) + (entry ? renderOccupantId(entry.occupantId) : '');
    const rendered = renderGroupchat(
      entry?.fromAttr ?? room.jidAttr,
      id,
      payload + (this.context.options.archive.enabled ? renderStanzaId(id, room.jidAttr) : ''),
    );
    event.memo = rendered;
    room.subject = event.subject;
    this.#archive(room, 'subject', id, id, event.time ?? Date.now(), entry?.resource ?? '', payload);
    return rendered;
  }

  /** False while the archive's buffer is over its limit. */
  archiveAccepts = true;

  #memo(event: RoomMessage): MessageMemo {
    let memo = event.memo as MessageMemo | undefined;
    if (!memo) {
      memo = { own: undefined, rendered: undefined };
      event.memo = memo;
    }
    return memo;
  }

  #archive(
    room: Room,
    type: 'message' | 'subject',
    id: string,
    messageId: string,
    time: number,
    nick: string,
    payload: string,
  ): void {
    if (!this.context.options.archive.enabled) return;
    if (room.owner !== undefined) this.context.store.archive.showAll(room.owner, room.key);
    this.archiveAccepts = this.context.store.archive.append({
      id,
      room: room.key,
      time,
      nick,
      type,
      messageId,
      payload,
    });
  }
}
