import bigInt from 'big-integer';
import { Api } from 'telegram';
import type { ChannelPlace, GroupPlace, Person } from './world.js';

/** Where something can be said. */
export type Place = Person | GroupPlace | ChannelPlace;

/** The number as the client library wants it. */
export const long = (value: bigint | number) => bigInt(value.toString());

export const personPeer = ({ id }: { readonly id: number }) => new Api.PeerUser({ userId: long(id) });
export const groupPeer = ({ id }: { readonly id: number }) => new Api.PeerChat({ chatId: long(id) });
export const channelPeer = ({ id }: { readonly id: number }) => new Api.PeerChannel({ channelId: long(id) });

export function peerOf(place: Place): Api.TypePeer {
  if (place.kind === 'person') return personPeer(place);
  return place.kind === 'group' ? groupPeer(place) : channelPeer(place);
}

/** A name for maps: `u`, `g` or `c` and the number. */
export function nameOf(peer: Api.TypePeer): string {
  if (peer instanceof Api.PeerUser) return `u${peer.userId}`;
  return peer instanceof Api.PeerChat ? `g${peer.chatId}` : `c${peer.channelId}`;
}
