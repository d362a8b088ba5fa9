import type { Log } from '../../../gateway/gateway.js';
import type { XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { AvatarPicture } from '../../../xmpp/xep/0084-user-avatar/avatar.js';
import type { Translator } from '../../translator.js';
import type { LegId, Speaker } from '../model.js';
import type { LegSettings } from '../settings.js';
import type { RoomMemory } from './room-memory.js';
import type { StandInOptions } from './stand-ins.js';

/** How a relay is in a foreign room. */
export interface XmppLegOptions {
  readonly standIns: StandInOptions;
  /** The relay's own name there. */
  readonly nick: string;
  readonly password?: string;
  readonly language: string;
  /** How long the room may take to let somebody in, and to show what was said (ms). */
  readonly joinMs: number;
  readonly reflectMs: number;
  /** Between two looks whether the relay is still in (XEP-0410), and who of its people is idle (ms). */
  readonly pingMs: number;
  /** Before the first and the last of the tries to come in again (ms). */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
  /** Occupants that are remembered. */
  readonly mostOccupants: number;
  /** Messages read of what was said while the relay was away. */
  readonly mostCaughtUp: number;
  /** Messages that may be on their way to the room at once. */
  readonly window: number;
  /** UTF-16 units of one message. */
  readonly messageLength: number;
  /** As set for this leg, at every moment. */
  settings(): LegSettings;
}

/** What other relays know us by. */
export interface RoomMarks {
  readonly instance: string;
  /** Children of a presence or message of somebody of another leg. @param via where other relays have had it */
  words(from: LegId, via: readonly string[]): string;
  /** Children of the relay's own presence. */
  relay(): string;
}

/** What a leg in a foreign room needs of the world. */
export interface XmppLegServices {
  /** The relay's own address there, with resource. */
  readonly address: Jid;
  /** Sends a stanza in the name of any domain of ours. */
  send(xml: string): void;
  /** Rejects with StanzaError. */
  request(type: 'get' | 'set', from: Jid, to: string, payload: XmlElement): Promise<XmlElement>;
  addressOf(speaker: Speaker, from: LegId): Jid;
  labelOf(leg: LegId): string;
  /** What other relays know us by. */
  readonly marks: RoomMarks;
  /** Whether a real address, as a room shows it, is one of ours. */
  isOwn(address: string | undefined): boolean;
  /** The picture of somebody of another leg, if he has one. */
  pictureOf(speaker: Speaker, from: LegId): Promise<AvatarPicture | undefined>;
  /** What is remembered of the room over restarts. */
  readonly memory: RoomMemory;
  readonly software: { readonly name: string; readonly version: string };
  now(): number;
  readonly translator: Translator;
  readonly log: Log;
}
