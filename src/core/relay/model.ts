import type { Text } from '../../gateway/text.js';

/** A leg's name: the bare JID of its room, a foreign room on XMPP or one of a network behind the gateway. */
export type LegId = string;

/** Whoever speaks on a leg. All texts are unchecked. */
export interface Speaker {
  /** What he is called on his leg for as long as possible: an occupant id, a contact. Unique on the leg. */
  readonly key: string;
  readonly nick: string;
  /** Bare JID, where it is known: of a person on a network under the gateway's domain, or of a user of XMPP. */
  readonly address?: string;
  /** May remove people and words on his leg. */
  readonly moderator?: boolean;
}

/** A file that can be fetched by its link. */
export interface RelayFile {
  readonly url: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes, if known. */
  readonly size?: number;
}

/** Somebody of any leg who is named in words. */
export interface RelayMention {
  /** Where he is named in the text, UTF-16 units. */
  readonly begin: number;
  readonly end: number;
  /** His own leg, and what he is called there. */
  readonly leg: LegId;
  readonly key: string;
  readonly nick: string;
}

/** Words that cross. */
export interface RelayWords {
  /** With XEP-0393 styling where `styled`. */
  readonly text: string;
  readonly styled?: boolean;
  /** XEP-0245: what the speaker does; without `/me `. */
  readonly action?: boolean;
  /** A program speaks (RFC 3834, IRC's NOTICE): never answered by programs. */
  readonly automatic?: boolean;
  readonly files?: readonly RelayFile[];
  /** In the order of the text; never overlapping. */
  readonly mentions?: readonly RelayMention[];
  /** Where other relays have had it, see `roomMark`: the first room first. */
  readonly via?: readonly string[];
  /** What is to be said about it in each reader's language. */
  readonly remarks?: readonly Text[];
}

/** An earlier message, as the leg names it from which the event comes. */
export interface RelayReference {
  readonly id: string;
  /** Where the first is unknown: clients do not agree on which of a message's names to use. */
  readonly or?: string;
  /** Another of its names on that leg begins so, else it is not to be touched: only its author may. */
  readonly besides?: string;
  /** The words that are answered, where they are told. */
  readonly quote?: string;
}

/** What can happen on a leg and crosses to the others; kept until it has. */
export type RelayContent =
  | {
      readonly kind: 'said';
      readonly speaker: Speaker;
      readonly words: RelayWords;
      readonly replyTo?: RelayReference;
    }
  | {
      readonly kind: 'edited';
      readonly speaker: Speaker;
      readonly words: RelayWords;
      readonly target: RelayReference;
    }
  | {
      readonly kind: 'retracted';
      readonly target: RelayReference;
      /** Who took it away, where it was not its author. */
      readonly by?: string;
    }
  | {
      readonly kind: 'reacted';
      readonly speaker: Speaker;
      readonly target: RelayReference;
      /** All that he has chosen; none takes them back. */
      readonly emojis: readonly string[];
    }
  | { readonly kind: 'subject'; readonly speaker?: Speaker; readonly text: string }
  /** People coming and going, where a leg is set to tell it. */
  | {
      readonly kind: 'presence';
      readonly speaker: Speaker;
      readonly change: 'joined' | 'left' | 'renamed';
      /** With `renamed`: what he was called. */
      readonly before?: string;
      /** With `renamed`: his key before, where it is another now. */
      readonly beforeKey?: string;
    };

/** Something that has happened on a leg. */
export interface LegEvent {
  readonly content: RelayContent;
  /** What the leg calls it, one per part, and knows it by when it tells of it again; none where it has no such names. */
  readonly ids: readonly string[];
  /** What else it is called, by names that may come again for something else: the latest is meant. */
  readonly names?: readonly string[];
  /** UTC milliseconds; undefined: now. */
  readonly time?: number;
  /** It is told by another relay, and comes from these rooms, see `roomMark`. */
  readonly via?: readonly string[];
}

/** What is over in a moment and kept nowhere. */
export type LegSignal =
  | { readonly kind: 'typing'; readonly speaker: Speaker; readonly composing: boolean }
  /** He does not look at what is said at present, or does again. */
  | { readonly kind: 'away'; readonly speaker: Speaker; readonly away: boolean }
  /** He is called otherwise now, and so are his stand-ins; `beforeKey` is his key before. */
  | { readonly kind: 'renamed'; readonly speaker: Speaker; readonly beforeKey: string }
  /** He is there no more: his stand-ins go. */
  | { readonly kind: 'gone'; readonly speaker: Speaker }
  /** Somebody with rights there has done something to a person whose own leg is `home`. */
  | Sanction;

/** What a moderator does to a person. */
export interface Sanction {
  readonly kind: 'sanction';
  readonly act: 'kicked' | 'banned' | 'muted' | 'restored';
  readonly person: Speaker;
  readonly home: LegId;
  /** Who has done it, where it is told. */
  readonly by?: string;
  readonly reason?: string;
  /** Bare JID of the stand-in that it was done to. Alone, without a key in `person`: nobody knows whose it is. */
  readonly standIn?: string;
}

/** Something said in private by a person of the leg `home` to one of another leg. */
export interface Whisper {
  /** UUID; the same at every try. */
  readonly id: string;
  readonly from: Speaker;
  readonly home: LegId;
  readonly words: RelayWords;
}
