import { readFileSync } from 'node:fs';
import type twilio from 'twilio';
import { HttpCaller } from '../http-call.js';
import type { TwilioOptions } from './options.js';

/** What the library asks of its HTTP client (its option `httpClient`). */
type TransportRequest = Parameters<twilio.RequestClient['request']>[0];

/** The library, when it is needed: it takes 20 MB and half a second, which networks without Twilio shall not pay. */
export async function loadTwilio(): Promise<typeof twilio> {
  return (await import('twilio')).default;
}

/** A page of a list has 50 messages, of 10 kB at most when every letter is escaped. */
const ANSWER_BYTES = 1_048_576;

/** HTTP to the API. Throws when `caFile` cannot be read. */
export function twilioCaller(options: TwilioOptions): HttpCaller {
  const ca = options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8');
  return new HttpCaller({ ...options, answerBytes: ANSWER_BYTES }, ca);
}

/**
 * The library's client for one account; nothing is asked yet. Its HTTP goes by our own calls: another address of the
 * API, certificates and time limits as for all carriers, and errors that tell a request that never left from one
 * whose answer was lost.
 */
export async function twilioClient(options: TwilioOptions, caller: HttpCaller): Promise<twilio.Twilio> {
  const library = await loadTwilio();
  const base = new URL(options.apiBase);
  class Transport extends library.RequestClient {
    override async request<TData>(wanted: TransportRequest) {
      const url = new URL(wanted.uri);
      url.protocol = base.protocol;
      url.hostname = base.hostname;
      url.port = base.port;
      for (const [name, value] of Object.entries(wanted.params ?? {}))
        url.searchParams.set(name, String(value));
      const headers: Record<string, string> = { Authorization: basic(wanted.username, wanted.password) };
      for (const [name, value] of Object.entries(wanted.headers ?? {})) headers[name] = String(value);
      const answer = await caller.call({
        method: wanted.method === 'post' ? 'POST' : 'GET',
        url: url.href,
        headers,
        ...(wanted.data ? { body: encodeForm(wanted.data) } : {}),
      });
      return { statusCode: answer.status, body: answer.body as TData, headers: {} };
    }
  }
  return library(options.accountSid, options.authToken, { httpClient: new Transport() });
}

/** RFC 7617. */
export function basic(username = '', password = ''): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Lists as repeated fields, as the API takes `MediaUrl`. */
function encodeForm(data: object): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one));
  }
  return form.toString();
}
