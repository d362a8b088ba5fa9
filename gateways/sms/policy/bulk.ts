import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GatewayError } from '../../../src/gateway/error.js';
import type { PolicyOptions } from './options.js';

const history = z.object({
  /** Recipients and when, by digest, of each text, by digest. */
  texts: z.record(z.string(), z.record(z.string(), z.number())),
  /** When new recipients were written to. */
  newRecipients: z.array(z.number()),
});

/** What is remembered of a user's sending, times in UTC milliseconds: JSON for the store, without any text. */
export type SendingHistory = z.output<typeof history>;
/** See `bulk` in the options. */
export type BulkLimits = PolicyOptions['bulk'];

/** A message about to be sent. */
export interface Sending {
  readonly text: string;
  readonly recipient: string;
  /** The user has never written to this recipient nor had a message from there. */
  readonly isNew: boolean;
}

const minute = 60_000;

/** History from what the store had; empty for what cannot be read. */
export function readHistory(stored: unknown): SendingHistory {
  return history.safeParse(stored).data ?? { texts: {}, newRecipients: [] };
}

/** Why this looks like bulk sending; undefined if it does not. */
export function refuseBulk(
  before: SendingHistory,
  sending: Sending,
  limits: BulkLimits,
  now: number,
): GatewayError | undefined {
  const { texts, newRecipients } = recent(before, limits, now);
  const recipients = texts[digestOf(sending.text)] ?? {};
  const { sameTextRecipients: most, sameTextMinutes, newRecipients: mostNew, newRecipientsMinutes } = limits;
  const another = !Object.hasOwn(recipients, digestOf(sending.recipient));
  if (isCounted(sending.text, limits) && another && Object.keys(recipients).length >= most)
    return new GatewayError('limit', {
      key: 'sms-same-text',
      args: { recipients: most, minutes: sameTextMinutes },
    });
  if (sending.isNew && newRecipients.length >= mostNew)
    return new GatewayError('limit', {
      key: 'sms-new-recipients',
      args: { recipients: mostNew, minutes: newRecipientsMinutes },
    });
  return undefined;
}

/** History with a message that is sent; what lies outside of the windows is dropped. */
export function remembered(
  before: SendingHistory,
  sending: Sending,
  limits: BulkLimits,
  now: number,
): SendingHistory {
  const { texts, newRecipients } = recent(before, limits, now);
  if (isCounted(sending.text, limits)) {
    const text = digestOf(sending.text);
    texts[text] = { ...texts[text], [digestOf(sending.recipient)]: now };
  }
  const newest = Object.entries(texts)
    .sort(([, one], [, other]) => lastOf(other) - lastOf(one))
    .slice(0, limits.rememberedTexts);
  return {
    texts: Object.fromEntries(newest),
    newRecipients: sending.isNew ? [...newRecipients, now].slice(-limits.newRecipients) : newRecipients,
  };
}

function recent(before: SendingHistory, limits: BulkLimits, now: number): SendingHistory {
  const textsSince = now - limits.sameTextMinutes * minute;
  const recipientsSince = now - limits.newRecipientsMinutes * minute;
  const texts: SendingHistory['texts'] = {};
  for (const [text, recipients] of Object.entries(before.texts)) {
    const kept = Object.entries(recipients).filter(([, time]) => time > textsSince);
    if (kept.length > 0) texts[text] = Object.fromEntries(kept);
  }
  return { texts, newRecipients: before.newRecipients.filter((time) => time > recipientsSince) };
}

function isCounted(text: string, { sameTextLength }: BulkLimits): boolean {
  return normal(text).length >= sameTextLength;
}

function lastOf(recipients: Readonly<Record<string, number>>): number {
  return Math.max(...Object.values(recipients));
}

/** Case and spaces do not make another text. */
function normal(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function digestOf(text: string): string {
  return createHash('sha256').update(normal(text)).digest('base64url').slice(0, 22);
}
