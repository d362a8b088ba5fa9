import { Readable } from 'node:stream';
import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError } from '../../client.js';
import type { FileHandle } from '../../model.js';
import type { Parts } from '../answers.js';

/** Bytes asked for at a time: a power of two, so that every offset is a multiple (core.telegram.org/api/files). */
const PART = 512 * 1_024;

/** Files on their way from the server. */
export class Downloads {
  constructor(private readonly parts: Parts) {}

  /** Streams a file; nothing but two parts of it is ever in memory. Rejects with TgError before the first byte. */
  async download(file: FileHandle): Promise<Readable> {
    const location = await this.#locate(file);
    const place = { centre: file.centre };
    const read = (offset: number) => this.#part(location, offset, place);
    const first = await read(0);
    return Readable.from(partsFrom(first, read), { objectMode: false, highWaterMark: PART });
  }

  async #part(
    location: Api.TypeInputFileLocation,
    offset: number,
    place: { centre: number },
  ): Promise<Buffer> {
    const request = new Api.upload.GetFile({ location, offset: bigInt(offset), limit: PART });
    const answer = await this.parts.requests.invokeForFile(request, place).catch((error: unknown) => {
      const old = error instanceof TgError && /^FILE_REFERENCE_/.test(error.reason);
      throw old ? new TgError('refused', 'FILE_REFERENCE_EXPIRED') : error;
    });
    if (!(answer instanceof Api.upload.File)) throw new TgError('refused', 'FILE_ELSEWHERE');
    return answer.bytes;
  }

  async #locate({
    id,
    accessHash,
    reference,
    kind,
    size,
    peer,
  }: FileHandle): Promise<Api.TypeInputFileLocation> {
    const number = bigInt(id);
    if (kind === 'profile') {
      if (peer === undefined) throw new TgError('refused', 'PEER_NOT_KNOWN');
      const owner = await this.parts.directory.inputPeer(peer);
      return new Api.InputPeerPhotoFileLocation({ big: true, peer: owner, photoId: number });
    }
    const common = {
      ...{ id: number, accessHash: bigInt(accessHash), thumbSize: size ?? '' },
      fileReference: Buffer.from(reference, 'base64'),
    };
    return kind === 'photo'
      ? new Api.InputPhotoFileLocation(common)
      : new Api.InputDocumentFileLocation(common);
  }
}

/** The next part is on its way while one is being taken. */
async function* partsFrom(first: Buffer, read: (offset: number) => Promise<Buffer>): AsyncGenerator<Buffer> {
  let part = first;
  for (let offset = PART; ; offset += PART) {
    if (part.length < PART) {
      if (part.length > 0) yield part;
      return;
    }
    const next = read(offset);
    next.catch(() => undefined);
    yield part;
    part = await next;
  }
}
