import twilio from 'twilio';
import type { HttpCaller } from '../http-call.js';
import type { TwilioOptions } from './options.js';

/** What the library asks of its HTTP client (its option `httpClient`). */
type TransportRequest = Parameters<twilio.RequestClient['request']>[0];

/**
 * The library's HTTP client on our own calls: another address of the API, certificates and time limits as for all
 * carriers, and errors that tell a request that never left from one whose answer was lost.
 */
class Transport extends twilio.RequestClient {
  readonly #caller: HttpCaller;
  readonly #base: URL;

  constructor(caller: HttpCaller, base: string) {
    super();
    this.#caller = caller;
    this.#base = new URL(base);
  }

  override async request<TData>(wanted: TransportRequest) {
    const url = new URL(wanted.uri);
    url.protocol = this.#base.protocol;
    url.hostname = this.#base.hostname;
    url.port = this.#base.port;
    const headers: Record<string, string> = { Authorization: basic(wanted.username, wanted.password) };
    for (const [name, value] of Object.entries(wanted.headers ?? {})) headers[name] = String(value);
    const answer = await this.#caller.call({
      method: wanted.method === 'post' ? 'POST' : 'GET',
      url: url.href,
      headers,
      ...(wanted.data ? { body: encodeForm(wanted.data) } : {}),
    });
    return { statusCode: answer.status, body: answer.body as TData, headers: {} };
  }
}

/** The library's client for one account; nothing is asked yet. */
export function twilioClient(options: TwilioOptions, caller: HttpCaller): twilio.Twilio {
  return twilio(options.accountSid, options.authToken, {
    httpClient: new Transport(caller, options.apiBase),
  });
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
