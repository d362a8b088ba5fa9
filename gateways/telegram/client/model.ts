/**
 * Telegram as the rest of the network sees it, in plain values: nothing here or behind it is a type of the client
 * library (`client/gramjs/` alone is). All texts are the senders' own, unchecked.
 */

/** `u` a person, `g` a basic group, `c` a supergroup or channel, and the permanent number (E07). */
export type PeerId = `u${string}` | `g${string}` | `c${string}`;

/** Where on the server a file lies, enough to fetch it again while its reference is good. */
export interface FileHandle {
  readonly id: string;
  readonly accessHash: string;
  /** Base64; it grows old: the message that the file came with brings a new one. */
  readonly reference: string;
  readonly centre: number;
  readonly kind: 'photo' | 'document' | 'profile';
  /** Which size of a picture. */
  readonly size?: string;
  /** Of a profile's picture: whose. */
  readonly peer?: PeerId;
}

/** A person. */
export interface TgPerson {
  readonly id: PeerId;
  readonly firstName: string;
  readonly lastName: string;
  readonly username?: string;
  /** Digits, international. */
  readonly phone?: string;
  readonly bot: boolean;
  readonly deleted: boolean;
  readonly contact: boolean;
  readonly self: boolean;
  /** Opaque id of the picture. */
  readonly photo?: string;
  readonly status: TgStatus;
}

/** When somebody was there. Times are UTC milliseconds. */
export type TgStatus =
  | { readonly kind: 'online'; readonly until: number }
  | { readonly kind: 'offline'; readonly since: number }
  | { readonly kind: 'recently' | 'last-week' | 'last-month' | 'unknown' };

/** What the account may do in a chat. */
export interface TgRights {
  readonly creator: boolean;
  readonly admin: boolean;
  readonly send: boolean;
  readonly media: boolean;
  readonly delete: boolean;
  readonly ban: boolean;
  readonly invite: boolean;
  readonly pin: boolean;
  readonly changeInfo: boolean;
  readonly promote: boolean;
}

/** A group or a channel. */
export interface TgChat {
  readonly id: PeerId;
  readonly kind: 'group' | 'supergroup' | 'channel';
  readonly forum: boolean;
  readonly title: string;
  readonly username?: string;
  readonly photo?: string;
  readonly members?: number;
  /** The account is not in it: has left, was thrown out (`banned`), or never was. */
  readonly left: boolean;
  readonly banned: boolean;
  readonly rights: TgRights;
  readonly slowMode: boolean;
  /** Of a channel: its posts are commented on in a group; of a group: it is such a one. */
  readonly linked: boolean;
  /** It has become that supergroup. */
  readonly migratedTo?: PeerId;
}

/** A part of a text that is styled or means something; offsets in UTF-16 units, as Telegram counts. */
export interface TgEntity {
  readonly kind:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strike'
    | 'spoiler'
    | 'code'
    | 'pre'
    | 'quote'
    | 'link'
    | 'mention'
    | 'person'
    | 'hashtag'
    | 'command'
    | 'email'
    | 'phone'
    | 'emoji'
    | 'other';
  readonly offset: number;
  readonly length: number;
  /** Of a `link` behind words. */
  readonly url?: string;
  /** Of `person`: a mention by name. */
  readonly person?: PeerId;
  /** Of `pre`. */
  readonly language?: string;
  /** Of `emoji`: the custom one. */
  readonly emoji?: string;
}

/** What comes with words, or instead of them. */
export type TgMedia =
  | { readonly kind: 'photo'; readonly file: TgFile; readonly vanishes: boolean }
  | {
      readonly kind: 'video' | 'round' | 'voice' | 'audio' | 'gif' | 'sticker' | 'document';
      readonly file: TgFile;
      /** Seconds. */
      readonly duration?: number;
      /** Of a sticker. */
      readonly emoji?: string;
      /** Of music. */
      readonly title?: string;
      readonly performer?: string;
      /** Self-destructing: gone for good once seen. */
      readonly vanishes: boolean;
    }
  | {
      readonly kind: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly live: boolean;
      readonly title?: string;
      readonly address?: string;
    }
  | {
      readonly kind: 'contact';
      readonly phone: string;
      readonly name: string;
      readonly person?: PeerId;
      readonly vcard: string;
    }
  | { readonly kind: 'poll'; readonly poll: TgPoll }
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'dice'; readonly emoji: string; readonly value: number }
  /** Something that this program does not know; `name` is for the reader. */
  | { readonly kind: 'unsupported'; readonly name: string };

/** A file in a message. */
export interface TgFile {
  readonly handle: FileHandle;
  readonly name?: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  /** A small still picture of it, where the server has one. */
  readonly preview?: Omit<TgFile, 'name' | 'preview'>;
}

/** A poll with what is known of its results. */
export interface TgPoll {
  readonly id: string;
  readonly question: string;
  readonly answers: readonly {
    readonly text: string;
    readonly option: string;
    readonly voters?: number;
    readonly chosen: boolean;
    readonly correct?: boolean;
  }[];
  readonly multiple: boolean;
  readonly quiz: boolean;
  readonly closed: boolean;
  readonly voters?: number;
}

/** A reaction: an emoji, or a custom one by its number. */
export interface TgReaction {
  readonly emoji: string;
  readonly custom: boolean;
}

/** All reactions to a message as far as the account may know. */
export interface TgReactions {
  readonly counts: readonly (TgReaction & { readonly count: number })[];
  /** Who reacted how, where that is told; the newest of many. */
  readonly recent: readonly (TgReaction & { readonly by: PeerId })[];
  readonly own: readonly TgReaction[];
}

/** Something that happened in a chat, told as a message. */
export type TgService =
  | {
      readonly kind:
        | 'created'
        | 'joined-by-link'
        | 'joined-by-request'
        | 'photo-changed'
        | 'photo-removed'
        | 'history-cleared'
        | 'screenshot'
        | 'contact-joined';
    }
  | { readonly kind: 'added' | 'removed'; readonly people: readonly PeerId[] }
  | { readonly kind: 'title-changed'; readonly title: string }
  | { readonly kind: 'pinned'; readonly message: number }
  | { readonly kind: 'migrated-to' | 'migrated-from'; readonly chat: PeerId }
  | { readonly kind: 'topic-created' | 'topic-changed'; readonly title: string; readonly closed?: boolean }
  | { readonly kind: 'call'; readonly video: boolean; readonly seconds?: number; readonly missed: boolean }
  | { readonly kind: 'timer'; readonly seconds: number }
  | { readonly kind: 'other'; readonly name: string };

/** A button of a bot. */
export type TgButton =
  | {
      readonly kind: 'callback';
      readonly text: string;
      readonly data: string;
      readonly needsPassword: boolean;
    }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'unsupported'; readonly text: string };

/** A message. */
export interface TgMessage {
  readonly id: number;
  readonly chat: PeerId;
  /** Undefined in a channel, whose own word it is; a channel where an admin hides behind it. */
  readonly from?: PeerId;
  readonly own: boolean;
  /** UTC milliseconds. */
  readonly date: number;
  readonly edited?: number;
  readonly text: string;
  readonly entities: readonly TgEntity[];
  readonly media?: TgMedia;
  readonly replyTo?: { readonly id: number; readonly chat?: PeerId; readonly quote?: string };
  /** The topic of a forum, by its first message. */
  readonly topic?: number;
  /** Outside of forums: the message below which all of a thread stands, such as comments of a post. */
  readonly thread?: number;
  readonly forwarded?: {
    readonly from?: PeerId;
    readonly name?: string;
    readonly date: number;
    /** Telegram itself has brought it: a post of a channel, into the group where it is commented on. */
    readonly post?: boolean;
  };
  /** Messages with one album are one. */
  readonly album?: string;
  readonly service?: TgService;
  readonly buttons?: readonly (readonly TgButton[])[];
  readonly viaBot?: PeerId;
  readonly reactions?: TgReactions;
  readonly mentionsMe: boolean;
  readonly silent: boolean;
  readonly signature?: string;
}
