import { Readable } from 'node:stream';
import { GatewayError } from '../../../src/gateway/error.js';
import type { RawMail } from './raw-mail.js';
import { transferDecoder } from './transfer-encoding.js';

/** Where the body of a part lies in the mail. */
export interface PartPlace {
  /** First byte and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Content-Transfer-Encoding. */
  readonly encoding: string;
}

/**
 * Reads a part out of its mail, in constant memory.
 * @throws {GatewayError} `not-found` when the mail is gone; the stream ends with an error when it goes later
 */
export async function openPart(mail: RawMail, place: PartPlace): Promise<Readable> {
  const source = mail.open();
  const pieces = decodedPieces(source, place);
  // The first piece shows whether the mail is there.
  const first = await pieces.next();
  const all = async function* (): AsyncGenerator<Buffer> {
    if (!first.done) yield first.value;
    yield* pieces;
  };
  const content = Readable.from(all(), { objectMode: false });
  content.once('close', () => source.destroy());
  return content;
}

/** The first piece may be empty, none after it is. */
async function* decodedPieces(source: Readable, place: PartPlace): AsyncGenerator<Buffer> {
  const decoder = transferDecoder(place.encoding);
  let offset = 0;
  let begun = false;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const from = Math.max(0, place.start - offset);
      const to = Math.min(chunk.length, place.end - offset);
      offset += chunk.length;
      const decoded = to > from ? decoder.write(chunk.subarray(from, to)) : undefined;
      if (decoded !== undefined && decoded.length > 0) {
        yield decoded;
        begun = true;
      }
      if (offset >= place.end) break;
    }
  } catch {
    throw gone();
  }
  if (offset < place.end) throw gone();
  const rest = decoder.end();
  if (rest.length > 0 || !begun) yield rest;
}

function gone(): GatewayError {
  return new GatewayError('not-found', { key: 'email-mail-gone' });
}
