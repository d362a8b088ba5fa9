import { Api } from 'telegram';
import { RpcFailure } from '../wire/schema.js';
import type { Box, BoxMessage } from '../world/box.js';
import type { Place } from '../world/posting.js';
import { peerOf } from '../world/views.js';
import type { ChannelPlace, GroupPlace, Person } from '../world/world.js';
import { type Call, caller } from './call.js';
import { personOf } from './users.js';

/** What an input names, as far as the caller may know of it. @throws {RpcFailure} */
export function placeOf(input: unknown, call: Call): Place {
  if (input instanceof Api.InputPeerChat) return groupOf(input.chatId.toJSNumber(), call);
  if (input instanceof Api.InputPeerChannel || input instanceof Api.InputChannel)
    return channelOf(input, call);
  return personOf(input, call);
}

export function groupOf(id: number, call: Call): GroupPlace {
  const group = call.server.world.groups.get(id);
  if (!group?.members.has(caller(call))) throw new RpcFailure(400, 'CHAT_ID_INVALID');
  return group;
}

/** @throws {RpcFailure} for a wrong hash, and for a private channel that the caller is not in */
export function channelOf(input: unknown, call: Call): ChannelPlace {
  if (!(input instanceof Api.InputPeerChannel || input instanceof Api.InputChannel))
    throw new RpcFailure(400, 'CHANNEL_INVALID');
  const channel = call.server.world.channels.get(input.channelId.toJSNumber());
  if (!channel || channel.accessHash.toString() !== input.accessHash.toString())
    throw new RpcFailure(400, 'CHANNEL_INVALID');
  const role = channel.members.get(caller(call))?.role;
  const inside = role !== undefined && role !== 'left' && role !== 'banned';
  if (!inside && (channel.username === undefined || role === 'banned'))
    throw new RpcFailure(400, 'CHANNEL_PRIVATE');
  return channel;
}

/** The box that holds the caller's view of a place. */
export function boxOf(place: Place, viewer: Person): Box {
  return place.kind === 'channel' ? place.box : viewer.box;
}

/** The messages of a place as the caller has them, newest first. */
export function messagesOf(place: Place, viewer: Person): readonly BoxMessage[] {
  const wanted = nameOf(peerOf(place));
  return boxOf(place, viewer)
    .newest()
    .filter(({ peer }) => nameOf(peer) === wanted);
}

/** @throws {RpcFailure} when it is not there */
export function messageOf(place: Place, id: number, viewer: Person): BoxMessage {
  const message = boxOf(place, viewer).messages.get(id);
  if (!message || nameOf(message.peer) !== nameOf(peerOf(place)))
    throw new RpcFailure(400, 'MESSAGE_ID_INVALID');
  return message;
}

/** A name for maps. */
export function nameOf(peer: Api.TypePeer): string {
  if (peer instanceof Api.PeerUser) return `u${peer.userId}`;
  return peer instanceof Api.PeerChat ? `g${peer.chatId}` : `c${peer.channelId}`;
}
