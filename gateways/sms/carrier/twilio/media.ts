import { pipeline, type Readable, Transform } from 'node:stream';
import type { InboundAttachment } from '../../../../src/gateway/attachment.js';
import { GatewayError } from '../../../../src/gateway/error.js';
import { AnswerLost, type HttpCaller, type HttpStream, NotReached } from '../http-call.js';
import { basic } from './client.js';
import type { TwilioOptions } from './options.js';

/** The API redirects once, to where the file lies. */
const REDIRECTS = 3;

/** A received picture, fetched when it is read. */
export function receivedMedia(
  options: TwilioOptions,
  caller: HttpCaller,
  listed: { readonly url: string; readonly mediaType?: string | undefined },
): InboundAttachment {
  return {
    ...(listed.mediaType === undefined ? {} : { mediaType: listed.mediaType }),
    open: () => fetchMedia(options, caller, listed.url),
  };
}

async function fetchMedia(options: TwilioOptions, caller: HttpCaller, first: string): Promise<Readable> {
  const base = new URL(options.apiBase);
  let url = parsed(first);
  if (url?.origin !== base.origin) throw refused();
  // The credentials are for the API alone: never for where it redirects to.
  let headers: Record<string, string> = { Authorization: basic(options.accountSid, options.authToken) };
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const answer = await open(caller, url, headers);
    if (answer.status === 200) return capped(answer.body, options.mediaBytes);
    answer.body.on('error', () => undefined).destroy();
    if (answer.status < 300 || answer.status > 399 || answer.location === undefined) throw refused();
    const next = parsed(answer.location, url);
    if (next?.protocol !== base.protocol || !isListed(next.hostname, options.mediaHosts)) throw refused();
    url = next;
    headers = {};
  }
  throw refused();
}

async function open(caller: HttpCaller, url: URL, headers: Record<string, string>): Promise<HttpStream> {
  try {
    return await caller.open(url.href, headers);
  } catch (error) {
    if (!(error instanceof NotReached || error instanceof AnswerLost)) throw error;
    throw new GatewayError('network-unreachable', { key: 'sms-carrier-media-away' }, 'not-sent', true);
  }
}

function capped(body: Readable, limit: number): Readable {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new GatewayError('limit', { key: 'sms-carrier-media-too-big' }));
      else done(null, chunk);
    },
  });
  // Whoever reads is told of a failure by the stream itself.
  return pipeline(body, counter, () => undefined);
}

function parsed(url: string, base?: URL): URL | undefined {
  return URL.canParse(url, base?.href) ? new URL(url, base) : undefined;
}

function isListed(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

function refused(): GatewayError {
  return new GatewayError('not-found', { key: 'sms-carrier-media-gone' });
}
