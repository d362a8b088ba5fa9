import type { OutboundAttachment } from './attachment.js';
import type { ContactId, MemberId, NetworkMessageId, PlaceId, RoomId } from './ids.js';

/** Where a message goes. */
export type Target =
  | { readonly kind: 'contact'; readonly id: ContactId }
  | { readonly kind: 'room'; readonly id: RoomId }
  | { readonly kind: 'member'; readonly room: RoomId; readonly member: MemberId }
  | { readonly kind: 'place'; readonly id: PlaceId };

/** An earlier message that a message speaks of. */
export interface MessageReference {
  readonly id: NetworkMessageId;
  /** The user wrote it himself. */
  readonly own: boolean;
}

/**
 * One message of the user, classified once by the core. Text is plain with XEP-0393 styling as typed; line ends
 * are `\n`. What a network has no facet for is already part of the text: the quotation of a reply, the link of a
 * file, the mark of a correction.
 */
export interface OutboundMessage {
  /** The same over every try of this message, for networks that take a key against doubles. */
  readonly key?: string;
  readonly text: string;
  /** `/me` (XEP-0245), with the `/me ` cut off the text. */
  readonly action?: boolean;
  /** The text corrects an earlier message (XEP-0308) and the network has no edits: mark it in words. */
  readonly corrects?: boolean;
  /** The user wants no styling (XEP-0393 §6). */
  readonly unstyled?: boolean;
  readonly subject?: string;
  /** XEP-0201. */
  readonly thread?: string;
  /** Only with the facet `replies`. */
  readonly replyTo?: MessageReference & {
    /** The words that are answered, where the client has quoted them. */ readonly quote?: string;
  };
  /** Only with the facet `media`. */
  readonly attachments?: readonly OutboundAttachment[];
  /** Only with the facet `speaksFor`: display name of whose words they are; the account only tells them. */
  readonly speaker?: string;
  /** Only with the facet `mentions`: members of the room who are named in the text, in its order, by UTF-16 units. */
  readonly mentions?: readonly OutboundMention[];
  /** A program speaks: nothing should answer it by itself (RFC 3834). */
  readonly automatic?: boolean;
}

/** A member of a room who is named in a text. */
export interface OutboundMention {
  readonly begin: number;
  readonly end: number;
  readonly member: MemberId;
}
