import type { WebhookRequest } from '../../../../src/gateway/webhook.js';
import type { CarrierReport } from '../carrier.js';
import { loadTwilio } from './client.js';
import { failureOf } from './refusal.js';

/** The fields of one webhook. */
export type Fields = Readonly<Record<string, string>>;

/**
 * An address as Twilio must be given it: it calls once more, five times at most within 15 seconds, when it is answered
 * with an error or not at all (twilio.com/docs/usage/webhooks/webhooks-connection-overrides). What stands behind `#`
 * is neither sent nor signed.
 */
export function withRetries(address: string): string {
  return `${address}#rc=5&rp=all`;
}

/** The fields of a webhook that Twilio has signed with this account's token; undefined for everybody else's. */
export async function signedFields(
  request: WebhookRequest,
  accountSid: string,
  authToken: string,
): Promise<Fields | undefined> {
  const signature = request.headers['x-twilio-signature'];
  if (request.method !== 'POST' || signature === undefined) return undefined;
  const fields = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
  const { validateRequest } = await loadTwilio();
  try {
    if (!validateRequest(authToken, signature, request.url, fields)) return undefined;
  } catch {
    return undefined;
  }
  return fields.AccountSid === accountSid ? fields : undefined;
}

const MESSAGE_SID = /^(?:SM|MM)[0-9a-fA-F]{32}$/;

/** The id of the message that a webhook is about. */
export function messageSid(fields: Fields): string | undefined {
  const { MessageSid: sid } = fields;
  return sid !== undefined && MESSAGE_SID.test(sid) ? sid : undefined;
}

/** What a status callback tells, if it is an end: `queued`, `sending` and `sent` are only on the way. */
export function parseStatus(fields: Fields): CarrierReport | undefined {
  const id = messageSid(fields);
  if (id === undefined) return undefined;
  switch (fields.MessageStatus) {
    case 'delivered':
    case 'read':
      return { id, outcome: 'delivered' };
    case 'undelivered':
    case 'failed':
    case 'canceled':
      return { id, outcome: 'failed', error: failureOf(errorCode(fields.ErrorCode)) };
    default:
      return undefined;
  }
}

function errorCode(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{5}$/.test(value) ? Number(value) : undefined;
}

/** Twilio sends at most ten (twilio.com/docs/messaging/twiml#media). */
export const MEDIA_LIMIT = 10;

/** Pictures of an incoming message: where they are and what they are said to be. */
export function listedMedia(
  fields: Fields,
): readonly { readonly url: string; readonly mediaType?: string }[] {
  const count = Math.min(Number.parseInt(fields.NumMedia ?? '0', 10) || 0, MEDIA_LIMIT);
  const listed: { url: string; mediaType?: string }[] = [];
  for (let index = 0; index < count; index += 1) {
    const url = fields[`MediaUrl${index}`];
    const mediaType = fields[`MediaContentType${index}`];
    if (url !== undefined) listed.push({ url, ...(mediaType === undefined ? {} : { mediaType }) });
  }
  return listed;
}
