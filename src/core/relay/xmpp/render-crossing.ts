import { xmlText } from '../../../xmpp/escape-xml.js';
import { NS } from '../../../xmpp/namespace.js';
import { outOfBandElement } from '../../../xmpp/xep/0066-out-of-band-data/out-of-band.js';
import { renderDelay } from '../../../xmpp/xep/0203-delayed-delivery/delay.js';
import {
  fileSharingElement,
  fileSharingFallback,
} from '../../../xmpp/xep/0447-stateless-file-sharing/file-sharing.js';
import {
  type MessageContent,
  reaction,
  renderContent,
  retraction,
  shownBody,
} from '../../message/render-message.js';
import { splitText } from '../../message/split-text.js';
import type { Crossing } from '../leg.js';
import { callByNames } from '../mentions.js';
import type { RelayFile, RelayMention, RelayWords, Speaker } from '../model.js';
import { roomName } from './names.js';
import { renderMentions } from './room-mentions.js';
import { partsOf, type RoomNames } from './to-leg-event.js';

/** Stanzas that the words of one message may become. */
const MOST_PARTS = 20;

/** How a crossing is to be told in a room. */
export interface Telling {
  /** Bare JID of the room. */
  readonly room: string;
  /** The relay itself tells it, with the name of the speaker in the words. */
  readonly named: boolean;
  /** UTF-16 units of one message. */
  readonly length: number;
  /** Sentences for where the room has no better way, in its language. */
  readonly say: Sentences;
  /** Who says when something was said, and whether the room leaves that to him (XEP-0203 §5); else words say it. */
  readonly delays: { readonly from: string; readonly kept: boolean };
  /** What somebody is called in the room who is named in words. */
  nameOf(mention: RelayMention): string;
  /** His address in the room, if he is there. */
  who(mention: RelayMention): { readonly jid: string; readonly occupantId?: string } | undefined;
}

/** What the relay itself says. */
export interface Sentences {
  readonly retracted: () => string;
  readonly edited: (nick: string, words: string) => string;
  readonly reacted: (nick: string, emojis: string) => string;
  readonly subject: (nick: string, text: string) => string;
  readonly presence: (nick: string, change: 'joined' | 'left' | 'renamed', before: string) => string;
  readonly remarks: (words: RelayWords) => readonly string[];
}

/** What goes around the words of a message. */
type Around = Pick<MessageContent, 'reply' | 'quote'> & {
  /** Earlier messages that the parts take the place of. */
  readonly replaces?: readonly string[];
};

/** The children of each message that tells a crossing, in order; none when there is nothing to tell. Pure. */
export function renderCrossing(crossing: Crossing, telling: Telling): readonly string[] {
  const { content, reference, delayed } = crossing;
  const { say, named, room } = telling;
  const plain = (text: string): readonly string[] => [
    `<body>${xmlText(`${timeIn(delayed, telling)}${text}`)}</body>${delayOf(delayed, telling)}`,
  ];
  const parts = partsOf(reference?.ids ?? []);
  const [target = {}] = parts;
  switch (content.kind) {
    case 'said': {
      const { speaker, words } = content;
      const { quote } = content.replyTo ?? {};
      return renderWords(speaker, words, telling, delayed, {
        ...(target.room !== undefined && { reply: { to: room, id: target.room } }),
        ...(quote !== undefined && { quote }),
      });
    }
    case 'edited': {
      const { speaker, words } = content;
      const replaces = parts.flatMap(({ author }) => author ?? []);
      if (replaces.length === 0) return plain(say.edited(speaker.nick, spokenAs(words, telling).text));
      const changed = renderWords(speaker, words, telling, undefined, { replaces });
      // What was said in more parts than it is now.
      return [...changed, ...parts.slice(changed.length).flatMap((part) => takeBack(part, say))];
    }
    case 'retracted':
      return parts.flatMap((part) => takeBack(part, say));
    case 'reacted': {
      const { speaker, emojis } = content;
      if (target.room === undefined) return [];
      if (!named) return [reaction(target.room, emojis)];
      return emojis.length === 0 ? [] : plain(say.reacted(speaker.nick, emojis.join(' ')));
    }
    case 'subject':
      return plain(say.subject(content.speaker?.nick ?? '', content.text));
    case 'presence':
      return plain(say.presence(content.speaker.nick, content.change, content.before ?? ''));
    default:
      return content satisfies never;
  }
}

/** In a room its own name of a message counts (XEP-0424 §4). */
function takeBack({ room, author }: RoomNames, say: Sentences): readonly string[] {
  const id = room ?? author;
  return id === undefined ? [] : [retraction(id, say.retracted())];
}

function renderWords(
  { nick }: Speaker,
  words: RelayWords,
  telling: Telling,
  delayed: number | undefined,
  { replaces = [], ...around }: Around,
): readonly string[] {
  const { named, length, say, delays } = telling;
  const { files = [] } = words;
  const action = words.action === true;
  const { text, mentions } = spokenAs(words, telling);
  const lines = [text, ...say.remarks(words)].filter((line) => line.trim() !== '').join('\n');
  const before = `${nameBefore(nick, named, action)}${timeIn(delayed, telling)}`;
  const parts = lines === '' ? [] : splitText(`${before}${lines}`, length, MOST_PARTS);
  const styling = { styled: words.styled === true || named };
  const delay = delayed === undefined ? {} : { delay: { from: delays.from, time: delayed } };
  const said = parts.map((part, index) => {
    const content: MessageContent = {
      ...{ text: part, ...styling, ...delay, ...replacing(replaces, index) },
      ...(index === 0 && around),
    };
    if (index > 0 || mentions.length === 0) return renderContent(content);
    const body = shownBody(content);
    const offset = body.length - part.length + before.length;
    return renderContent({ ...content, payload: renderMentions(body, offset, mentions, telling.who) });
  });
  const first = said.length === 0 && named ? [`<body>${xmlText(`${before.trim()}`)}</body>`] : [];
  const links = files.map((file, index) =>
    renderContent({
      ...{ text: file.url, styled: true, payload: filePayload(file), ...delay },
      ...replacing(replaces, said.length + index),
      ...(said.length === 0 && index === 0 && around),
    }),
  );
  return [...first, ...said, ...links];
}

function replacing(replaces: readonly string[], index: number): Pick<MessageContent, 'replaces'> {
  const id = replaces[index];
  return id === undefined ? {} : { replaces: id };
}

/** Those who are named, by what they are called in the room. */
function spokenAs(words: RelayWords, { nameOf }: Telling): ReturnType<typeof callByNames> {
  return callByNames(words, nameOf);
}

/** A file behind its link, for clients that know XEP-0447 and for those that know XEP-0066. */
function filePayload({ url, name, mediaType, size }: RelayFile): string {
  const oob = outOfBandElement(url).toString(NS.COMPONENT);
  if (name === '' && mediaType === '') return oob;
  const metadata = {
    ...(name !== '' && { name }),
    ...(mediaType !== '' && { mediaType }),
    ...(size !== undefined && { size }),
  };
  const disposition = /^(?:image|video|audio)\//.test(mediaType) ? 'inline' : 'attachment';
  return `${fileSharingElement(metadata, url, disposition).toString(NS.COMPONENT)}${fileSharingFallback().toString(NS.COMPONENT)}${oob}`;
}

/** Asterisks in a name would end the strong words too early (XEP-0393 §4.3). */
function nameBefore(nick: string, named: boolean, action: boolean): string {
  if (!named) return action ? '/me ' : '';
  const name = roomName(nick).replaceAll('*', '∗');
  return action ? `* ${name} ` : `*${name}*: `;
}

function delayOf(delayed: number | undefined, { delays }: Telling): string {
  return delayed === undefined ? '' : renderDelay(delays.from, delayed);
}

/** When it was said, in words: most rooms take away what occupants say of it themselves. */
function timeIn(delayed: number | undefined, { delays }: Telling): string {
  if (delayed === undefined || delays.kept) return '';
  return `[${new Date(delayed).toISOString().slice(0, 16).replace('T', ' ')} UTC] `;
}
