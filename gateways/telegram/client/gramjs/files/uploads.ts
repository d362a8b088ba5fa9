import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError, type TgUpload } from '../../client.js';
import type { Requests } from '../requests.js';
import { type FactReader, factReader, type MediaFacts } from './media-facts.js';

/** Bytes of one part; the largest that the server takes, and all but the last are alike. */
const PART = 512 * 1_024;
/** Up to there the parts of a file are counted and hashed by another method. */
const SMALL = 10 * 1_024 * 1_024;
/** Parts of one file on their way at a time: what of a file is in memory. */
const IN_FLIGHT = 3;
/** Of sound and video; what says to be longer lies. */
const LONGEST_SECONDS = 7 * 86_400;

/** Files on their way to the server (core.telegram.org/api/files#uploading-files). */
export class Uploads {
  constructor(private readonly requests: Requests) {}

  /** A file as part of a message. Rejects with TgError; FILE_SIZE_WRONG when it was not as long as it said. */
  async media(upload: TgUpload): Promise<Api.TypeInputMedia> {
    const reader = factReader(upload.mediaType);
    const file = await this.#upload(upload, reader);
    if (upload.as === 'photo') return new Api.InputMediaUploadedPhoto({ file });
    return new Api.InputMediaUploadedDocument({
      ...{ file, mimeType: upload.mediaType, attributes: attributesOf(upload, reader?.facts()) },
      ...(upload.as === 'document' && { forceFile: true }),
    });
  }

  async #upload({ name, size, open }: TgUpload, reader: FactReader | undefined): Promise<Api.TypeInputFile> {
    const fileId = bigInt(randomBytes(8).readBigInt64LE());
    const big = size > SMALL;
    const total = Math.max(1, Math.ceil(size / PART));
    const place = { centre: 0 };
    const flying = new Set<Promise<unknown>>();
    let failure: unknown;
    let part = 0;
    const stream = await open();
    try {
      for await (const bytes of partsOf(stream)) {
        if (failure !== undefined) throw failure;
        if (part >= total) throw new TgError('refused', 'FILE_SIZE_WRONG');
        reader?.push(bytes);
        const common = { fileId, filePart: part, bytes };
        const request = big
          ? new Api.upload.SaveBigFilePart({ ...common, fileTotalParts: total })
          : new Api.upload.SaveFilePart(common);
        const sending: Promise<unknown> = this.requests.invokeForFile(request, place).then(
          () => flying.delete(sending),
          (error: unknown) => {
            failure ??= error;
            flying.delete(sending);
          },
        );
        flying.add(sending);
        part += 1;
        if (flying.size >= IN_FLIGHT) await Promise.race(flying);
      }
      await Promise.all(flying);
      if (failure !== undefined) throw failure;
    } finally {
      stream.destroy();
    }
    if (part !== total) throw new TgError('refused', 'FILE_SIZE_WRONG');
    return big
      ? new Api.InputFileBig({ id: fileId, parts: total, name })
      : new Api.InputFile({ id: fileId, parts: total, name, md5Checksum: '' });
  }
}

/** Pieces of one size, whatever sizes come. */
async function* partsOf(stream: Readable): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let have = 0;
  for await (const chunk of stream) {
    pieces.push(chunk);
    have += chunk.length;
    while (have >= PART) {
      const all = Buffer.concat(pieces);
      yield all.subarray(0, PART);
      pieces = [all.subarray(PART)];
      have -= PART;
    }
  }
  if (have > 0) yield Buffer.concat(pieces);
}

function attributesOf(
  { name, as }: TgUpload,
  { seconds = 0, width = 0, height = 0 }: Partial<MediaFacts> = {},
): Api.TypeDocumentAttribute[] {
  const fileName = new Api.DocumentAttributeFilename({ fileName: name });
  const duration = Math.min(Math.round(seconds), LONGEST_SECONDS);
  switch (as) {
    case 'video': {
      // Without a size it would not be shown as a video; any other is as good as none.
      const size = { w: width || 1, h: height || 1 };
      return [fileName, new Api.DocumentAttributeVideo({ duration, ...size, supportsStreaming: true })];
    }
    case 'voice':
      return [new Api.DocumentAttributeAudio({ duration, voice: true })];
    case 'audio':
      return [fileName, new Api.DocumentAttributeAudio({ duration })];
    default:
      return [fileName];
  }
}
