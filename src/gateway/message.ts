import type { ContactId, MemberId, PlaceId, RoomId } from './ids.js';

/** Where a message goes. */
export type Target =
  | { readonly kind: 'contact'; readonly id: ContactId }
  | { readonly kind: 'room'; readonly id: RoomId }
  | { readonly kind: 'member'; readonly room: RoomId; readonly member: MemberId }
  | { readonly kind: 'place'; readonly id: PlaceId };

/** One message of the user, classified once by the core. Text is plain; line ends are `\n`. */
export interface OutboundMessage {
  readonly text: string;
  /** `/me` (XEP-0245), with the `/me ` cut off the text. */
  readonly action?: boolean;
  /** The text corrects an earlier message (XEP-0308) and the network has no edits: mark it in words. */
  readonly corrects?: boolean;
}
