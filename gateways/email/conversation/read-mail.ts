import { type ChatMail, editedText, readChatMail, readReaction } from '../content/chat-mail.js';
import { classify, type MailNature } from '../content/classify.js';
import type { ContentOptions } from '../content/options.js';
import { readContent } from '../content/read-content.js';
import { type MailReport, readReport } from '../content/report.js';
import { shownSubject } from '../content/subject.js';
import type { MailOrigin } from '../mail/origin.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import type { Change, Reading, Report } from './reading.js';

/** Lines and characters of the words that are quoted beside an answer. */
const QUOTED_LINES = 3;
const QUOTED_LENGTH = 200;

/** What a mail says and what it is. */
export function readMail(mail: ParsedMail, origin: MailOrigin, options: ContentOptions): Reading {
  const content = readContent(mail, options);
  const { text, styled, attachments, remarks, avatar, folded, whole, encrypted } = content;
  const quote = quoteOf(folded.quotation);
  const nature = classify(mail, origin);
  const chat = readChatMail(mail);
  const report = reportOf(readReport(mail, origin));
  return {
    ...{ text, styled, remarks, subject: shownSubject(mail), files: attachments },
    ...(whole !== text && { whole }),
    ...(quote !== '' && { quote }),
    ...(avatar && { face: Buffer.from(avatar.bytes) }),
    ...natureFacts(nature),
    ...(chat && chatFacts(chat)),
    ...(report && { report }),
    changes: changesOf(mail, chat, text),
    encrypted: encrypted !== undefined || chat?.wantsKeys === true,
  };
}

function natureFacts({
  kind,
  list,
  author,
  unsubscribe,
}: MailNature): Pick<Reading, 'automatic' | 'bulk'> & Partial<Reading> {
  const { web, mailto, oneClick = false } = unsubscribe ?? {};
  const ways = {
    ...(web !== undefined && oneClick && { post: web }),
    ...(mailto !== undefined && { mail: mailto }),
  };
  return {
    automatic: kind === 'auto-reply' || kind === 'auto-generated',
    bulk: kind === 'bulk',
    // Where nobody can write to there is no room, only a newsletter.
    ...(list?.post !== undefined && { list: { id: list.id, name: list.name, post: list.post } }),
    ...(author && { author }),
    ...(Object.keys(ways).length > 0 && { unsubscribe: ways }),
  };
}

function chatFacts({ compatible, group, picture, receiptTo }: ChatMail): Partial<Reading> {
  return {
    chat: {
      compatible,
      ...(group && { groupId: group.id }),
      ...(group?.name !== undefined && { groupName: group.name }),
      ...(group?.added !== undefined && { added: group.added }),
      ...(group?.removed !== undefined && { removed: group.removed }),
      faceless: picture === 'none',
    },
    ...(receiptTo !== undefined && { receiptTo }),
  };
}

function changesOf(mail: ParsedMail, chat: ChatMail | undefined, text: string): readonly Change[] {
  const reaction = readReaction(mail);
  if (reaction) return [{ kind: 'reaction', ...reaction }];
  if (chat?.edits !== undefined && editedText(text) !== '')
    return [{ kind: 'edit', to: chat.edits, text: editedText(text) }];
  return (chat?.deletes ?? []).map((to) => ({ kind: 'retraction', to }));
}

function reportOf(report: MailReport | undefined): Report | undefined {
  if (report?.kind === 'disposition') {
    const [messageId] = report.originalIds;
    // A program that has thrown it away says nothing of the person.
    if (report.disposition !== 'displayed' || messageId === undefined) return undefined;
    return { kind: 'displayed', messageId, more: report.originalIds.slice(1) };
  }
  if (!report) return undefined;
  const fates = report.recipients.flatMap(({ address, action, status, diagnostic }) =>
    // Who passes it on to others has not delivered it, but nobody will say more.
    action === 'relayed' || action === 'expanded'
      ? []
      : [{ address, action, reason: diagnostic, ...(status !== undefined && { status }) }],
  );
  return { kind: 'delivery', messageId: report.originalId, fates };
}

/** What a mail answers, from what it quotes itself: the first words of the innermost level that is its own. */
function quoteOf(quotation = ''): string {
  const lines = quotation
    .split('\n')
    .filter((line) => /^>(?! ?>)/.test(line))
    .map((line) => line.replace(/^> ?/, ''))
    .filter((line) => line.trim() !== '');
  return lines.slice(0, QUOTED_LINES).join('\n').slice(0, QUOTED_LENGTH);
}
