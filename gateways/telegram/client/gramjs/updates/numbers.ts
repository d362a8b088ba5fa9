import { Api } from 'telegram';
import type { PeerId } from '../../model.js';
import { toPeerId } from '../peers-to-model.js';

/** The place of an update among the numbered events of its box. */
export interface UpdateNumbers {
  /** Undefined: the box of the account. */
  readonly channel?: PeerId;
  readonly pts: number;
  readonly count: number;
}

/** Undefined for an update that is not numbered. */
export function numbersOf(update: Api.TypeUpdate): UpdateNumbers | undefined {
  if (!('pts' in update && 'ptsCount' in update)) return undefined;
  const { pts, ptsCount: count } = update;
  if (typeof pts !== 'number' || typeof count !== 'number') return undefined;
  const channel = channelOf(update);
  return channel === undefined ? { pts, count } : { channel, pts, count };
}

function channelOf(update: Api.TypeUpdate): PeerId | undefined {
  if (update instanceof Api.UpdateNewChannelMessage || update instanceof Api.UpdateEditChannelMessage)
    return update.message.peerId && toPeerId(update.message.peerId);
  if (
    update instanceof Api.UpdateDeleteChannelMessages ||
    update instanceof Api.UpdatePinnedChannelMessages ||
    update instanceof Api.UpdateChannelWebPage
  )
    return `c${update.channelId}`;
  return undefined;
}

/** The chat that an update is about, where it has to keep its order with what is said there. */
export function chatOf(update: Api.TypeUpdate): PeerId | undefined {
  if ('channelId' in update && update.channelId) return `c${update.channelId}`;
  if ('peer' in update && update.peer) return peerOf(update.peer);
  return undefined;
}

function peerOf(peer: unknown): PeerId | undefined {
  if (peer instanceof Api.PeerUser || peer instanceof Api.PeerChat || peer instanceof Api.PeerChannel)
    return toPeerId(peer);
  return undefined;
}
