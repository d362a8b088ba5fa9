import type { Readable } from 'node:stream';
import type { TgEvent, TgStanding, UpdateState } from './events.js';
import type {
  FileHandle,
  PeerId,
  TgChat,
  TgEntity,
  TgMessage,
  TgPerson,
  TgReaction,
  TgRights,
} from './model.js';

/**
 * Everything that goes wrong in a request. `wait`: not before so many seconds (FLOOD_WAIT, SLOWMODE_WAIT).
 * `lost`: the session is no more, and the user has to log in again. `unreachable`: nothing was sent, or with
 * `maybeDone` nobody knows. `refused`: `reason` is Telegram's own word, such as `CHAT_WRITE_FORBIDDEN`.
 */
export class TgError extends Error {
  constructor(
    readonly kind: 'wait' | 'lost' | 'unreachable' | 'refused',
    readonly reason: string,
    readonly seconds = 0,
    readonly maybeDone = false,
  ) {
    super(`${kind}: ${reason}`);
    this.name = 'TgError';
  }
}

/** How far a login has come. */
export type LoginStage =
  | {
      readonly kind: 'code';
      readonly where: 'app' | 'sms' | 'call' | 'email' | 'other';
      readonly length?: number;
      readonly hash: string;
    }
  | { readonly kind: 'password'; readonly hint?: string }
  | { readonly kind: 'done'; readonly me: TgPerson }
  /** That number has no account. */
  | { readonly kind: 'no-account' };

/** A login by QR code: the link is shown until another device has taken it. */
export interface QrLogin {
  /** `tg://login?token=…` and when it ends, UTC milliseconds; after that `qr` gives another one. */
  readonly link: string;
  readonly expires: number;
  /** Resolves when the link was taken, or has ended (`expired`). */
  readonly taken: Promise<LoginStage | { readonly kind: 'expired' }>;
}

/** Words to be sent. */
export interface TgDraft {
  /** The same at every try: Telegram drops what it has already (random_id). */
  readonly randomId: bigint;
  readonly text: string;
  readonly entities: readonly TgEntity[];
  readonly replyTo?: number;
  /** What is answered stands in another chat, or in another topic of the same forum. */
  readonly replyChat?: PeerId;
  readonly quote?: string;
  readonly topic?: number;
  readonly silent?: boolean;
  readonly files?: readonly TgUpload[];
}

/** A file to be sent. */
export interface TgUpload {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly as: 'photo' | 'video' | 'voice' | 'audio' | 'document';
  open(): Promise<Readable>;
}

/** Pages of a chat's history, newest first. */
export interface HistoryPage {
  readonly messages: readonly TgMessage[];
  /** More before these. */
  readonly more: boolean;
}

/** A conversation in the account's list. */
export interface TgDialog {
  readonly peer: PeerId;
  readonly top: number;
  readonly readInbox: number;
  readonly readOutbox: number;
  readonly unread: number;
  readonly muted: boolean;
  readonly archived: boolean;
  readonly channelPts?: number;
}

/** Another client of the account. */
export interface TgOtherSession {
  readonly id: string;
  readonly device: string;
  readonly app: string;
  readonly country: string;
  readonly current: boolean;
  /** UTC milliseconds. */
  readonly active: number;
}

/** A topic of a forum. */
export interface TgTopic {
  readonly id: number;
  readonly title: string;
  readonly closed: boolean;
}

/** Somebody in a group. */
export interface TgMember {
  readonly person: PeerId;
  readonly standing: TgStanding;
  readonly title?: string;
}

/** What the client tells. */
export interface TgListener {
  /** In order; the next one waits for the promise, and the update state is advanced by it. */
  event(event: TgEvent): Promise<void> | undefined;
  state(state: 'connecting' | 'connected' | 'away', reason?: string): void;
  /** The session was revoked, or the account is gone: told once. */
  lost(reason: string): void;
  /** The session to be kept: it has moved to another data centre, or got a new key. */
  session(session: string): void;
  /** Every event up to there was accepted: to be kept for the next `start`. Comes often; may be written late. */
  reached(state: UpdateState): void;
  /** The same for one channel, which counts its own events. */
  channelReached(channel: PeerId, pts: number): void;
}

/**
 * One account's connection to Telegram, without policy. Every request rejects with {@link TgError}, waits for its turn
 * within the account's pace, and has a time-out. People and chats are given to `directory` before events name them.
 */
export interface TgClient {
  readonly directory: TgDirectory;
  /** Connects, with the update state up to which events were accepted; undefined: from now on. No event comes before. */
  start(state: UpdateState | undefined, channels: ReadonlyMap<PeerId, number>): Promise<void>;
  /** Ends the connection; the session stays good. */
  stop(): Promise<void>;
  readonly login: TgLogin;
  /** Ends the session on the server. */
  logOut(): Promise<void>;
  otherSessions(): Promise<readonly TgOtherSession[]>;
  endSession(id: string): Promise<void>;

  me(): Promise<TgPerson>;
  contacts(): Promise<readonly TgPerson[]>;
  blockedPeople(): Promise<readonly PeerId[]>;
  setBlocked(person: PeerId, blocked: boolean): Promise<void>;
  /** By number, name or link; undefined: nobody, or he hides. */
  resolve(input: { readonly phone: string } | { readonly username: string }): Promise<PeerId | undefined>;
  addContact(person: PeerId, name: string): Promise<void>;
  removeContact(person: PeerId): Promise<void>;
  search(words: string, limit: number): Promise<readonly PeerId[]>;
  about(peer: PeerId): Promise<{
    readonly text: string;
    readonly commonChats?: number;
    readonly linkedChat?: PeerId;
    readonly slowModeSeconds?: number;
    readonly pinned?: number;
    readonly members?: number;
    readonly inviteLink?: string;
    readonly reactions?: 'all' | readonly string[];
  }>;
  setOnline(online: boolean): Promise<void>;
  /** From the directory, else from the server; undefined: the account has never heard of him. */
  person(id: PeerId): Promise<TgPerson | undefined>;
  chat(id: PeerId): Promise<TgChat | undefined>;

  dialogs(limit: number): Promise<readonly TgDialog[]>;
  /** Messages older than `before`, or the newest. */
  history(
    chat: PeerId,
    options: {
      readonly before?: number;
      readonly after?: number;
      readonly limit: number;
      readonly topic?: number;
    },
  ): Promise<HistoryPage>;
  message(chat: PeerId, id: number): Promise<TgMessage | undefined>;
  /** Resolves with the ids, one per file where there are several. */
  send(chat: PeerId, draft: TgDraft): Promise<readonly TgMessage[]>;
  edit(chat: PeerId, id: number, text: string, entities: readonly TgEntity[]): Promise<void>;
  /** `everywhere`: for the others too. */
  delete(chat: PeerId, ids: readonly number[], everywhere: boolean): Promise<void>;
  react(chat: PeerId, id: number, reactions: readonly TgReaction[]): Promise<void>;
  /** Emojis that may be used, and how many by one person. */
  allowedReactions(
    chat: PeerId,
  ): Promise<{ readonly emojis: readonly string[] | 'all'; readonly perUser: number }>;
  forward(from: PeerId, ids: readonly number[], to: PeerId): Promise<void>;
  vote(chat: PeerId, id: number, options: readonly string[]): Promise<void>;
  press(
    chat: PeerId,
    id: number,
    data: string,
  ): Promise<{ readonly text?: string; readonly url?: string; readonly alert: boolean }>;
  read(chat: PeerId, upTo: number, topic?: number): Promise<void>;
  setTyping(chat: PeerId, typing: boolean, topic?: number): Promise<void>;
  pin(chat: PeerId, id: number, pinned: boolean): Promise<void>;

  members(
    chat: PeerId,
    options: {
      readonly filter: 'recent' | 'admins' | 'banned' | 'restricted';
      readonly limit: number;
      readonly offset?: number;
    },
  ): Promise<readonly TgMember[]>;
  member(chat: PeerId, person: PeerId): Promise<TgMember | undefined>;
  /** The topics of a forum, those with the newest messages first. */
  topics(chat: PeerId, limit: number): Promise<readonly TgTopic[]>;
  /** Resolves with its number. */
  createTopic(chat: PeerId, title: string): Promise<number>;
  changeTopic(
    chat: PeerId,
    topic: number,
    change: { readonly title?: string; readonly closed?: boolean },
  ): Promise<void>;
  setStanding(
    chat: PeerId,
    person: PeerId,
    standing: 'member' | 'restricted' | 'banned' | 'admin',
  ): Promise<void>;
  invite(chat: PeerId, person: PeerId): Promise<void>;
  leave(chat: PeerId): Promise<void>;
  /** By link or public name. `asked`: somebody has to let the account in. */
  join(
    target: { readonly link: string } | { readonly username: string } | { readonly chat: PeerId },
  ): Promise<{ readonly chat?: PeerId; readonly asked: boolean }>;
  inviteLink(chat: PeerId): Promise<string>;
  createGroup(
    title: string,
    people: readonly PeerId[],
    kind: 'group' | 'supergroup' | 'channel',
  ): Promise<PeerId>;
  changeChat(
    chat: PeerId,
    change: { readonly title?: string; readonly about?: string; readonly slowModeSeconds?: number },
  ): Promise<void>;

  /** Streams; rejects with `refused` FILE_REFERENCE_EXPIRED when the handle has to be got anew. */
  download(file: FileHandle): Promise<Readable>;
  /** What custom emojis are images of. */
  emojiWords(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Pictures of custom emojis. */
  emojiFiles(ids: readonly string[]): Promise<ReadonlyMap<string, FileHandle>>;
}

/** Logging in. */
export interface TgLogin {
  sendCode(phone: string): Promise<LoginStage>;
  /** The same login's code once more, by the next way that the server has (SMS instead of the app, a call). */
  resendCode(phone: string, hash: string): Promise<LoginStage>;
  signIn(phone: string, hash: string, code: string): Promise<LoginStage>;
  password(password: string): Promise<LoginStage>;
  qr(): Promise<QrLogin>;
  bot(token: string): Promise<LoginStage>;
}

/** Whom and what the account has heard of. Bounded: what was not used for long may be asked of the server again. */
export interface TgDirectory {
  person(id: PeerId): TgPerson | undefined;
  chat(id: PeerId): TgChat | undefined;
  rights(id: PeerId): TgRights | undefined;
}
