import type { ContentOptions } from '../content/options.js';
import { readContent } from '../content/read-content.js';
import { shownSubject } from '../content/subject.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import type { Reading } from './reading.js';

/** Lines and characters of the words that are quoted beside an answer. */
const QUOTED_LINES = 3;
const QUOTED_LENGTH = 200;

/** What a mail says and what it is. */
export function readMail(mail: ParsedMail, options: ContentOptions): Reading {
  const content = readContent(mail, options);
  const { text, styled, attachments, remarks, avatar, folded, whole, encrypted } = content;
  const quote = quoteOf(folded.quotation);
  return {
    ...{ text, styled, remarks, subject: shownSubject(mail), files: attachments },
    ...(whole !== text && { whole }),
    ...(quote !== '' && { quote }),
    ...(avatar && { face: Buffer.from(avatar.bytes) }),
    automatic: false,
    bulk: false,
    encrypted: encrypted !== undefined,
  };
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
