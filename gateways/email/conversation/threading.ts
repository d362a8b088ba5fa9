import type { AccountId } from '../../../src/gateway/ids.js';
import type { MessageReference } from '../../../src/gateway/message.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import type { ConversationId } from './conversation-book.js';
import { digestOf } from './digest.js';
import { type LoggedMail, type MailLog, partIds } from './mail-log.js';

/** Ancestors that are looked for. */
const LOOKED_FOR = 6;

/** Where a mail belongs. */
export interface Place {
  /** XEP-0201; the same for all mails with one root. */
  readonly thread: string;
  /** The nearest ancestor of the same conversation that is known. */
  readonly answered?: MessageReference;
}

/** The nearest ancestor of a mail that is known, in whatever conversation. */
export interface Ancestor {
  /** Message-ID. */
  readonly id: string;
  readonly mail: LoggedMail;
}

/** Looks for the ancestors of a mail, the nearest first (RFC 5322 §3.6.4). */
export async function ancestorOf(
  log: MailLog,
  account: AccountId,
  { references }: Pick<ParsedMail, 'references'>,
): Promise<Ancestor | undefined> {
  for (const id of [...references].reverse().slice(0, LOOKED_FOR)) {
    const mail = await log.get(account, id);
    if (mail) return { id, mail };
  }
  return undefined;
}

/** Where a mail belongs within its conversation. */
export function placeOf(
  nearest: Ancestor | undefined,
  conversation: ConversationId,
  id: string,
  { references }: Pick<ParsedMail, 'references'>,
): Place {
  if (nearest?.mail.conversation === conversation) {
    const { mail } = nearest;
    const last = partIds(nearest.id, mail.parts).at(-1);
    const answered = last && { id: last, own: mail.direction === 'out' };
    return { thread: mail.thread, ...(answered && { answered }) };
  }
  // The root is named first; what was before our time has the same thread all the same.
  return { thread: digestOf(references[0] ?? id) };
}
