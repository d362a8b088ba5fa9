import type { PeerId, TgChat, TgMessage, TgPerson, TgPoll, TgReactions, TgStatus } from './model.js';

/** Where an account stands in the numbered events of the server, and of each channel. */
export interface UpdateState {
  readonly pts: number;
  readonly qts: number;
  /** UTC seconds. */
  readonly date: number;
  readonly seq: number;
}

/** What the server tells, in order, each thing once: the recovery of what was lost has happened before. */
export type TgEvent =
  | { readonly type: 'message' | 'edited'; readonly message: TgMessage }
  /** `chat` is known for channels only: ids of all other chats are the account's own. */
  | { readonly type: 'deleted'; readonly messages: readonly number[]; readonly chat?: PeerId }
  | {
      readonly type: 'read';
      readonly chat: PeerId;
      readonly upTo: number;
      readonly by: 'me' | 'them';
      readonly topic?: number;
    }
  | {
      readonly type: 'typing';
      readonly chat: PeerId;
      readonly who: PeerId;
      readonly typing: boolean;
      readonly topic?: number;
    }
  | { readonly type: 'status'; readonly person: PeerId; readonly status: TgStatus }
  | {
      readonly type: 'reactions';
      readonly chat: PeerId;
      readonly message: number;
      readonly reactions: TgReactions;
    }
  | { readonly type: 'poll'; readonly poll: TgPoll }
  | { readonly type: 'person'; readonly person: TgPerson }
  | { readonly type: 'chat'; readonly chat: TgChat }
  | {
      readonly type: 'member';
      readonly chat: PeerId;
      readonly who: PeerId;
      readonly standing: TgStanding;
      readonly by?: PeerId;
    }
  | {
      readonly type: 'pinned';
      readonly chat: PeerId;
      readonly messages: readonly number[];
      readonly pinned: boolean;
    }
  /** The user has silenced a conversation, or wants to hear of it again. */
  | { readonly type: 'muted'; readonly chat: PeerId; readonly muted: boolean }
  | { readonly type: 'blocked'; readonly person: PeerId; readonly blocked: boolean }
  /** The contact list is another one now: to be read anew. */
  | { readonly type: 'contacts-changed' }
  /** Too much was missed in that chat, or everywhere: its last messages are to be read anew. */
  | { readonly type: 'gap'; readonly chat?: PeerId };

/** What somebody is in a group. */
export type TgStanding = 'creator' | 'admin' | 'member' | 'restricted' | 'banned' | 'left';
