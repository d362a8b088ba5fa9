import { Readable } from 'node:stream';
import sharp from 'sharp';
import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import { type TgClient, TgError } from '../client/client.js';
import type { TgFile, TgMessage } from '../client/model.js';
import type { WantedFile } from '../content/media-content.js';
import { inWords } from '../failure.js';

/** What fetching files needs. */
export interface FileServices {
  readonly client: Pick<TgClient, 'download' | 'message'>;
  /** Largest sticker that is decoded. */
  readonly stickerPixels: number;
}

/** A file of a message, fetched when somebody wants it. */
export function attachmentOf(
  services: FileServices,
  message: TgMessage,
  wanted: WantedFile,
): InboundAttachment {
  if (wanted.from === 'message') {
    const bytes = Buffer.from(wanted.content);
    return {
      ...{ name: wanted.name, mediaType: wanted.mediaType, size: bytes.length },
      open: async () => Readable.from([bytes], { objectMode: false }),
    };
  }
  const { file, name, convertTo } = wanted;
  const { mediaType, size, width, height } = file;
  const open = () => inWords(download(services, message, file));
  return {
    name,
    mediaType: convertTo ?? mediaType,
    ...(convertTo === undefined && { size }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    open: convertTo === undefined ? open : async () => toPng(await open(), services.stickerPixels),
  };
}

/** References grow old; the message brings another one (core.telegram.org/api/file_reference). */
async function download({ client }: FileServices, message: TgMessage, file: TgFile): Promise<Readable> {
  try {
    return await client.download(file.handle);
  } catch (error) {
    if (!(error instanceof TgError && error.reason === 'FILE_REFERENCE_EXPIRED')) throw error;
    const fresh = await client.message(message.chat, message.id);
    const handle = fresh && handlesOf(fresh).find(({ id }) => id === file.handle.id);
    if (!handle) throw error;
    return client.download({ ...file.handle, reference: handle.reference });
  }
}

function handlesOf({ media }: TgMessage): readonly TgFile['handle'][] {
  if (!media || !('file' in media)) return [];
  const { file } = media;
  return [file.handle, ...(file.preview ? [file.preview.handle] : [])];
}

/** Stickers are WebP, which clients show late or never. */
function toPng(source: Readable, limitInputPixels: number): Readable {
  const converted = sharp({ limitInputPixels }).png();
  source.on('error', (error) => converted.destroy(error));
  converted.on('close', () => source.destroy());
  return source.pipe(converted);
}
