import { fileTypeFromBuffer } from 'file-type';

/** What nothing is known of (RFC 2046 §4.5.1). */
const UNKNOWN = 'application/octet-stream';

/** A type without parameters (RFC 6838 §4.2). */
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

/** Containers whose look does not tell what is in them: a claim that names something more exact may be right. */
const CONTAINERS: Readonly<Record<string, RegExp>> = {
  'application/zip': /^application\//,
  'application/x-cfb': /^application\//,
  'application/xml': /^(?:application|text|image)\/.*xml$/,
  'application/ogg': /^(?:audio|video)\/ogg$/,
  'video/mp4': /^(?:audio|video)\/(?:mp4|3gpp2?|quicktime|x-m4a)$/,
  'video/3gpp': /^(?:audio|video)\/3gpp2?$/,
  'video/webm': /^audio\/webm$/,
  'video/matroska': /^(?:audio|video)\/(?:webm|x-matroska)$/,
  'image/heif': /^image\/heic$/,
};

/** Other names for the same. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/apng': 'image/png',
  'image/x-png': 'image/png',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/opus': 'audio/ogg',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'audio/x-m4a': 'audio/mp4',
  'text/x-vcard': 'text/vcard',
};

/** Without parameters, in lower case, by its usual name; undefined for what is no media type. */
function normalMediaType(claimed: string | undefined): string | undefined {
  const plain = claimed?.split(';')[0]?.trim().toLowerCase() ?? '';
  return TYPE.test(plain) ? (ALIASES[plain] ?? plain) : undefined;
}

/**
 * What a file is: its content decides, the claim counts where content cannot tell.
 * @param sample the beginning of the file
 */
export async function realMediaType(sample: Buffer, claimed: string | undefined): Promise<string> {
  const claim = normalMediaType(claimed);
  const seen = await look(sample);
  if (seen !== undefined) return claim !== undefined && CONTAINERS[seen]?.test(claim) ? claim : seen;
  if (isText(sample))
    return claim?.startsWith('text/') || claim === 'application/json' ? claim : 'text/plain';
  // Pictures all have a look of their own: this one lies, or is damaged.
  return claim === undefined || /^(?:image|text)\//.test(claim) ? UNKNOWN : claim;
}

async function look(sample: Buffer): Promise<string | undefined> {
  try {
    return normalMediaType((await fileTypeFromBuffer(sample))?.mime);
  } catch {
    return undefined; // A file cut short in the middle of what would tell.
  }
}

/** UTF-8 without the controls that no text has; the last character may be cut off by the end of the sample. */
function isText(sample: Buffer): boolean {
  if (sample.length === 0) return false;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}
