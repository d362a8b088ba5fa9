import type { Api } from 'telegram';
import type { Asked } from './request-log.js';
import type { ServerKey } from './wire/server-key.js';
import type { Box, BoxMessage } from './world/box.js';
import type { Place } from './world/peers.js';
import type { Posted } from './world/posting.js';
import type { Person } from './world/world.js';

/** A code for logging in. */
export interface SentCode {
  readonly code: string;
  readonly hash: string;
  expired: boolean;
  /** Wrong codes entered. */
  wrong: number;
  /** How many codes the number was sent. */
  readonly sent: number;
}

/** A link for logging in that another device takes. */
export interface LoginToken {
  /** Authorisation key that it was made for, and where. */
  readonly key: string;
  readonly centre: number;
  /** UTC seconds. */
  readonly expires: number;
  acceptedBy: Person | undefined;
}

/** Parts of a file. */
export interface Upload {
  readonly parts: Map<number, Buffer>;
  /** As the client has said for a large file. */
  total: number | undefined;
}

/** Where a data centre is. */
export interface Endpoint {
  readonly centre: number;
  readonly host: string;
  readonly port: number;
}

/** How a server is to be. */
export interface ServerChoice {
  /** How many data centres; default two. */
  readonly centres?: number;
  /** Where they listen, on the loopback address; clients are told of these. Default: anywhere, and clients are not. */
  readonly ports?: readonly number[];
  readonly key?: ServerKey;
}

/** What happens in the world by the doing of clients. */
export interface Doings {
  /** A client asks for something. */
  asked: [asked: Asked];
  /** A client has said something. */
  said: [said: { readonly by: Person; readonly to: Place; readonly posted: Posted }];
  /** A client has given a message other words. */
  edited: [by: Person, message: BoxMessage];
  /** A client has deleted so many messages. */
  removed: [by: Person, box: Box, messages: readonly BoxMessage[]];
  /** A client has reacted, or taken its reaction back. */
  reacted: [by: Person, message: BoxMessage, reactions: readonly Api.TypeReaction[]];
  /** Somebody who logs in would be sent a code; digits of the number. */
  code: [phone: string, code: string];
  /** A client has logged in. */
  login: [person: Person, device: string];
  /** A client has logged out. */
  logout: [person: Person];
}
