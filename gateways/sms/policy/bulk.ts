import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GatewayError } from '../../../src/gateway/error.js';
import type { PolicyOptions } from './options.js';

/** Recipients of one text and when, by digest, in UTC milliseconds. */
const sentText = z.object({ recipients: z.record(z.string(), z.number()) });
/** When new recipients were written to, in UTC milliseconds. */
const strangers = z.object({ times: z.array(z.number()) });

/**
 * What a user's earlier sending has to do with a message: JSON for the store, without any text. Kept apart, so that a
 * message costs the same whatever was sent before it.
 */
export interface SendingHistory {
  /** Of this text alone; expires with the window. */
  readonly text: z.output<typeof sentText>;
  readonly strangers: z.output<typeof strangers>;
}
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

/** Key of a text; undefined for one so short that it says nothing. */
export function textKey(text: string, { sameTextLength }: BulkLimits): string | undefined {
  return normal(text).length >= sameTextLength ? digestOf(text) : undefined;
}

/** How long what is kept of a text counts, in milliseconds. */
export function textWindow({ sameTextMinutes }: BulkLimits): number {
  return sameTextMinutes * minute;
}

/** History from what the store had; empty for what cannot be read. */
export function readHistory(text: unknown, before: unknown): SendingHistory {
  return {
    text: sentText.safeParse(text).data ?? { recipients: {} },
    strangers: strangers.safeParse(before).data ?? { times: [] },
  };
}

/** Why this looks like bulk sending; undefined if it does not. */
export function refuseBulk(
  before: SendingHistory,
  sending: Sending,
  limits: BulkLimits,
  now: number,
): GatewayError | undefined {
  const { text, strangers } = recent(before, limits, now);
  const { sameTextRecipients: most, sameTextMinutes, newRecipients: mostNew, newRecipientsMinutes } = limits;
  const another = !Object.hasOwn(text.recipients, digestOf(sending.recipient));
  if (textKey(sending.text, limits) !== undefined && another && Object.keys(text.recipients).length >= most)
    return new GatewayError('limit', {
      key: 'sms-same-text',
      args: { recipients: most, minutes: sameTextMinutes },
    });
  if (sending.isNew && strangers.times.length >= mostNew)
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
  const { text, strangers } = recent(before, limits, now);
  return {
    text: { recipients: { ...text.recipients, [digestOf(sending.recipient)]: now } },
    strangers: sending.isNew ? { times: [...strangers.times, now].slice(-limits.newRecipients) } : strangers,
  };
}

function recent({ text, strangers }: SendingHistory, limits: BulkLimits, now: number): SendingHistory {
  const textsSince = now - textWindow(limits);
  const strangersSince = now - limits.newRecipientsMinutes * minute;
  return {
    text: {
      recipients: Object.fromEntries(Object.entries(text.recipients).filter(([, time]) => time > textsSince)),
    },
    strangers: { times: strangers.times.filter((time) => time > strangersSince) },
  };
}

/** Case and spaces do not make another text. */
function normal(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function digestOf(text: string): string {
  return createHash('sha256').update(normal(text)).digest('base64url').slice(0, 22);
}
