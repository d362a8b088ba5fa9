import type { Readable } from 'node:stream';
import type { Text } from '../../gateway/text.js';
import type { Mark } from './marks.js';
import type { NamedPerson } from './mentions.js';
import type { LegEvent, LegId, LegSignal, RelayContent, Sanction, Speaker, Whisper } from './model.js';

/** How a leg is. */
export type LegState =
  | { readonly state: 'joining' }
  | { readonly state: 'joined' }
  /** It comes back by itself; what should cross waits. */
  | { readonly state: 'away'; readonly reason: Text }
  /** Only somebody with rights there, or the operator, can help. */
  | { readonly state: 'refused'; readonly reason: Text };

/** Why a leg is over for good: the relay lets go of it. */
export type LegEnd = 'removed' | 'banned' | 'destroyed';

/** What a leg tells its relay. */
export interface LegHost {
  /** Resolves when it is safe. Rejects when it is not: the leg should bring it again if it can. */
  happened(event: LegEvent): Promise<void>;
  signal(signal: LegSignal): void;
  /** Something said in private here to a person of the leg `home`. Rejects with GatewayError when he cannot be told. */
  whispered(to: Speaker, home: LegId, whisper: Whisper): Promise<void>;
  /** Who of the people of the other legs is called so there; gets the name as `foldName` makes it. */
  called(name: string): NamedPerson | undefined;
  /** Words to the relay in private, if they say whether somebody wants to be carried; what is answered. */
  wished?(speaker: Speaker, text: string): Text | undefined;
  changed(state: LegState): void;
  ended(cause: LegEnd, by?: string): void;
  /** The relay cannot take more at present: stop reading until `relieved` resolves. */
  readonly congested: boolean;
  relieved(): Promise<void>;
}

/** An earlier message, as the leg names it to which something crosses. */
export interface CrossedReference {
  /** In the order of its parts; empty where it is not there. */
  readonly ids: readonly string[];
  /** It was said here, and not told here by the relay. */
  readonly own?: boolean;
  readonly quote?: string;
}

/** Something on its way to a leg. */
export interface Crossing {
  /** The same at every try: what it is told again by. */
  readonly id: string;
  /** Where it comes from. */
  readonly from: LegId;
  readonly content: RelayContent;
  /** What `replyTo` or `target` of the content is called on this leg. */
  readonly reference?: CrossedReference;
  /** UTC milliseconds when it was said, where that is not now. */
  readonly delayed?: number;
}

/** A picture of somebody. */
export interface LegPicture {
  /** Another one when the picture is. */
  readonly name: string;
  /** Unchecked; undefined when it is not there any more. Rejects when it cannot be had. */
  open(): Promise<Readable | undefined>;
}

/** One room of a relay. */
export interface Leg {
  readonly id: LegId;
  readonly state: LegState;
  /** What the relay is called there, where that is known. */
  readonly nick?: string | undefined;
  /** Crossings that may be under way at once. Above 1 the leg sees to it that those behind a refused one are refused too. */
  readonly window: number;
  /**
   * What is told again by its id is not shown again, over restarts too. Else the next waits until it is written down
   * that the last has been told, so that a crash repeats one at most.
   */
  readonly knowsAgain?: boolean;
  start(host: LegHost): void;
  /** Leaves with all stand-ins; `words` are said before, where possible. Resolves when it is done, bounded. Never rejects. */
  stop(words?: Text): Promise<void>;
  /**
   * Tells it there. Resolves with what it is called there, one per part, when the leg has taken it; none where it has
   * no names or nothing was to be told. Rejects with GatewayError: `retryable` means that it may be told again.
   */
  cross(crossing: Crossing): Promise<readonly string[]>;
  /** What is over in a moment. Never throws. */
  signal(from: LegId, signal: LegSignal): void;
  /** Does to somebody, or to his stand-in, what was done to him on another leg. Rejects with GatewayError. */
  obey?(sanction: Sanction): Promise<void>;
  /** Tells a person of this leg in private. Rejects with GatewayError. */
  whisper?(to: Speaker, whisper: Whisper): Promise<void>;
  /** Who of this leg's own people is called so; gets the name as `foldName` makes it. Stand-ins are not its people. */
  called?(name: string): NamedPerson | undefined;
  /** The picture of somebody of this leg, if he has one. Rejects with GatewayError. */
  picture?(of: Speaker): LegPicture | undefined | Promise<LegPicture | undefined>;
  /** Says something as the relay itself. Rejects with GatewayError. */
  say(text: Text): Promise<void>;
  /** Whether the room shows somebody with that bare JID who has rights in it. */
  moderates?(address: string): boolean;
  /** Other relays that are seen there, by their marks. */
  relays?(): Iterable<Mark>;
  /** Other rooms belong to its relay now: it shows that, where it can. Never throws. */
  companyChanged?(): void;
  /** Facts for the status, one line each. */
  describe(): readonly Text[];
}
