import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import type { TargetPolicy } from '../../../../src/gateway/gateway.js';
import type { HostResolver } from '../../mail/target.js';

/** Small texts by https from hosts that users name; undefined for whatever cannot be had. Never rejects. */
export type Documents = (url: string, signal: AbortSignal) => Promise<string | undefined>;

/** Bounds and rules of {@link guardedDocuments}. */
export interface DocumentRules {
  readonly targets: TargetPolicy;
  readonly resolve: HostResolver;
  /** TCP and TLS (ms). */
  readonly connectMs: number;
  readonly ports: readonly number[];
  readonly maxBytes: number;
  readonly redirects: number;
  /** For the `User-Agent` header. */
  readonly userAgent: string;
  /** PEM of the authorities to trust instead of the usual ones. */
  readonly ca?: string;
}

/**
 * Bytes of an answer that may wait to be read. undici 7 ends the process where a server closes while it makes one wait
 * (nodejs/undici#5360); these are read as they come, and not beyond their bounds.
 */
export const WAITING_BYTES = Number.MAX_SAFE_INTEGER;

const HTTPS_PORT = 443;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Addresses are checked where the connection is made, so that a name cannot mean something else in between (S21); only
 * https, no credentials in a link, nothing decompressed.
 */
export function guardedDocuments(rules: DocumentRules): Documents {
  return async (url, signal) => {
    const agent = guardedAgent(rules);
    try {
      return await follow(url, agent, rules, signal);
    } catch {
      return undefined;
    } finally {
      await agent.destroy().catch(() => undefined);
    }
  };
}

async function follow(
  link: string,
  dispatcher: Dispatcher,
  rules: DocumentRules,
  signal: AbortSignal,
): Promise<string | undefined> {
  let next = link;
  for (let hop = 0; hop <= rules.redirects; hop += 1) {
    const url = new URL(next);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || HTTPS_PORT);
    const plain = url.protocol === 'https:' && url.username === '' && url.password === '';
    if (!plain || !rules.ports.includes(port) || !rules.targets.mayResolve(host)) return undefined;
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      signal,
      highWaterMark: WAITING_BYTES,
      headers: {
        accept: 'text/xml, application/xml',
        'accept-encoding': 'identity',
        'user-agent': rules.userAgent,
      },
    });
    const { location } = headers;
    if (REDIRECTS.has(statusCode) && typeof location === 'string' && URL.canParse(location, url.href)) {
      // What may come yet belongs to nobody.
      body.on('error', () => undefined).destroy();
      next = new URL(location, url.href).href;
      continue;
    }
    if (statusCode !== 200) return undefined;
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > rules.maxBytes) return undefined;
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }
  return undefined;
}

/** Connects to allowed addresses only, judged where the connection is made. To be destroyed by the caller. */
export function guardedAgent({
  targets,
  resolve,
  connectMs,
  ca,
}: Pick<DocumentRules, 'targets' | 'resolve' | 'connectMs' | 'ca'>): Agent {
  const refused = new Error('not a public address');
  const lookup: LookupFunction = (host, { all, family }, done) => {
    resolve(host).then(
      (found) => {
        const usable = found.filter(
          (entry) =>
            targets.mayConnect(entry.address) &&
            (family === undefined || family === 0 || family === entry.family),
        );
        const [first] = usable;
        if (!first) done(refused, '', 0);
        else if (all) done(null, usable);
        else done(null, first.address, first.family);
      },
      () => done(refused, '', 0),
    );
  };
  return new Agent({
    pipelining: 0,
    headersTimeout: connectMs,
    bodyTimeout: connectMs,
    connect: { timeout: connectMs, lookup, ...(ca !== undefined && { ca }) },
  });
}
