import { Api } from 'telegram';
import type { Upload } from '../server-facts.js';
import type { StoredFile } from '../world/files.js';
import { type Call, caller, type Method, method, refuse } from './call.js';
import { placeOf } from './peers.js';
import { uploadName } from './uploaded.js';

/** Bytes of one part that is sent, at most. */
const MAX_PART = 512 * 1_024;
/** Parts of one file. */
const MAX_PARTS = 4_000;
const PREMIUM_PARTS = 8_000;
/** Within one of these lies whatever is asked for at a time. */
const CHUNK = 2 ** 20;
/** Places and lengths are multiples of it, and of the finer one for who says `precise`. */
const STEP = 4_096;
const FINE_STEP = 1_024;

/** Bytes of files, both ways (core.telegram.org/api/files). */
export const fileMethods: readonly Method[] = [
  method(Api.upload.SaveFilePart, ({ fileId, filePart, bytes }, call) =>
    save(uploadName(call, fileId), filePart, bytes, undefined, call),
  ),
  method(Api.upload.SaveBigFilePart, ({ fileId, filePart, fileTotalParts, bytes }, call) =>
    save(uploadName(call, fileId), filePart, bytes, fileTotalParts, call),
  ),
  method(Api.upload.GetFile, ({ location, offset, limit, precise }, call) => {
    const start = offset.toJSNumber();
    const step = precise ? FINE_STEP : STEP;
    if (start < 0 || start % step !== 0) refuse('OFFSET_INVALID');
    const within = Math.floor(start / CHUNK) === Math.floor((start + limit - 1) / CHUNK);
    if (limit <= 0 || limit > CHUNK || limit % step !== 0 || !within) refuse('LIMIT_INVALID');
    if (!precise && CHUNK % limit !== 0) refuse('LIMIT_INVALID');
    const { file, thumbnail } = fileAt(location, call);
    if (file.centre !== call.centre.id) refuse(`FILE_MIGRATE_${file.centre}`, 303);
    const bytes = thumbnail ? thumbnail.subarray(start, start + limit) : file.read(start, limit);
    return new Api.upload.File({ type: typeOf(file.mediaType), mtime: 0, bytes });
  }),
];

function save(name: string, part: number, bytes: Buffer, total: number | undefined, call: Call): boolean {
  const { server } = call;
  const most = caller(call).premium ? PREMIUM_PARTS : MAX_PARTS;
  if (part < 0 || part >= most) refuse('FILE_PART_INVALID');
  if (total !== undefined && (total > most || total === 0)) refuse('FILE_PARTS_INVALID');
  if (bytes.length === 0) refuse('FILE_PART_EMPTY');
  if (bytes.length > MAX_PART) refuse('FILE_PART_TOO_BIG');
  const last = total !== undefined && part === total - 1;
  const wrong = bytes.length % FINE_STEP !== 0 || MAX_PART % bytes.length !== 0;
  const upload: Upload = server.uploads.get(name) ?? { parts: new Map(), total };
  // Of a small file nobody knows which part is the last; more after one of odd size is an error at the end.
  if (wrong && total !== undefined && !last) refuse('FILE_PART_SIZE_INVALID');
  upload.total = total;
  upload.parts.set(part, bytes);
  server.uploads.set(name, upload);
  return true;
}

function fileAt(
  location: Api.TypeInputFileLocation,
  call: Call,
): { readonly file: StoredFile; readonly thumbnail?: Buffer } {
  const { files } = call.server.world;
  caller(call);
  if (location instanceof Api.InputPeerPhotoFileLocation) {
    const file = files.get(BigInt(location.photoId.toString()));
    const { photo } = placeOf(location.peer, call);
    if (!file || photo?.id !== file.id) return refuse('PHOTO_ID_INVALID');
    return { file };
  }
  if (!(location instanceof Api.InputDocumentFileLocation || location instanceof Api.InputPhotoFileLocation))
    return refuse('LOCATION_INVALID');
  const file = files.get(BigInt(location.id.toString()));
  if (!file || file.accessHash.toString() !== location.accessHash.toString())
    return refuse(location instanceof Api.InputPhotoFileLocation ? 'FILE_ID_INVALID' : 'LOCATION_INVALID');
  if (location.fileReference.length === 0) refuse('FILE_REFERENCE_EMPTY');
  if (!file.reference.equals(location.fileReference)) refuse('FILE_REFERENCE_EXPIRED');
  if (location instanceof Api.InputPhotoFileLocation || location.thumbSize === '') return { file };
  return { file, thumbnail: file.thumbnail ?? refuse('LOCATION_INVALID') };
}

function typeOf(mediaType: string): Api.storage.TypeFileType {
  switch (mediaType) {
    case 'image/jpeg':
      return new Api.storage.FileJpeg();
    case 'image/png':
      return new Api.storage.FilePng();
    case 'image/gif':
      return new Api.storage.FileGif();
    case 'image/webp':
      return new Api.storage.FileWebp();
    case 'application/pdf':
      return new Api.storage.FilePdf();
    case 'video/mp4':
      return new Api.storage.FileMp4();
    case 'audio/mpeg':
      return new Api.storage.FileMp3();
    default:
      return new Api.storage.FileUnknown();
  }
}
