import type { Text } from '../../../src/gateway/text.js';
import type { PeerId, TgEntity, TgMessage } from '../client/model.js';
import { buttonLines, isPressable, numberedButtons } from './buttons.js';
import { sameAddress } from './expand-links.js';
import { mediaContent, type WantedFile } from './media-content.js';
import { cleanLine } from './names.js';
import { serviceRemark } from './service-remark.js';
import { soundText } from './sound-text.js';
import { type StyledText, styledText } from './styled-text.js';

/** A message of Telegram as the seam tells it; where there are files, the text is their caption. */
export interface MessageContent extends StyledText {
  /** Below the text, in the user's language. */
  readonly remarks: readonly Text[];
  readonly files: readonly WantedFile[];
  /** What it answers; the ids are Telegram's. */
  readonly replyTo?: NonNullable<TgMessage['replyTo']>;
}

/** What a text cannot know. */
export interface ReadingContext {
  /** What a person or a chat is called; never empty. */
  name(peer: PeerId): string;
}

/** Everything that a message says or shows, in words and files (F24, F30). Never throws, whatever is in it. */
export function readMessage(message: TgMessage, context: ReadingContext): MessageContent {
  return content([partsOf(message, context)]);
}

/**
 * The messages of one album as one: their captions in order, their files, and each remark once.
 * @param messages one at least, in the order of their ids
 */
export function joinAlbum(messages: readonly TgMessage[], context: ReadingContext): MessageContent {
  return content(messages.map((message) => partsOf(message, context)));
}

/** A message before it is styled. */
interface Parts {
  readonly text: string;
  readonly entities: readonly TgEntity[];
  readonly remarks: readonly Text[];
  readonly files: readonly WantedFile[];
  readonly replyTo: TgMessage['replyTo'];
}

function partsOf(message: TgMessage, context: ReadingContext): Parts {
  const { text, entities, media, replyTo } = message;
  const shown = media && !isInText(message) ? mediaContent(media, message.id) : undefined;
  const buttons = numberedButtons(message);
  const said = text.trim() === '' ? [] : [text];
  const remarks = [...(shown?.remarks ?? []), ...remarksOn(message, context)];
  if (buttons.some(isPressable)) remarks.push({ key: 'telegram-buttons' });
  return {
    text: [...said, ...(shown?.lines ?? []), ...buttonLines(buttons)].join('\n'),
    entities: said.length > 0 ? entities : [],
    ...{ remarks, files: shown?.files ?? [], replyTo },
  };
}

/** The preview of a page whose address is there to read. */
function isInText({ text, entities, media }: TgMessage): boolean {
  if (media?.kind !== 'page') return false;
  const { url } = media;
  return (
    text.includes(url) ||
    entities.some(
      ({ kind, offset, length, url: behind = text.slice(offset, offset + length) }) =>
        kind === 'link' && sameAddress(behind, url),
    )
  );
}

function remarksOn(message: TgMessage, { name }: ReadingContext): readonly Text[] {
  const { entities, forwarded, viaBot, signature, service } = message;
  const remarks: Text[] = [];
  if (service) remarks.push(serviceRemark(service, message.from ?? message.chat, name));
  if (entities.some(({ kind }) => kind === 'spoiler')) remarks.push({ key: 'telegram-spoiler' });
  if (forwarded) {
    const from = forwarded.from ? name(forwarded.from) : cleanLine(forwarded.name ?? '');
    if (from === '') remarks.push({ key: 'telegram-forwarded-unknown' });
    else remarks.push({ key: 'telegram-forwarded', args: { from } });
  }
  if (viaBot) remarks.push({ key: 'telegram-via', args: { bot: name(viaBot) } });
  const author = cleanLine(signature ?? '');
  if (author !== '') remarks.push({ key: 'telegram-signed', args: { author } });
  return remarks;
}

function content(all: readonly Parts[]): MessageContent {
  const said = all.filter(({ text }) => text !== '');
  const entities: TgEntity[] = [];
  let length = 0;
  for (const { text, entities: over } of said) {
    for (const entity of over) {
      // Before they are put side by side: what reaches out of one text must not reach into the next one.
      const end = Math.min(entity.offset + entity.length, text.length);
      const offset = Math.max(0, entity.offset);
      entities.push({ ...entity, offset: offset + length, length: end - offset });
    }
    length += text.length + 1;
  }
  const replyTo = all.find((parts) => parts.replyTo)?.replyTo;
  const remarks = new Map(all.flatMap((parts) => parts.remarks).map((one) => [JSON.stringify(one), one]));
  return {
    ...styledText(said.map(({ text }) => text).join('\n'), entities),
    remarks: [...remarks.values()],
    files: all.flatMap(({ files }) => files),
    ...(replyTo && {
      replyTo: { ...replyTo, ...(replyTo.quote !== undefined && { quote: soundText(replyTo.quote) }) },
    }),
  };
}
