import type { EmailRig, EmailRigOptions } from '../harness/email-rig.js';
import type { RelayRig, RelaySetting } from '../harness/relay-rig.js';
import type { Rig } from '../harness/rig.js';
import type { SmsRig } from '../harness/sms-rig.js';
import type { TelegramRig } from '../harness/telegram-rig.js';

/** How a figure of Isthmus is judged: by its ratio to biboumi's, or by itself. */
export type Target =
  | { readonly ratio: 'at-least' | 'at-most'; readonly bound: number }
  | { readonly value: 'at-most' | 'at-least'; readonly bound: number }
  /** A check that the gateway did the work at all; where it fails the figures beside it mean nothing. */
  | { readonly value: 'exactly'; readonly bound: number };

/** One row of the report. */
export interface Figure {
  /** Row title, unique in the report. */
  readonly title: string;
  readonly unit: string;
  readonly value: number;
  readonly target?: Target;
}

/** Counts and times of a run. */
export interface Scale {
  /** Seconds that a throughput run is sized for. */
  readonly throughputSeconds: number;
  readonly mostMessages: number;
  /** Most messages that a throughput run has under way at once. */
  readonly window: number;
  readonly crowds: readonly number[];
  readonly idleSeconds: number;
  readonly visibleUsers: number;
  readonly latencySeconds: number;
  readonly churnJoins: number;
  /** Users who send texts, each to so many people. */
  readonly textUsers: number;
  readonly textPeople: number;
  /** Seconds at an even rate, in each direction. */
  readonly textSeconds: number;
  readonly textFlood: number;
  /** Users with contacts over a restart, and the contacts of each. */
  readonly restartUsers: number;
  readonly restartPeople: number;
  /** Users whose server asks for the presence of all of their contacts. */
  readonly probingUsers: number;
  /** Users of the mail domain, who exchange mails each with so many people. */
  readonly mailUsers: number;
  readonly mailPeople: number;
  /** Seconds at an even rate, in each direction. */
  readonly mailSeconds: number;
  /** Mailboxes in which nothing happens. */
  readonly mailboxes: number;
  /** For so many seconds. */
  readonly mailboxSeconds: number;
  /** Messages each way through one account of Telegram, and through many. */
  readonly telegramMessages: number;
  /** Accounts of Telegram in which nothing happens, the conversations of each, and contacts among these. */
  readonly telegramAccounts: number;
  readonly telegramPeople: number;
  readonly telegramContacts: number;
  /** For so many seconds. */
  readonly telegramSeconds: number;
  /** People of the rooms of a relay, and how long they talk. */
  readonly relayPeople: number;
  readonly relaySeconds: number;
  /** Members of a channel whose server is cut off. */
  readonly netsplitMembers: number;
  /** People of a room that a relay enters. */
  readonly largeRoom: number;
  /** Stand-ins in rooms: each number is a measurement. */
  readonly standIns: readonly number[];
}

/** Something that is measured with a gateway of its own. */
export type Measurement =
  | RoomMeasurement
  | SmsMeasurement
  | EmailMeasurement
  | TelegramMeasurement
  | RelayMeasurement;

/** Rooms: every subject can be measured. */
export interface RoomMeasurement {
  /** Name for --only. */
  readonly name: string;
  readonly network: 'irc';
  readonly archive: boolean;
  measure(rig: Rig, scale: Scale): Promise<readonly Figure[]>;
}

/** The telephone network, which only Isthmus leads to. */
export interface SmsMeasurement {
  /** Name for --only. */
  readonly name: string;
  readonly network: 'sms';
  measure(rig: SmsRig, scale: Scale): Promise<readonly Figure[]>;
}

/** Email, which only Isthmus leads to. */
export interface EmailMeasurement {
  /** Name for --only. */
  readonly name: string;
  readonly network: 'email';
  readonly have: EmailRigOptions['have'];
  measure(rig: EmailRig, scale: Scale): Promise<readonly Figure[]>;
}

/** Telegram, which only Isthmus leads to. */
export interface TelegramMeasurement {
  /** Name for --only. */
  readonly name: string;
  readonly network: 'telegram';
  /** Whether accounts may ask Telegram as fast as they can. */
  readonly unlimited: boolean;
  measure(rig: TelegramRig, scale: Scale): Promise<readonly Figure[]>;
}

/** Rooms joined by relays, which only Isthmus does. */
export interface RelayMeasurement {
  /** Name for --only. */
  readonly name: string;
  readonly network: 'relay';
  /** What the gateway is started with. */
  setting(scale: Scale): RelaySetting;
  measure(rig: RelayRig, scale: Scale): Promise<readonly Figure[]>;
}
