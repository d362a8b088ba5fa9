import type { Box } from './box.js';
import type { ShownPhoto } from './place.js';

/** A person, a bot or somebody who has deleted his account. */
export interface Person {
  readonly kind: 'person';
  readonly id: number;
  readonly accessHash: bigint;
  phone: string | undefined;
  username: string | undefined;
  firstName: string;
  lastName: string | undefined;
  about: string;
  bot: boolean;
  botToken: string | undefined;
  deleted: boolean;
  banned: boolean;
  /** The second factor, in words; undefined: none. */
  password: string | undefined;
  passwordHint: string | undefined;
  /** Data centre where the account lives. */
  homeCentre: number;
  /** `online` until then, or last seen then (UTC seconds); words for those who hide it. */
  status: Status;
  /** A picture and where its bytes lie. */
  photo: ShownPhoto | undefined;
  /** What strangers may not do: find him by his number, add him to groups, see where his words come from. */
  readonly privacy: Set<'phone' | 'invite' | 'forwards'>;
  premium: boolean;
  /** Where codes for logging in are sent to. */
  codesBy: CodeWay;
  /** Answers a bot's buttons; undefined: its clients have to. */
  pressed: ((press: Press) => PressAnswer | undefined) | undefined;
  /** Whom he has in his contacts, with the names he gave them. */
  readonly contacts: Map<Person, { readonly firstName: string; readonly lastName: string }>;
  readonly blocked: Set<Person>;
  readonly box: Box;
  /** How far he has read, and was read, by kind and number of the place. */
  readonly read: Map<string, { inbox: number; outbox: number }>;
  readonly muted: Set<string>;
  readonly archived: Set<string>;
}

/** When somebody was there. */
export type Status =
  | { readonly online: boolean; readonly at: number }
  | 'recently'
  | 'last-week'
  | 'last-month'
  | 'hidden';

/** How a code reaches who logs in; `app`: as a message of the service account to his other clients. */
export type CodeWay = 'app' | 'sms' | 'call' | 'flash-call' | 'missed-call' | 'email' | 'fragment';

/** Somebody has pressed a button of a bot. */
export interface Press {
  readonly by: Person;
  readonly message: number;
  readonly data: Buffer;
}

/** What a bot says to that. */
export interface PressAnswer {
  readonly text?: string;
  readonly alert?: boolean;
  readonly url?: string;
}
