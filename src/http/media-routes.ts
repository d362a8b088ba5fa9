import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Log } from '../gateway/gateway.js';
import { parseRange } from './byte-range.js';
import { contentDisposition, isShownInline } from './content-disposition.js';

/** First part of every file's path. */
export const MEDIA = '/media';

/** When a client that finds too many downloads under way may come again (seconds). */
const RETRY_AFTER_S = 5;

/** A file as it is served. */
export interface ServedFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  /** UTC milliseconds from which it is no more. */
  readonly expiresAt: number;
}

/** The files that links lead to. */
export interface ServedFiles {
  /** Undefined for a token that was never given out, or is no more. */
  find(token: string): ServedFile | undefined;
}

/** Serves `/media/<token>/<name>`; the name is for people and is not looked at. */
export function addMediaRoutes(app: FastifyInstance, files: ServedFiles, atOnce: number, log: Log): void {
  let active = 0;
  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: `${MEDIA}/:token/*`,
    handler: async (request, reply) => {
      const file = files.find(request.params.token);
      if (!file) return reply.code(404).send('This file is no longer here.\n');
      if (request.method === 'GET' && active >= atOnce)
        return reply.code(503).header('retry-after', RETRY_AFTER_S).send('busy; try again later\n');
      const range = parseRange(request.headers.range, file.size);
      if (range === 'unsatisfiable')
        return reply.code(416).header('content-range', `bytes */${file.size}`).send('');
      describe(reply, file);
      if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.size}`);
      reply.header('content-length', range ? range.end - range.start + 1 : file.size);
      // An empty file has no first byte to read up to.
      if (request.method === 'HEAD' || file.size === 0) return reply.send('');
      active += 1;
      const stream = createReadStream(file.path, range ?? {});
      stream.once('close', () => {
        active -= 1;
      });
      stream.once('error', (error) => log.warn({ err: error }, 'a file could not be served'));
      return reply.send(stream);
    },
  });
}

/** What keeps a hostile file from acting in the browser of whoever follows the link (XEP-0363 §Security). */
function describe(reply: FastifyReply, { name, mediaType, expiresAt }: ServedFile): void {
  const inline = isShownInline(mediaType);
  reply.headers({
    'content-type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
    'content-disposition': contentDisposition(inline ? 'inline' : 'attachment', name),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
    // The address is the only secret, so a client in a browser may read the file too.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'accept-ranges': 'bytes',
    'cache-control': `private, immutable, max-age=${Math.max(0, Math.floor((expiresAt - Date.now()) / 1000))}`,
  });
}
