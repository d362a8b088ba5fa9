import { parseAddresses, parseDate, parseMessageId, parseMessageIds } from './field-values.js';
import { HeaderFields } from './header-fields.js';
import { MailTree } from './mail-tree.js';
import { MimeSplitter } from './mime-splitter.js';
import type { ParseLimits } from './options.js';
import type { ParsedMail } from './parsed-mail.js';
import type { RawMail } from './raw-mail.js';

/**
 * Takes a mail apart in one pass, without keeping what is no text. What is broken or hostile in it is read as well as
 * can be; what is beyond the bounds is left out, and `cut` tells. Rejects only when the mail itself cannot be read.
 */
export async function parseMail(mail: RawMail, limits: ParseLimits): Promise<ParsedMail> {
  const tree = new MailTree(mail, limits);
  const splitter = new MimeSplitter(tree, () => tree.headerRoom);
  for await (const chunk of mail.open() as AsyncIterable<Buffer>) {
    splitter.write(chunk);
    if (splitter.done) break;
  }
  splitter.end();
  const parts = tree.parts();
  const root = tree.root;
  const headers = root?.fields ?? new HeaderFields(Buffer.alloc(0), () => undefined);
  const messageId = parseMessageId(headers.raw('message-id')[0] ?? '');
  const date = parseDate(headers.raw('date')[0] ?? '');
  const [from] = parseAddresses(headers.raw('from').slice(0, 1));
  const [inReplyTo] = parseMessageIds(headers.raw('in-reply-to'));
  return {
    headers,
    ...(messageId !== undefined && { messageId }),
    ...(date !== undefined && { date }),
    ...(from !== undefined && { from }),
    replyTo: parseAddresses(headers.raw('reply-to')),
    to: parseAddresses(headers.raw('to')),
    cc: parseAddresses(headers.raw('cc')),
    subject: headers.first('subject') ?? '',
    references: parseMessageIds([...headers.raw('references'), ...headers.raw('in-reply-to')]),
    ...(inReplyTo !== undefined && { inReplyTo }),
    parts,
    type: root?.type ?? 'text/plain',
    typeParameters: root?.parameters ?? {},
    cut: [...tree.cut],
  };
}
