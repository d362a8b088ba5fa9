import { xmlText } from '../../../xmpp/escape-xml.js';
import { NS } from '../../../xmpp/namespace.js';
import { outOfBandElement } from '../../../xmpp/xep/0066-out-of-band-data/out-of-band.js';
import { renderDelay } from '../../../xmpp/xep/0203-delayed-delivery/delay.js';
import { type MessageContent, reaction, renderContent, retraction } from '../../message/render-message.js';
import { splitText } from '../../message/split-text.js';
import type { Crossing } from '../leg.js';
import type { RelayWords, Speaker } from '../model.js';
import { namesOf } from './to-leg-event.js';

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
  readonly say: {
    readonly retracted: () => string;
    readonly edited: (nick: string, words: string) => string;
    readonly reacted: (nick: string, emojis: string) => string;
    readonly subject: (nick: string, text: string) => string;
    readonly presence: (nick: string, change: 'joined' | 'left' | 'renamed', before: string) => string;
    readonly remarks: (words: RelayWords) => readonly string[];
  };
}

/** The children of each message that tells a crossing, in order; none when there is nothing to tell. Pure. */
export function renderCrossing(crossing: Crossing, telling: Telling): readonly string[] {
  const { content, reference, delayed } = crossing;
  const { say, named } = telling;
  const delay = delayed === undefined ? {} : { delay: { from: telling.room, time: delayed } };
  const plain = (text: string): readonly string[] => [
    `<body>${xmlText(text)}</body>${delayed === undefined ? '' : renderDelay(telling.room, delayed)}`,
  ];
  const target = namesOf(reference?.ids ?? []);
  switch (content.kind) {
    case 'said': {
      const { speaker, words } = content;
      const { quote } = content.replyTo ?? {};
      const reply = target.room === undefined ? {} : { reply: { to: telling.room, id: target.room } };
      return renderWords(speaker, words, telling, {
        ...delay,
        ...reply,
        ...(quote !== undefined && { quote }),
      });
    }
    case 'edited': {
      const { speaker, words } = content;
      if (target.author !== undefined)
        return renderWords(speaker, words, telling, { ...delay, replaces: target.author }).slice(0, 1);
      return plain(say.edited(speaker.nick, words.text));
    }
    case 'retracted':
      // In rooms by the room's own name of it (XEP-0424 §5.1).
      return target.room === undefined ? [] : [retraction(target.room, say.retracted())];
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

function renderWords(
  { nick }: Speaker,
  words: RelayWords,
  { named, length, say }: Telling,
  around: Pick<MessageContent, 'delay' | 'reply' | 'quote' | 'replaces'>,
): readonly string[] {
  const { text, styled, action, files = [] } = words;
  const lines = [text, ...say.remarks(words)].filter((line) => line.trim() !== '').join('\n');
  const parts =
    lines === ''
      ? []
      : splitText(spoken(nick, lines, { named, action: action === true }), length, MOST_PARTS);
  const styling = { styled: styled === true || named };
  const said = parts.map((part, index) =>
    renderContent({
      text: part,
      ...styling,
      ...(index === 0 ? around : around.delay && { delay: around.delay }),
    }),
  );
  const first = said.length === 0 && named ? [`<body>${xmlText(`${nick}:`)}</body>`] : [];
  const links = files.map(({ url }, index) =>
    renderContent({
      ...{ text: url, styled: true, payload: outOfBandElement(url).toString(NS.COMPONENT) },
      ...(said.length === 0 && index === 0 && around),
    }),
  );
  return [...first, ...said, ...links];
}

/** Asterisks in a name would end the strong words too early (XEP-0393 §4.3). */
function spoken(nick: string, text: string, { named, action }: { named: boolean; action: boolean }): string {
  if (!named) return action ? `/me ${text}` : text;
  const name = nick.replaceAll('*', '∗').trim() || '?';
  return action ? `* ${name} ${text}` : `*${name}*: ${text}`;
}
