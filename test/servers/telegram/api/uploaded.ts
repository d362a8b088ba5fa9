import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { Api } from 'telegram';
import type { Upload } from '../server-facts.js';
import { addPhoto, type FileSource } from '../world/files.js';
import { type Call, caller, refuse } from './call.js';

/** Bytes of a file below which it is not sent as a large one. */
const LARGE = 10 * 2 ** 20;
/** Bytes of a picture. */
const MAX_PHOTO = 10 * 2 ** 20;
/** Width and height of a picture together. */
const MAX_SIDES = 10_000;
/** One side of a picture compared to the other. */
const MAX_RATIO = 20;

/** Name of an upload: files of several clients do not get in each other's way. */
export function uploadName(call: Call, id: { toString(): string }): string {
  return `${caller(call).id} ${id}`;
}

/** A file whose parts have all come. @throws {RpcFailure} when one is missing, or is not like the others */
export function uploaded(input: unknown, call: Call): FileSource & { readonly name: string } {
  if (!(input instanceof Api.InputFile || input instanceof Api.InputFileBig))
    return refuse('FILE_ID_INVALID');
  const upload = call.server.uploads.get(uploadName(call, input.id));
  if (!upload) return refuse('FILE_PART_0_MISSING');
  const parts: Buffer[] = [];
  for (let index = 0; index < input.parts; index += 1)
    parts.push(upload.parts.get(index) ?? refuse(`FILE_PART_${index}_MISSING`));
  checkSizes(parts, upload, input.parts);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (input instanceof Api.InputFile) {
    if (size > LARGE) refuse('FILE_PARTS_INVALID');
    const md5 = createHash('md5');
    for (const part of parts) md5.update(part);
    const expected = input.md5Checksum.toLowerCase();
    if (expected !== '' && expected !== md5.digest('hex')) refuse('MD5_CHECKSUM_INVALID');
  }
  call.server.uploads.delete(uploadName(call, input.id));
  return { name: input.name, ...inParts(parts, size) };
}

/** A picture: pictures that are no JPEG become one, as on the real server. */
export async function uploadedPhoto(input: unknown, call: Call): Promise<Api.Photo> {
  const source = uploaded(input, call);
  if (source.size > MAX_PHOTO) refuse('PHOTO_INVALID_DIMENSIONS');
  let bytes = source.read(0, source.size);
  const {
    format,
    width = 0,
    height = 0,
  } = await sharp(bytes)
    .metadata()
    .catch(() => refuse('IMAGE_PROCESS_FAILED'));
  if (width + height > MAX_SIDES || Math.max(width / height, height / width) > MAX_RATIO)
    refuse('PHOTO_INVALID_DIMENSIONS');
  if (format !== 'jpeg') bytes = await sharp(bytes).flatten({ background: '#fff' }).jpeg().toBuffer();
  return addPhoto(call.server.world, { bytes, width, height, centre: caller(call).homeCentre });
}

function checkSizes(parts: readonly Buffer[], upload: Upload, count: number): void {
  if (count === 0 || (upload.total !== undefined && upload.total !== count)) refuse('FILE_PARTS_INVALID');
  const [first] = parts;
  for (const part of parts.slice(0, -1)) if (part.length !== first?.length) refuse('FILE_PART_SIZE_CHANGED');
  if ((parts.at(-1)?.length ?? 0) > (first?.length ?? 0)) refuse('FILE_PART_SIZE_CHANGED');
}

function inParts(parts: readonly Buffer[], size: number): FileSource {
  const each = parts[0]?.length ?? 1;
  return {
    size,
    read: (offset, limit) => {
      const end = Math.min(size, offset + limit);
      if (offset >= end) return Buffer.alloc(0);
      const first = Math.floor(offset / each);
      const wanted = parts.slice(first, Math.ceil(end / each));
      return Buffer.concat(wanted).subarray(offset - first * each, end - first * each);
    },
  };
}
