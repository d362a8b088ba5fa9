import type { ContactId, NetworkMessageId, RoomId } from '../../src/gateway/ids.js';

/** Makes a contact of a mail address in its one form (`mail/mail-address.ts`). */
export const asContactId = (address: string): ContactId => address as ContactId;
/** `#` and a List-Id, or `!` and the hash of a group's participants (`address.ts`). */
export const asRoomId = (local: string): RoomId => local as RoomId;
/** A Message-ID without angle brackets (RFC 5322 §3.6.4). */
export const asMessageId = (id: string): NetworkMessageId => id as NetworkMessageId;
