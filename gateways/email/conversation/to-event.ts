import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import type { DirectMessage, RoomMessage } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { Text } from '../../../src/gateway/text.js';
import { asContactId, asMessageId } from '../ids.js';
import type { Mailbox } from '../mail/mail-address.js';
import type { MailPart } from '../mail/parsed-mail.js';
import { memberIdOf } from './members.js';
import type { Reading } from './reading.js';
import { shownName } from './shown-name.js';
import type { Place } from './threading.js';

/** What a mail becomes, but for whom it is between. */
export interface Shown {
  /** As the core knows it. */
  readonly id: string;
  readonly reading: Reading;
  readonly place: Place;
  /** The subject, where it is another than before. */
  readonly subject: string | undefined;
  readonly remarks: readonly Text[];
  readonly files: readonly MailPart[];
  /** UTC milliseconds, where it is not fresh (F07). */
  readonly time: number | undefined;
  /** The user wrote it himself, elsewhere (F32). */
  readonly own: boolean;
  /** The mail answers the very message before it: no words need be quoted. */
  readonly inSequence: boolean;
}

/** A mail between the user and one person, whoever of the two wrote it. */
export function toDirectMessage(shown: Shown, person: Mailbox): DirectMessage {
  return {
    type: 'direct-message',
    from: asContactId(person.address),
    nick: shownName(person),
    ...common(shown),
  };
}

/** A mail within a group or a list. */
export function toRoomMessage(
  shown: Shown,
  room: { readonly id: RoomId; readonly name: string },
  author: { readonly address: string; readonly nick: string },
): RoomMessage {
  const { kind } = shown.reading.nature;
  return {
    type: 'room-message',
    room: room.id,
    member: memberIdOf(author.address),
    contact: asContactId(author.address),
    nick: author.nick,
    ...(room.name !== '' && { roomName: room.name }),
    ...common(shown),
    // All that comes by a list is marked as sent by a program; here it is the list that sends it.
    automatic: kind === 'auto-reply' || kind === 'auto-generated',
  };
}

function common(shown: Shown): Omit<DirectMessage, 'type' | 'from' | 'nick'> {
  const { id, reading, place, subject, remarks, files, time, own, inSequence } = shown;
  const { text, styled } = reading.content;
  const { quote } = reading;
  const { automatic } = reading.nature;
  return {
    id: asMessageId(id),
    text,
    style: 'text',
    thread: place.thread,
    ...(time !== undefined && { time }),
    ...(own && { own }),
    ...(styled && { styled }),
    ...(subject !== undefined && { subject }),
    ...(place.answered && {
      replyTo: { ...place.answered, ...(!inSequence && quote !== '' && { quote }) },
    }),
    ...(files.length > 0 && { attachments: files.map(toAttachment) }),
    ...(automatic && { automatic }),
    ...(remarks.length > 0 && { remarks }),
  };
}

function toAttachment(part: MailPart): InboundAttachment {
  const { type, fileName, size } = part;
  return {
    ...(fileName !== undefined && { name: fileName }),
    mediaType: type,
    ...(size !== undefined && { size }),
    open: () => part.open(),
  };
}
