import { createReadStream } from 'node:fs';
import { Agent, request } from 'undici';
import type { UploadSlot } from '../xmpp/xep/0363-http-file-upload/upload-slot.js';

/** What a transfer to an upload service runs on. */
export interface PutFileOptions {
  readonly connectTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  readonly transferTimeoutMs: number;
  readonly userAgent: string;
  /** Whether a file may go there without TLS. */
  mayBePlain(url: URL): boolean;
}

/** A file on disk. */
export interface FileToPut {
  readonly path: string;
  readonly size: number;
  readonly mediaType: string;
}

/**
 * Bytes of an answer that may wait to be read. undici 7 ends the process where a server closes while it makes one wait
 * (nodejs/undici#5360); these answers are not read at all.
 */
const ANSWER_BYTES = Number.MAX_SAFE_INTEGER;

/** Names of this machine: nothing leaves it on the way. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Puts a file into its place (XEP-0363 §6): only with the headers of the slot, without following redirects, with
 * the certificate verified.
 * @throws {Error} when the service does not take it
 */
export async function putFile(
  slot: UploadSlot,
  file: FileToPut,
  options: PutFileOptions,
  stopped: AbortSignal,
): Promise<void> {
  const url = new URL(slot.put);
  if (url.protocol !== 'https:' && !LOOPBACK.test(url.hostname) && !options.mayBePlain(url))
    throw new Error(`the upload service wants files without TLS, at ${url.host}`);
  const agent = new Agent({
    connections: 1,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.silenceTimeoutMs,
    bodyTimeout: options.silenceTimeoutMs,
  });
  const body = createReadStream(file.path);
  try {
    const response = await request(url, {
      method: 'PUT',
      dispatcher: agent,
      highWaterMark: ANSWER_BYTES,
      body,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(options.transferTimeoutMs)]),
      headers: headersOf(slot, file, options.userAgent),
    });
    response.body.on('error', () => undefined);
    response.body.destroy();
    const { statusCode } = response;
    if (statusCode !== 201 && statusCode !== 200 && statusCode !== 204)
      throw new Error(`the upload service answered ${statusCode}`);
  } finally {
    body.destroy();
    await agent.destroy().catch(() => undefined);
  }
}

/** Name and value in turn, which keeps the order of headers of one name (XEP-0363 §5). */
function headersOf(slot: UploadSlot, file: FileToPut, userAgent: string): string[] {
  return [
    ...['content-length', String(file.size)],
    ...['content-type', file.mediaType],
    ...['user-agent', userAgent],
    ...slot.headers.flat(),
  ];
}
