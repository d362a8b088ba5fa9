import type { XmlElement } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { readOutOfBand } from '../../xmpp/xep/0066-out-of-band-data/out-of-band.js';
import { type ChatState, readChatState } from '../../xmpp/xep/0085-chat-states/chat-state.js';
import {
  type FallbackRange,
  readFallback,
  splitFallback,
} from '../../xmpp/xep/0428-fallback-indication/fallback.js';
import { type Reactions, readReactions } from '../../xmpp/xep/0444-message-reactions/reactions.js';
import { readFileSharing } from '../../xmpp/xep/0447-stateless-file-sharing/file-sharing.js';
import type { LinkedFile } from '../media/media.js';
import type { Translator } from '../translator.js';
import { looksEncrypted, saysEncrypted } from './encrypted.js';

/** Files of one message that are looked at. */
const MAX_FILES = 10;
/** Links that a file can be fetched from; keyed ones of XEP-0454 are for nobody else. */
const WEB_LINK = /^https?:\/\/[^\s]+$/i;
/** What a body can stand in for that is a file (XEP-0447 §3.1, XEP-0066). */
const FILE_FALLBACKS: readonly string[] = [NS.SFS, NS.OOB];

/** XEP-0245: the command, and what follows it. */
const ME = '/me ';
/** XEP-0393 §5.1.3. */
const QUOTE_MARK = /^> ?/gm;

/** A reply of the user (XEP-0461). */
export interface UserReply {
  /** XMPP id of the message that is answered. */
  readonly id: string;
  /** The quotation within the text, which clients with replies do not show. */
  readonly quoted: 'all' | readonly FallbackRange[];
}

/** A message stanza of a user, read once. What no part of the core knows is left out (Q14). */
export interface UserMessage {
  /** The body without the command of `action`; undefined when there is none. */
  readonly text: string | undefined;
  /** `/me` (XEP-0245). */
  readonly action: boolean;
  readonly subject: string | undefined;
  /** XEP-0201. */
  readonly thread: string | undefined;
  /** The id that the text replaces (XEP-0308). */
  readonly corrects: string | undefined;
  /** The id that is taken back (XEP-0424). */
  readonly retracts: string | undefined;
  readonly reactions: Reactions | undefined;
  readonly reply: UserReply | undefined;
  /** The id up to which the user has read (XEP-0333). */
  readonly displayed: string | undefined;
  /** The user wants a receipt (XEP-0184); never for what was delayed (§5.5). */
  readonly wantsReceipt: boolean;
  readonly chatState: ChatState | undefined;
  /** The user wants no styling (XEP-0393 §6). */
  readonly unstyled: boolean;
  /** XEP-0359 §3.1. */
  readonly originId: string | undefined;
  /** Files by their links (XEP-0066, XEP-0447), each once. */
  readonly files: readonly LinkedFile[];
  /** The text says nothing but these links, for clients that do not know them. */
  readonly textIsFiles: boolean;
}

/** What is found while the children are looked at. */
type Draft = { -readonly [Key in keyof UserMessage]: UserMessage[Key] } & {
  delayed: boolean;
  encrypted: boolean;
  /** The body only says in words what the reactions say. */
  bodyIsReaction: boolean;
  quoted: UserReply['quoted'] | undefined;
  bodyIsFile: boolean;
  shared: Map<string, LinkedFile>;
};

/** Reads a message. Throws StanzaError for one that is encrypted for somebody else. */
export function readMessage(stanza: XmlElement, translator: Translator, language: string): UserMessage {
  const draft = emptyDraft();
  for (const child of stanza.children) if (typeof child !== 'string') readChild(draft, child);
  const { delayed, encrypted, bodyIsReaction, bodyIsFile, quoted, shared, ...message } = draft;
  if (encrypted || (message.text !== undefined && looksEncrypted(message.text))) {
    // A key exchange without text is dropped, as every payload that is not text (F09).
    if (message.text === undefined) return withoutContent(message);
    throw new StanzaError('not-acceptable', {
      text: translator.say({ key: 'error-encrypted' }, language),
      lang: language,
    });
  }
  // The body beside a retraction is for clients that know none (XEP-0424 §5).
  const words =
    message.retracts !== undefined || (message.reactions !== undefined && bodyIsReaction)
      ? undefined
      : message.text;
  const action = words?.startsWith(ME) ?? false;
  const files = [...shared.values()];
  return {
    ...message,
    text: action ? words?.slice(ME.length) : (words ?? (linksOf(files) || undefined)),
    action,
    corrects: words === undefined ? undefined : message.corrects,
    reply: message.reply && { id: message.reply.id, quoted: action ? [] : (quoted ?? []) },
    wantsReceipt: message.wantsReceipt && !delayed,
    chatState: delayed ? undefined : message.chatState,
    files,
    textIsFiles: files.length > 0 && (bodyIsFile || isLinks(words, shared)),
  };
}

function linksOf(files: readonly LinkedFile[]): string {
  return files.map(({ url }) => url).join('\n');
}

/** Whether the words are addresses of those files alone. */
function isLinks(words: string | undefined, files: ReadonlyMap<string, LinkedFile>): boolean {
  return (words ?? '').split(/\s+/).every((word) => word === '' || files.has(word));
}

/** The words without the quotation of a reply, for a network that shows itself what is answered; and that. */
export function withoutQuotation(
  message: UserMessage,
): Pick<UserMessage, 'text' | 'action'> & { readonly quote?: string } {
  const { text, action, reply } = message;
  if (text === undefined || action) return { text, action };
  const { kept, cut } = splitFallback(text, reply?.quoted ?? []);
  const quoted = cut.replace(QUOTE_MARK, '').trimEnd();
  return {
    ...(kept.startsWith(ME) ? { text: kept.slice(ME.length), action: true } : { text: kept, action }),
    ...(quoted !== '' && { quote: quoted }),
  };
}

function emptyDraft(): Draft {
  return {
    text: undefined,
    action: false,
    subject: undefined,
    thread: undefined,
    corrects: undefined,
    retracts: undefined,
    reactions: undefined,
    reply: undefined,
    displayed: undefined,
    wantsReceipt: false,
    chatState: undefined,
    unstyled: false,
    originId: undefined,
    delayed: false,
    encrypted: false,
    bodyIsReaction: false,
    bodyIsFile: false,
    shared: new Map(),
    quoted: undefined,
    files: [],
    textIsFiles: false,
  };
}

/** An encrypted message without a body still tells what the client tells everybody. */
function withoutContent({ displayed, chatState }: UserMessage): UserMessage {
  const { delayed, encrypted, bodyIsReaction, bodyIsFile, quoted, shared, ...nothing } = emptyDraft();
  return { ...nothing, displayed, chatState };
}

function readChild(draft: Draft, child: XmlElement): void {
  const { name, ns, attrs } = child;
  switch (ns) {
    case NS.COMPONENT:
      if (name === 'body') draft.text ??= child.text();
      else if (name === 'subject') draft.subject ??= child.text();
      else if (name === 'thread') draft.thread ??= child.text() || undefined;
      return;
    case NS.CHAT_STATES:
      draft.chatState ??= readChatState(child);
      return;
    case NS.CORRECT:
      if (name === 'replace') draft.corrects ??= attrs.id;
      return;
    case NS.RETRACT:
      if (name === 'retract') draft.retracts ??= attrs.id;
      return;
    case NS.REACTIONS:
      if (name === 'reactions') draft.reactions ??= readReactions(child);
      return;
    case NS.REPLY:
      if (name === 'reply' && attrs.id) draft.reply ??= { id: attrs.id, quoted: [] };
      return;
    case NS.FALLBACK:
      draft.quoted ??= readFallback(child, NS.REPLY);
      draft.bodyIsReaction ||= readFallback(child, NS.REACTIONS) !== undefined;
      draft.bodyIsFile ||= FILE_FALLBACKS.some((ns) => readFallback(child, ns) === 'all');
      return;
    case NS.OOB:
      if (name === 'x') addFile(draft, { url: readOutOfBand(child) ?? '' });
      return;
    case NS.SFS:
      if (name === 'file-sharing') addFile(draft, readFileSharing(child));
      return;
    case NS.CHAT_MARKERS:
      if (name === 'displayed') draft.displayed ??= attrs.id;
      return;
    case NS.RECEIPTS:
      if (name === 'request') draft.wantsReceipt = true;
      return;
    case NS.STYLING:
      if (name === 'unstyled') draft.unstyled = true;
      return;
    case NS.SID:
      if (name === 'origin-id') draft.originId ??= attrs.id;
      return;
    case NS.DELAY:
      draft.delayed = true;
      return;
    default:
      if (saysEncrypted(child)) draft.encrypted = true;
  }
}

/** What is said of the same file twice adds up. */
function addFile({ shared }: Draft, file: LinkedFile | undefined): void {
  if (!file || !WEB_LINK.test(file.url)) return;
  if (shared.size < MAX_FILES || shared.has(file.url))
    shared.set(file.url, { ...shared.get(file.url), ...file });
}
