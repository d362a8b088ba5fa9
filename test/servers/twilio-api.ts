import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LOOPBACK } from './process.js';

/** A message that the API has taken. */
export interface TwilioMessage {
  readonly sid: string;
  /** The form as it was posted; repeated fields are lists. */
  readonly form: Readonly<Record<string, string | readonly string[]>>;
}

/** How the API treats the next request for a message. */
export type TwilioMood =
  | 'take'
  /** Reads it and ends the connection. */
  | 'cut'
  /** Takes it and answers what is no JSON. */
  | 'garbage'
  | { readonly status: number; readonly code?: number; readonly message?: string };

/** A message that came to a number of the account, or went out from it. */
export interface ListedMessage {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** UTC milliseconds; default now. */
  readonly time?: number;
  readonly direction?: 'inbound' | 'outbound-api';
  /** Addresses of files. */
  readonly media?: readonly string[];
}

/** A stand-in for Twilio's REST API of messages (twilio.com/docs/messaging/api) and for Twilio calling back. */
export interface TwilioApi {
  readonly base: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly messages: readonly TwilioMessage[];
  mood: TwilioMood;
  /** The status that everything else is answered with; undefined: as usual. */
  down: number | undefined;
  /** Puts a message into the list, without a word to anybody; gives its SID. */
  list(message: ListedMessage): string;
  /** Headers that the host of files, where the API redirects to, was asked with. */
  readonly fileRequests: readonly IncomingMessage['headers'][];
  /** Puts a file where an incoming message can name it; `redirect` sends whoever asks for it elsewhere. */
  addMedia(content: Buffer, mediaType: string, redirect?: string): string;
  /**
   * Posts a webhook signed as documented (twilio.com/docs/usage/security), without what stands behind `#`; resolves
   * with the answer.
   */
  call(url: string, fields: Readonly<Record<string, string>>, how?: Forgery): Promise<TwilioCall>;
  stop(): Promise<void>;
}

/** What is wrong with a webhook. */
export interface Forgery {
  /** Signs with another token. */
  readonly token?: string;
  /** Sends no signature. */
  readonly unsigned?: boolean;
  /** Sent, but not signed. */
  readonly added?: Readonly<Record<string, string>>;
}

/** What the gateway answered to a webhook. */
export interface TwilioCall {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Starts it on loopback ports. */
export async function startTwilioApi(): Promise<TwilioApi> {
  const accountSid = sid('AC');
  const authToken = randomBytes(16).toString('hex');
  const messages: TwilioMessage[] = [];
  const fileRequests: IncomingMessage['headers'][] = [];
  const listed: (ListedMessage & { readonly sid: string; readonly time: number })[] = [];
  const files = new Map<string, { content: Buffer; mediaType: string; redirect?: string }>();
  const account = `/2010-04-01/Accounts/${accountSid}`;
  const wanted = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;

  const api = await listen(async (request, response) => {
    if (request.headers.authorization !== wanted) return fail(response, 401, 20003, 'Authenticate');
    if (running.down !== undefined) return fail(response, running.down, undefined, 'down');
    const asked = new URL(request.url ?? '/', 'http://api');
    if (request.method === 'GET' && asked.pathname === `${account}/Messages.json`) {
      return json(response, 200, page(account, asked.searchParams, listed));
    }
    const ofMessage = /\/Messages\/([SM]M[0-9a-f]{32})\/Media\.json$/.exec(asked.pathname)?.[1];
    if (ofMessage !== undefined) {
      const media = listed.find((message) => message.sid === ofMessage)?.media ?? [];
      const media_list = media.map((url) => ({
        ...{ sid: url.slice(-34), parent_sid: ofMessage, account_sid: accountSid },
        ...{ content_type: files.get(url.slice(-34))?.mediaType, uri: `${new URL(url).pathname}.json` },
      }));
      return json(response, 200, { media_list, page: 0, page_size: 50, next_page_uri: null });
    }
    if (request.url === `${account}.json`) return json(response, 200, { sid: accountSid, status: 'active' });
    const media = /\/Media\/(ME[0-9a-f]{32})$/.exec(request.url ?? '')?.[1];
    if (media !== undefined) {
      const file = files.get(media);
      if (!file) return fail(response, 404, 20404, 'The requested resource was not found');
      response.writeHead(307, { location: file.redirect ?? `${cdn.base}/${media}` }).end();
      return;
    }
    if (request.method !== 'POST' || request.url !== `${account}/Messages.json`) {
      return fail(response, 404, 20404, 'The requested resource was not found');
    }
    const form = parseForm(await read(request));
    const { mood } = running;
    if (mood === 'cut') return void request.socket.destroy();
    if (typeof mood === 'object') {
      return fail(response, mood.status, mood.code, mood.message ?? 'refused');
    }
    const message: TwilioMessage = { sid: sid(form.MediaUrl === undefined ? 'SM' : 'MM'), form };
    messages.push(message);
    if (mood === 'garbage') return void response.writeHead(201).end('<html>created</html>');
    json(response, 201, {
      sid: message.sid,
      account_sid: accountSid,
      status: 'queued',
      to: form.To,
      from: form.From,
      body: form.Body ?? '',
      num_media: '0',
      num_segments: '1',
      error_code: null,
      error_message: null,
    });
  });
  const cdn = await listen(async (request, response) => {
    fileRequests.push(request.headers);
    const file = files.get(request.url?.slice(1) ?? '');
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.mediaType }).end(file.content);
  });

  const running: TwilioApi = {
    base: api.base,
    accountSid,
    authToken,
    messages,
    mood: 'take',
    down: undefined,
    list(message) {
      const id = sid(message.media ? 'MM' : 'SM');
      listed.push({ ...message, sid: id, time: message.time ?? Date.now() });
      return id;
    },
    fileRequests,
    addMedia(content, mediaType, redirect) {
      const id = sid('ME');
      files.set(id, { content, mediaType, ...(redirect === undefined ? {} : { redirect }) });
      return `${api.base}${account}/Messages/${sid('MM')}/Media/${id}`;
    },
    async call(url, fields, how = {}) {
      const [called = ''] = url.split('#');
      const signature = twilioSignature(how.token ?? authToken, called, fields);
      const answer = await fetch(called, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          ...(how.unsigned ? {} : { 'x-twilio-signature': signature }),
        },
        body: new URLSearchParams({ ...fields, ...how.added }).toString(),
      });
      return {
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? '',
        body: await answer.text(),
      };
    },
    async stop() {
      await Promise.all([api.stop(), cdn.stop()]);
    },
  };
  return running;
}

/** A page of the list, the newest first (twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources). */
function page(
  account: string,
  query: URLSearchParams,
  all: readonly (ListedMessage & { readonly sid: string; readonly time: number })[],
): object {
  const size = Number(query.get('PageSize') ?? 50);
  const number = Number(query.get('Page') ?? 0);
  const after = Date.parse(query.get('DateSent>') ?? '') || 0;
  const found = all
    .filter(({ to, time }) => to === (query.get('To') ?? to) && time >= after)
    .sort((one, other) => other.time - one.time);
  const next = new URLSearchParams(query);
  next.set('Page', String(number + 1));
  return {
    messages: found.slice(number * size, (number + 1) * size).map((message) => ({
      ...{ sid: message.sid, from: message.from, to: message.to, body: message.body },
      direction: message.direction ?? 'inbound',
      status: message.direction === 'outbound-api' ? 'delivered' : 'received',
      date_sent: new Date(message.time).toUTCString(),
      num_media: String(message.media?.length ?? 0),
    })),
    ...{ page: number, page_size: size },
    next_page_uri: found.length > (number + 1) * size ? `${account}/Messages.json?${next}` : null,
  };
}

/** A SID: two letters and 32 hexadecimal digits. */
export function sid(prefix: string): string {
  return `${prefix}${randomBytes(16).toString('hex')}`;
}

/** A signature of Twilio: the address followed by every field and its value, in the order of the names; HMAC-SHA1, Base64. */
export function twilioSignature(
  token: string,
  url: string,
  fields: Readonly<Record<string, string>>,
): string {
  const signed = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name]}`);
  return createHmac('sha1', token)
    .update(url + signed.join(''), 'utf8')
    .digest('base64');
}

function fail(response: ServerResponse, status: number, code: number | undefined, message: string): void {
  const more = code === undefined ? null : `https://www.twilio.com/docs/errors/${code}`;
  json(response, status, { code: code ?? null, message, more_info: more, status });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseForm(body: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = {};
  const fields = new URLSearchParams(body);
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name);
    form[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  return form;
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the API has no port');
  return {
    base: `http://${LOOPBACK}:${address.port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
