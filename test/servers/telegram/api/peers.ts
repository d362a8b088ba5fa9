import { Api } from 'telegram';
import type { Box, BoxMessage } from '../world/box.js';
import { nameOf, type Place, peerOf } from '../world/peers.js';
import { isIn } from '../world/rights.js';
import { visible } from '../world/views.js';
import type { ChannelPlace, GroupPlace, Person } from '../world/world.js';
import { type Call, caller, refuse } from './call.js';
import { personOf } from './users.js';

/** What an input names, as far as the caller may know of it. @throws {RpcFailure} */
export function placeOf(input: unknown, call: Call): Place {
  if (input instanceof Api.InputPeerChat) return groupOf(input.chatId.toJSNumber(), call);
  return isChannelInput(input) ? channelOf(input, call) : personOf(input, call);
}

/** A group or a channel, not a person. @throws {RpcFailure} */
export function groupOrChannelOf(input: unknown, call: Call): GroupPlace | ChannelPlace {
  const place = placeOf(input, call);
  return place.kind === 'person' ? refuse('PEER_ID_INVALID') : place;
}

/** @throws {RpcFailure} for one that the caller never was in */
export function groupOf(id: number, call: Call): GroupPlace {
  const group = call.server.world.groups.get(id);
  return group?.members.has(caller(call)) ? group : refuse('CHAT_ID_INVALID');
}

/** @throws {RpcFailure} for a wrong hash, and for a private channel that the caller is not in */
export function channelOf(input: unknown, call: Call): ChannelPlace {
  const viewer = caller(call);
  if (!isChannelInput(input)) return refuse('CHANNEL_INVALID');
  const channel = call.server.world.channels.get(input.channelId.toJSNumber());
  if (!channel) return refuse('CHANNEL_INVALID');
  if (input instanceof Api.InputPeerChannel || input instanceof Api.InputChannel) {
    const known = channel.accessHash.toString() === input.accessHash.toString();
    if (!known && !(viewer.bot && isIn(channel, viewer))) return refuse('CHANNEL_INVALID');
  } else messageOf(placeOf(input.peer, call), input.msgId, viewer);
  const banned = channel.members.get(viewer)?.role === 'banned';
  if (channel.deleted || (!isIn(channel, viewer) && (!visible(channel) || banned)))
    return refuse('CHANNEL_PRIVATE');
  return channel;
}

type ChannelInput =
  | Api.InputPeerChannel
  | Api.InputChannel
  | Api.InputPeerChannelFromMessage
  | Api.InputChannelFromMessage;

function isChannelInput(input: unknown): input is ChannelInput {
  return (
    input instanceof Api.InputPeerChannel ||
    input instanceof Api.InputChannel ||
    input instanceof Api.InputPeerChannelFromMessage ||
    input instanceof Api.InputChannelFromMessage
  );
}

/** The box that holds the caller's view of a place. */
export function boxOf(place: Place, viewer: Person): Box {
  return place.kind === 'channel' ? place.box : viewer.box;
}

/** The messages of a place as the caller has them, newest first. */
export function messagesOf(place: Place, viewer: Person): readonly BoxMessage[] {
  return place.kind === 'channel' ? place.box.newest() : viewer.box.with(nameOf(peerOf(place)));
}

/** @throws {RpcFailure} when it is not there */
export function messageOf(place: Place, id: number, viewer: Person): BoxMessage {
  const message = boxOf(place, viewer).messages.get(id);
  if (!message || nameOf(message.peer) !== nameOf(peerOf(place))) return refuse('MESSAGE_ID_INVALID');
  return message;
}
