import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import { NS } from '../../xmpp/namespace.js';
import { renderChatState } from '../../xmpp/xep/0085-chat-states/chat-state.js';
import { nickElement } from '../../xmpp/xep/0172-user-nickname/nick.js';
import { renderDelay } from '../../xmpp/xep/0203-delayed-delivery/delay.js';
import { renderReplace } from '../../xmpp/xep/0308-message-correction/correction.js';
import { MARKABLE, renderDisplayed } from '../../xmpp/xep/0333-chat-markers/marker.js';
import { STORE } from '../../xmpp/xep/0334-message-processing-hints/hint.js';
import { mayBeStyled, UNSTYLED } from '../../xmpp/xep/0393-message-styling/styling.js';
import { renderRetract } from '../../xmpp/xep/0424-message-retraction/retraction.js';
import { renderFallback } from '../../xmpp/xep/0428-fallback-indication/fallback.js';
import { renderReactions } from '../../xmpp/xep/0444-message-reactions/reactions.js';
import { type QuotedText, quoteBefore, renderReply } from '../../xmpp/xep/0461-message-replies/reply.js';
import { shortenText } from './split-text.js';

/** UTF-16 units that are kept of what a network says beside the text; more is no name, subject or thread. */
const NICK_LENGTH = 200;
const SUBJECT_LENGTH = 1_000;
const THREAD_LENGTH = 200;
const QUOTE_LENGTH = 500;

/** Who speaks to whom: bare JIDs of a contact, the gateway or the user. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

/** The content of a message, in XMPP's terms. All text is hostile. */
export interface MessageContent {
  /** Body as shown, with `/me` where it is an action. */
  readonly text: string;
  /** Marks in the text are XEP-0393 directives. */
  readonly styled: boolean;
  readonly subject?: string;
  readonly thread?: string;
  /** Display name of a sender whom the user does not know by another (XEP-0172). */
  readonly nick?: string;
  /** When it was sent, and who says so. */
  readonly delay?: { readonly from: string; readonly time: number };
  /** Bare JID of the author and id of the message that is answered. */
  readonly reply?: { readonly to: string; readonly id: string };
  /** Words that are answered, for clients that cannot show them otherwise. */
  readonly quote?: string;
  /** Further children as XML text, such as the file that the text is the address of. */
  readonly payload?: string;
  /** The message that this one replaces. */
  readonly replaces?: string;
  /** The network can be told that the user has read it. */
  readonly markable?: boolean;
  /** The network tells who writes, and wants to know (XEP-0085 §5.1). */
  readonly active?: boolean;
}

/** One message with text. */
export function renderMessage(envelope: Envelope, content: MessageContent): string {
  const type = content.subject === undefined ? 'chat' : 'normal';
  return renderStanza(envelope, renderContent(content), type);
}

/** The children of a message with text. */
export function renderContent(content: MessageContent): string {
  const { text, subject, thread, nick, delay, reply, replaces, payload = '' } = content;
  const quoted = quotedText(content);
  let xml = '';
  if (subject !== undefined) xml += `<subject>${xmlText(shortenText(subject, SUBJECT_LENGTH))}</subject>`;
  xml += `<body>${xmlText(quoted?.body ?? text)}</body>`;
  if (reply) xml += renderReply(reply.to, reply.id);
  if (reply && quoted) xml += renderFallback(NS.REPLY, quoted.range);
  if (!content.styled && mayBeStyled(text)) xml += UNSTYLED;
  xml += payload;
  if (thread) xml += `<thread>${xmlText(thread.slice(0, THREAD_LENGTH))}</thread>`;
  if (replaces !== undefined) xml += renderReplace(replaces);
  if (delay) xml += renderDelay(delay.from, delay.time);
  if (nick) xml += nickElement(nick.slice(0, NICK_LENGTH));
  if (content.markable) xml += MARKABLE;
  if (content.active) xml += renderChatState('active');
  return xml;
}

/** The body as it stands in the stanza. */
export function shownBody(content: MessageContent): string {
  return quotedText(content)?.body ?? content.text;
}

/** The text after what it answers. A command must stay at the start (XEP-0245 §3). */
function quotedText({ text, quote }: MessageContent): QuotedText | undefined {
  if (!quote || text.startsWith('/me ')) return undefined;
  return quoteBefore(shortenText(quote, QUOTE_LENGTH), text);
}

/** What takes a message back, with words for clients that cannot (XEP-0424 §5, F18). */
export function retraction(retracted: string, words: string): string {
  return `${renderRetract(retracted)}${renderFallback(NS.RETRACT)}<body>${xmlText(words)}</body>${STORE}`;
}

/** All reactions of the sender to a message (F19). */
export function reaction(id: string, emojis: readonly string[]): string {
  return `${renderReactions({ id, emojis })}${STORE}`;
}

/** The sender has read everything up to a message; kept for clients that come later (XEP-0333 §6). */
export function displayedMarker(id: string): string {
  return `${renderDisplayed(id)}${STORE}`;
}

/** A message stanza of the gateway's namespace around content. */
export function renderStanza({ from, to, id }: Envelope, inside: string, type = 'chat'): string {
  return `<message from='${xmlAttr(from)}' to='${xmlAttr(to)}' type='${type}' id='${xmlAttr(id)}'>${inside}</message>`;
}
