/** Branded ids: a mix-up does not compile. Only the network's own code may look inside a network's id. */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A user's registration with one gateway domain: the key of its row in the store. */
export type AccountId = Brand<number, 'AccountId'>;
/** A person on the network, as its address codec parses and formats it. */
export type ContactId = Brand<string, 'ContactId'>;
/** A group on the network. */
export type RoomId = Brand<string, 'RoomId'>;
/** A part of the network that has an address of its own, such as one IRC server. */
export type PlaceId = Brand<string, 'PlaceId'>;
/** A person inside one room; equal ids are the same person there (on IRC: the case-folded nick). */
export type MemberId = Brand<string, 'MemberId'>;
/** A message as its network names it, unique among the messages of one account. */
export type NetworkMessageId = Brand<string, 'NetworkMessageId'>;
