import type { LookupAddress } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { fileErrors } from '../core/media/file-errors.js';
import { GatewayError } from '../gateway/error.js';
import { isPublicAddress } from './public-address.js';
import { checkTarget, type Target, type TargetPolicy } from './target-policy.js';

/** Resolves a name to all its addresses. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>;

/** What a guarded fetch runs on. */
export interface GuardedFetchOptions {
  readonly policy: TargetPolicy;
  readonly resolve: Resolver;
  readonly redirects: number;
  readonly connectTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  /** For the `User-Agent` header. */
  readonly userAgent: string;
  /** A file that is announced to be larger is not begun. */
  readonly maxBytes: number;
}

/** The answer, before its body is read. */
export interface FetchedFile {
  readonly body: Readable;
  /** As the server claims. */
  readonly mediaType: string | undefined;
  readonly name: string | undefined;
  /** Whether the link and all it redirected to are on public hosts, by https. */
  readonly public: boolean;
  /** Ends the connection. Never rejects. */
  close(): Promise<void>;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Follows a user's link without letting him reach what only the gateway's machine can (G05): every address is
 * checked where the connection is made, so that a name cannot mean something else in between, and so is every
 * redirect. Bodies are taken as they come: nothing is decompressed.
 * @throws {GatewayError} in words for the user, the same for every way in which a server cannot be reached
 */
export async function guardedFetch(
  link: string,
  options: GuardedFetchOptions,
  signal: AbortSignal,
): Promise<FetchedFile> {
  let next = link;
  let allPublic = true;
  for (let hop = 0; hop <= options.redirects; hop += 1) {
    const target = checkTarget(next, options.policy);
    allPublic &&= !target.trusted && target.url.protocol === 'https:';
    const asked = ask(target, options, signal);
    const close = async () => {
      asked.destroy();
    };
    try {
      const body = await answerOf(asked);
      const { statusCode, headers } = body;
      const location = one(headers.location);
      if (
        REDIRECTS.has(statusCode ?? 0) &&
        location !== undefined &&
        URL.canParse(location, target.url.href)
      ) {
        body.on('error', () => undefined);
        await close();
        next = new URL(location, target.url).href;
        continue;
      }
      if (statusCode === 404 || statusCode === 410) throw fileErrors.gone();
      const encoding = one(headers['content-encoding']) ?? 'identity';
      if (statusCode !== 200 || encoding !== 'identity') throw fileErrors.unreadable();
      const announced = Number(one(headers['content-length']) ?? 0);
      if (announced > options.maxBytes) throw fileErrors.tooLarge(options.maxBytes);
      const name = nameFrom(one(headers['content-disposition'])) ?? lastSegment(target.url);
      return { body, mediaType: one(headers['content-type']), name, public: allPublic, close };
    } catch (error) {
      await close();
      throw error instanceof GatewayError ? error : refusalIn(error);
    }
  }
  throw fileErrors.unreadable();
}

/**
 * Asks over a connection of its own, to an address that has been looked at. By Node's own client: undici ends the process
 * where a server closes just when its file waits to be read (nodejs/undici#5360).
 */
function ask(target: Target, options: GuardedFetchOptions, signal: AbortSignal): ClientRequest {
  const { url } = target;
  const { connectTimeoutMs, silenceTimeoutMs, userAgent } = options;
  const asked = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, {
    agent: false,
    lookup: lookupFor(target, options),
    signal,
    headers: { 'accept-encoding': 'identity', 'user-agent': userAgent },
  });
  const tooLong = (): void => {
    asked.destroy(fileErrors.unreadable());
  };
  const connecting = setTimeout(tooLong, connectTimeoutMs);
  asked.once('close', () => clearTimeout(connecting));
  asked.once('socket', (socket) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      clearTimeout(connecting);
      socket.setTimeout(silenceTimeoutMs, tooLong);
    });
  });
  // What comes after the answer has begun is told by its body.
  asked.on('error', () => undefined);
  asked.end();
  return asked;
}

function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
    // Also without either, as after an answer that wants another protocol.
    asked.once('close', () => reject(fileErrors.unreadable()));
  });
}

function lookupFor(target: Target, options: GuardedFetchOptions): LookupFunction {
  return (host, { all, family }, done) => {
    options.resolve(host).then(
      (found) => {
        const usable = found.filter(
          (entry) =>
            (target.trusted || isPublicAddress(entry.address)) &&
            (family === undefined || family === 0 || family === entry.family),
        );
        const [first] = usable;
        if (!first) done(found.length === 0 ? fileErrors.unreadable() : fileErrors.forbidden(), '', 0);
        else if (all) done(null, usable);
        else done(null, first.address, first.family);
      },
      () => done(fileErrors.unreadable(), '', 0),
    );
  };
}

/** A refusal of ours comes back wrapped in the connection's own error. */
function refusalIn(error: unknown): GatewayError {
  const errors = error instanceof AggregateError ? error.errors : [error];
  for (const each of errors) {
    const cause: unknown = each instanceof Error ? each.cause : undefined;
    if (each instanceof GatewayError) return each;
    if (cause instanceof GatewayError) return cause;
  }
  return fileErrors.unreadable();
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The file name of a `Content-Disposition` header (RFC 6266 §4.3), the extended form first. */
function nameFrom(header: string | undefined): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header ?? '')?.[1];
  if (extended !== undefined) return decoded(extended);
  const plain = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header ?? '');
  return plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2];
}

function lastSegment(url: URL): string | undefined {
  return decoded(url.pathname.split('/').at(-1) ?? '');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return undefined;
  }
}
