import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import { long } from './peers.js';
import { randomLong, type ShownPhoto, type World } from './world.js';

/** Bytes of a file, wherever they come from. */
export interface FileSource {
  readonly size: number;
  read(offset: number, limit: number): Buffer;
}

/** A file as uploaded or put there by a test. */
export interface StoredFile extends FileSource {
  readonly id: bigint;
  readonly accessHash: bigint;
  /** Grows old: clients get another one with the message that the file came with. */
  reference: Buffer;
  /** Data centre where it lies. */
  readonly centre: number;
  readonly mediaType: string;
  /** What clients are told of it; undefined for pictures of people and groups. */
  readonly shown: Api.Document | Api.Photo | undefined;
  readonly thumbnail: Buffer | undefined;
}

/** A new document. */
export interface NewDocument {
  readonly source: Buffer | FileSource;
  readonly mediaType: string;
  readonly attributes?: readonly Api.TypeDocumentAttribute[];
  readonly thumbnail?: { readonly bytes: Buffer; readonly width: number; readonly height: number };
  readonly centre?: number;
}

/** A new picture; all its sizes have the same bytes, as nothing is scaled. */
export interface NewPhoto {
  /** A JPEG image. */
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly centre?: number;
}

const REFERENCE_BYTES = 25;
/** Pixels of the smaller size of a picture. */
const SMALL = 320;

export function addDocument(world: World, document: NewDocument): Api.Document {
  const { mediaType, attributes = [], thumbnail, centre = 1 } = document;
  const source = sourceOf(document.source);
  const common = newFile(centre);
  const { id, accessHash, reference } = common;
  const shown = new Api.Document({
    ...{ id: long(id), accessHash: long(accessHash), fileReference: reference, date: 0 },
    ...{ mimeType: mediaType, size: long(source.size), dcId: centre, attributes: [...attributes] },
    ...(thumbnail && {
      thumbs: [
        new Api.PhotoSize({
          ...{ type: 'm', w: thumbnail.width, h: thumbnail.height, size: thumbnail.bytes.length },
        }),
      ],
    }),
  });
  keep(world, { ...common, ...source, mediaType, shown, thumbnail: thumbnail?.bytes });
  return shown;
}

export function addPhoto(world: World, { bytes, width, height, centre = 1 }: NewPhoto): Api.Photo {
  const common = newFile(centre);
  const { id, accessHash, reference } = common;
  const scale = Math.min(1, SMALL / Math.max(width, height, 1));
  const small = { w: Math.ceil(width * scale), h: Math.ceil(height * scale) };
  const shown = new Api.Photo({
    ...{ id: long(id), accessHash: long(accessHash), fileReference: reference, date: 0, dcId: centre },
    sizes: [
      new Api.PhotoStrippedSize({ type: 'i', bytes: Buffer.from([1, 8, 8]) }),
      new Api.PhotoSize({ type: 'm', ...small, size: bytes.length }),
      new Api.PhotoSize({ type: 'y', w: width, h: height, size: bytes.length }),
    ],
  });
  keep(world, { ...common, ...sourceOf(bytes), mediaType: 'image/jpeg', shown, thumbnail: undefined });
  return shown;
}

/** The picture of a person or a group, as their views name it. */
export function shownPhoto(photo: Api.Photo): ShownPhoto {
  return { id: BigInt(photo.id.toString()), centre: photo.dcId };
}

/** The picture that a view names. */
export function photoOf(world: World, photo: ShownPhoto | undefined): Api.Photo | undefined {
  const shown = photo && world.files.get(photo.id)?.shown;
  return shown instanceof Api.Photo ? shown : undefined;
}

/** From now on clients need new references for all files: they come with the messages, asked for again. */
export function expireReferences(world: World): void {
  for (const file of world.files.values()) {
    file.reference = randomBytes(REFERENCE_BYTES);
    if (file.shown) file.shown.fileReference = file.reference;
  }
}

/** Bytes by the piece without their being there: for files that are larger than the memory. */
export function endless(size: number, seed = 0): FileSource {
  return {
    size,
    read: (offset, limit) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)));
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = (offset + index + seed) % 251;
      return bytes;
    },
  };
}

function newFile(centre: number) {
  return { id: randomLong(), accessHash: randomLong(), reference: randomBytes(REFERENCE_BYTES), centre };
}

function keep(world: World, file: StoredFile): void {
  world.files.set(file.id, file);
}

function sourceOf(source: Buffer | FileSource): FileSource {
  if (!Buffer.isBuffer(source)) return source;
  return { size: source.length, read: (offset, limit) => source.subarray(offset, offset + limit) };
}
