/** Faces are small; a larger one is no face. */
const MAX_PICTURE_BYTES = 65_536;

/** A picture of somebody, checked by its first bytes. */
export interface MailPicture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly bytes: Uint8Array;
}

/** A picture in base64; undefined for anything but a PNG or a JPEG of bounded size. */
export function pictureOf(base64: string): MailPicture | undefined {
  if (base64.length > MAX_PICTURE_BYTES * 2) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > MAX_PICTURE_BYTES) return undefined;
  const type = typeOf(bytes);
  return type && { type, bytes };
}

function typeOf(bytes: Buffer): MailPicture['type'] | undefined {
  if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'image/png';
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? 'image/jpeg' : undefined;
}
