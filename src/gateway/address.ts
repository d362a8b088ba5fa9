import type { AccountView } from './gateway.js';
import type { ContactId, PlaceId, RoomId } from './ids.js';

/** What a local part of the gateway's domain stands for. */
export type Address =
  | { readonly kind: 'contact'; readonly id: ContactId; readonly place?: PlaceId }
  | { readonly kind: 'room'; readonly id: RoomId; readonly place?: PlaceId }
  | { readonly kind: 'place'; readonly id: PlaceId };

/**
 * Network id ↔ JID local part. Pure; `parse(format(x))` equals x, and what somebody is called never
 * depends on who asks, on display names or on restarts. Local parts here are prepared and unescaped
 * (XEP-0106): the core escapes and unescapes.
 */
export interface AddressCodec {
  /** Undefined for a local part that cannot exist on this network. */
  parse(local: string): Address | undefined;
  format(address: Address): string;
  /**
   * What a person types into "add contact" (`jabber:iq:gateway`); undefined when it is not understood: no guess.
   * `account` is who types, where he has one: what is understood may depend on his settings, such as his country.
   * What only the network knows is for `Session.resolveInput`.
   */
  parseInput(input: string, account?: AccountView): Address | undefined;
}
