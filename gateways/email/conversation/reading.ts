import { type ChatMail, type MailReaction, readChatMail, readReaction } from '../content/chat-mail.js';
import { classify, type MailNature } from '../content/classify.js';
import type { ContentOptions } from '../content/options.js';
import { type MailContent, readContent } from '../content/read-content.js';
import { type MailReport, readReport } from '../content/report.js';
import { shownSubject } from '../content/subject.js';
import type { MailOrigin } from '../mail/origin.js';
import type { ParsedMail } from '../mail/parsed-mail.js';

/** Lines and characters of the words that are quoted beside an answer. */
const QUOTED_LINES = 3;
const QUOTED_LENGTH = 200;

/** What a mail says and what it is. */
export interface Reading {
  readonly content: MailContent;
  readonly nature: MailNature;
  readonly report: MailReport | undefined;
  readonly chat: ChatMail | undefined;
  readonly reaction: MailReaction | undefined;
  readonly subject: string;
  /** The words that it answers; empty where it quotes none. */
  readonly quote: string;
}

/** Reads a mail once for all that is to be known of it. */
export function readMail(mail: ParsedMail, origin: MailOrigin, options: ContentOptions): Reading {
  const content = readContent(mail, options);
  return {
    content,
    nature: classify(mail, origin),
    report: readReport(mail, origin),
    chat: readChatMail(mail),
    reaction: readReaction(mail),
    subject: shownSubject(mail),
    quote: quoteOf(content.folded.quotation),
  };
}

/** What a mail answers, from what it quotes itself: the first words of the level that is not quoted again. */
function quoteOf(quotation = ''): string {
  const lines = quotation
    .split('\n')
    .filter((line) => /^>(?! ?>)/.test(line))
    .map((line) => line.replace(/^> ?/, ''))
    .filter((line) => line.trim() !== '');
  return lines.slice(0, QUOTED_LINES).join('\n').slice(0, QUOTED_LENGTH);
}
