import type { Text } from '../../../src/gateway/text.js';
import type { MailPart, ParsedMail } from '../mail/parsed-mail.js';
import { type Body, readBody } from './body.js';
import { readCalendar } from './calendar.js';
import { readChatMail } from './chat-mail.js';
import { fold, type LineKind, linesOf } from './fold.js';
import { readHtml } from './html.js';
import { finish, unmarked } from './marks.js';
import type { ContentOptions } from './options.js';
import { asFile } from './part-name.js';
import { type MailPicture, pictureOf } from './picture.js';
import { type Protection, readProtection } from './protection.js';
import { isForward } from './subject.js';
import { type Card, readCard } from './vcard.js';

/** What is shown of a mail. */
export interface MailContent {
  /** The sender's own words; empty where there are none. */
  readonly text: string;
  /** There are XEP-0393 directives in it. */
  readonly styled: boolean;
  /** To be passed on as files, in their order. */
  readonly attachments: readonly MailPart[];
  /** What the gateway has to say of it. */
  readonly remarks: readonly Text[];
  /** Of the sender. */
  readonly avatar?: MailPicture;
  /** What was left out of the text. */
  readonly folded: { readonly quotation?: string; readonly signature?: string };
  /** The text with all that was left out, for whoever asks for it; not bounded by the options. */
  readonly whole: string;
  /** It was for the recipient's own software to open. */
  readonly encrypted?: 'openpgp' | 'smime';
}

/** Parts that speak to programs. */
const MACHINE = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
  'message/feedback-report',
  'text/rfc822-headers',
  'message/global-headers',
]);
const CALENDARS = new Set(['text/calendar', 'application/ics']);
const CARDS = new Set(['text/vcard', 'text/x-vcard', 'text/directory']);
/** Remarks on calendars and cards of one mail. */
const MAX_REMARKS = 30;

/**
 * What a mail says, for a chat: text of its own, files, and remarks on what is neither. Pure; never throws, whatever
 * the mail is made of; takes time in proportion to its text.
 */
export function readContent(mail: ParsedMail, options: ContentOptions): MailContent {
  const protection = readProtection(mail);
  const body = readBody(mail, protection.left);
  const chat = mail.headers.first('chat-version') !== undefined;
  const hints = { chat, forward: isForward(mail.subject) };
  const bare = body.html ? body.lines.map(unmarked) : body.lines;
  const kinds = fold(bare, hints);
  const others = filesOf(mail, body, protection);
  const kept = leavingSomething(others.length + body.files.size, bare, kinds);
  const shown = finished(body, linesOf(body.lines, kept, 'shown'));
  const quotation = finished(body, linesOf(body.lines, kept, 'quotation')).text;
  const signature = finished(body, linesOf(body.lines, kept, 'signature')).text;
  const quotedPictures = picturesLeft(body, kept, hints);
  const cards = cardsOf(mail);
  const cut = cutText(shown.text, options.textChars);
  const tooLong = cut !== undefined || mail.cut.includes('text') || body.cut || shown.cut;
  const attachments = [
    ...body.files.values(),
    ...others.filter(({ contentId }) => contentId === undefined || !quotedPictures.has(contentId)),
    ...(tooLong ? body.sources.filter((part) => !body.files.has(part)).map((part) => asFile(part)) : []),
  ];
  const avatar = avatarOf(mail, cards);
  const encrypted = protection.encrypted ?? (body.encrypted ? 'openpgp' : undefined);
  const remarks = [
    ...(tooLong ? [{ key: 'email-text-cut' }] : []),
    ...(mail.cut.some((bound) => bound !== 'text') ? [{ key: 'email-parts-cut' }] : []),
    ...protection.remarks,
    ...body.remarks,
    ...told(mail, cards),
    ...(others.some(isTnef) ? [{ key: 'email-winmail' }] : []),
    ...(quotation !== '' && !chat ? [{ key: 'email-quotation-left-out' }] : []),
  ];
  const text = cut ?? shown.text;
  const nothing = text === '' && attachments.length === 0 && remarks.length === 0;
  return {
    text,
    styled: shown.styled,
    attachments,
    remarks: nothing ? [{ key: 'email-no-text' }] : remarks,
    ...(avatar && { avatar }),
    folded: { ...(quotation !== '' && { quotation }), ...(signature !== '' && { signature }) },
    whole: finished(body, body.lines).text,
    ...(encrypted && { encrypted }),
  };
}

interface Finished {
  readonly text: string;
  readonly styled: boolean;
  readonly cut: boolean;
  readonly pictures: readonly number[];
}

function finished(body: Body, lines: readonly string[]): Finished {
  if (body.html) return finish(lines);
  const text = lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
  return { text: text.replace(/^\n+/, ''), styled: false, cut: false, pictures: [] };
}

/** A mail of nothing but a signature shows it. */
function leavingSomething(
  files: number,
  lines: readonly string[],
  kinds: readonly LineKind[],
): readonly LineKind[] {
  const empty = lines.every((line, at) => kinds[at] !== 'shown' || line.trim() === '');
  return empty && files === 0 ? kinds.map(() => 'shown') : kinds;
}

/** Content-IDs of pictures that belong to what was folded away: they came with an earlier mail. */
function picturesLeft(
  body: Body,
  kinds: readonly LineKind[],
  hints: Parameters<typeof fold>[1],
): ReadonlySet<string> {
  if (body.html) return foldedPictures(body.lines, body.pictures, kinds);
  const left = new Set<string>();
  for (const part of body.unread) {
    if (part.type !== 'text/html' || !/\bcid:/i.test(part.text ?? '')) continue;
    const { lines, pictures } = readHtml(part.text ?? '');
    for (const id of foldedPictures(lines, pictures, fold(lines.map(unmarked), hints))) left.add(id);
  }
  return left;
}

function foldedPictures(
  lines: readonly string[],
  pictures: readonly string[],
  kinds: readonly LineKind[],
): Set<string> {
  const idsOf = (kind: LineKind): Set<string | undefined> =>
    new Set(finish(linesOf(lines, kinds, kind)).pictures.map((number) => pictures[number]));
  const shown = idsOf('shown');
  const folded = [...idsOf('quotation'), ...idsOf('signature')];
  return new Set(folded.filter((id): id is string => id !== undefined && !shown.has(id)));
}

function filesOf(mail: ParsedMail, body: Body, protection: Protection): MailPart[] {
  const files = mail.parts.filter(
    (part) => !body.used.has(part) && !protection.left.has(part) && !MACHINE.has(part.type),
  );
  // Invitations often come as an alternative and as a file.
  const invitation = files.some((part) => CALENDARS.has(part.type) && part.alternative === undefined);
  const once = files.filter(
    (part) => !(invitation && CALENDARS.has(part.type) && part.alternative !== undefined),
  );
  return [...protection.files, ...once.map((part) => asFile(part))];
}

const isTnef = ({ type, fileName }: MailPart): boolean =>
  type === 'application/ms-tnef' || fileName?.toLowerCase() === 'winmail.dat';

function cardsOf(mail: ParsedMail): Card[] {
  return mail.parts.flatMap(({ type, text }) => {
    const card = CARDS.has(type) && text !== undefined ? readCard(text) : undefined;
    return card ? [card] : [];
  });
}

/** What calendars and cards say; the same calendar may come twice. */
function told(mail: ParsedMail, cards: readonly Card[]): Text[] {
  const calendars = new Set(
    mail.parts.flatMap(({ type, text }) => (CALENDARS.has(type) && text !== undefined ? [text] : [])),
  );
  const lines = [...calendars].flatMap(readCalendar);
  for (const { name, phones, addresses } of cards)
    lines.push({
      key: 'email-contact',
      args: { details: [name, ...phones, ...addresses].filter(Boolean).join(', ') },
    });
  const unique = new Map(lines.map((line) => [JSON.stringify(line), line]));
  return [...unique.values()].slice(0, MAX_REMARKS);
}

/** The sender's own picture: in a header of chat mail or another, or in a card with his address. */
function avatarOf(mail: ParsedMail, cards: readonly Card[]): MailPicture | undefined {
  const face = mail.headers.first('face');
  const own = cards.find(({ addresses }) => mail.from !== undefined && addresses.includes(mail.from.address));
  const chat = readChatMail(mail)?.picture;
  return (
    (chat === 'none' ? undefined : chat) ?? (face === undefined ? undefined : pictureOf(face)) ?? own?.photo
  );
}

/** A text that is too long, up to its last whole line or word; undefined: it is not. */
function cutText(text: string, limit: number): string | undefined {
  if (text.length <= limit) return undefined;
  const head = text.slice(0, limit);
  const end = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
  const safe = /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
  return `${end > limit / 2 ? head.slice(0, end).trimEnd() : safe}…`;
}
