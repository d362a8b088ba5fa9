import { createHash } from 'node:crypto';
import type { FetchMessageObject, FetchQueryObject } from 'imapflow';

/** What is asked of a mail before it is fetched. */
export const FACTS_QUERY: FetchQueryObject = {
  uid: true,
  flags: true,
  size: true,
  internalDate: true,
  labels: true,
  headers: ['message-id', 'date', 'from', 'return-path'],
};

/** What is known of a mail before it is fetched. */
export interface MailFacts {
  readonly uid: number;
  /** Bytes, as the server claims. */
  readonly size: number;
  /** The same wherever the mail lies and whatever its number is. */
  readonly fingerprint: string;
  /** Without angle brackets. */
  readonly messageId?: string;
  readonly returnPath?: string;
  readonly receivedAt?: number;
  readonly date?: number;
  readonly seen: boolean;
  readonly draft: boolean;
  readonly spam: boolean;
  readonly labels?: readonly string[];
}

/** Printable, and no longer than what a line may hold (RFC 5322 §2.1.1). */
const MESSAGE_ID = /^<([!-;=?-~]{1,900})>$/;
const FINGERPRINT_LENGTH = 22;
const MAX_LABELS = 100;

/** Undefined for what is no answer to {@link FACTS_QUERY}, such as news of flags in between. */
export function mailFacts(message: FetchMessageObject): MailFacts | undefined {
  const { uid, flags, headers } = message;
  if (!uid || !flags || !headers) return undefined;
  const fields = headerFields(headers.toString('latin1'));
  const messageId = MESSAGE_ID.exec(fields.get('message-id') ?? '')?.[1];
  const returnPath = /^<([^<>\s]{0,320})>$/.exec(fields.get('return-path') ?? '')?.[1];
  const receivedAt = timeOf(message.internalDate);
  const date = timeOf(fields.get('date'));
  const labels = [...(message.labels ?? [])].slice(0, MAX_LABELS);
  const has = (name: string): boolean =>
    [...flags].some((flag) => typeof flag === 'string' && flag.toLowerCase() === name);
  return {
    uid,
    size: message.size ?? 0,
    // No sender can know when the server will take a mail: a forged Message-ID hides none.
    fingerprint: createHash('sha256')
      .update(
        [fields.get('message-id'), fields.get('date'), fields.get('from'), seconds(receivedAt)].join('\n'),
      )
      .digest('base64url')
      .slice(0, FINGERPRINT_LENGTH),
    ...(messageId !== undefined && { messageId }),
    ...(returnPath !== undefined && { returnPath }),
    ...(receivedAt !== undefined && { receivedAt }),
    ...(date !== undefined && { date }),
    seen: has('\\seen'),
    draft: has('\\draft') || labels.includes('\\Draft'),
    spam: (has('$junk') || has('junk')) && !has('$notjunk') && !has('nonjunk'),
    ...(labels.length > 0 && { labels }),
  };
}

/** The Message-ID among the answers to a query for it. */
export function messageIdOf({ headers }: FetchMessageObject): string | undefined {
  const field = headers && headerFields(headers.toString('latin1')).get('message-id');
  return MESSAGE_ID.exec(field ?? '')?.[1];
}

/** Whether a Message-ID is one that a server can be asked for. */
export function isMessageId(id: string): boolean {
  return MESSAGE_ID.test(`<${id}>`);
}

/** The first field of each name, unfolded (RFC 5322 §2.2.3); lower-case names. */
function headerFields(block: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.replace(/\r?\n[ \t]/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

function timeOf(value: Date | string | undefined): number | undefined {
  if (value === undefined) return undefined;
  // A comment at the end, such as `(UTC)`, is allowed there (RFC 5322 §3.3).
  const time = value instanceof Date ? value.getTime() : Date.parse(value.replace(/\s*\([^()]*\)\s*$/, ''));
  return Number.isFinite(time) ? time : undefined;
}

function seconds(time: number | undefined): string {
  return time === undefined ? '' : String(Math.floor(time / 1_000));
}
