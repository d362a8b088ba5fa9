/** Longest name given on (UTF-8 bytes): file systems take 255, and addresses carry it percent-encoded. */
const MAX_NAME_BYTES = 120;

/** What a file is called that came without a usable name. */
const NAMELESS = 'file';

/** The usual extension per type; clients that are told nothing else go by it. */
const EXTENSIONS: Readonly<Record<string, readonly [usual: string, ...others: string[]]>> = {
  'application/ogg': ['ogx'],
  'application/pdf': ['pdf'],
  'application/zip': ['zip'],
  'audio/aac': ['aac'],
  'audio/amr': ['amr'],
  'audio/flac': ['flac'],
  'audio/mp4': ['m4a', 'mp4'],
  'audio/mpeg': ['mp3', 'mpga'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/wav': ['wav'],
  'image/avif': ['avif'],
  'image/bmp': ['bmp'],
  'image/gif': ['gif'],
  'image/heic': ['heic'],
  'image/heif': ['heif'],
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png', 'apng'],
  'image/svg+xml': ['svg'],
  'image/tiff': ['tif', 'tiff'],
  'image/webp': ['webp'],
  'text/calendar': ['ics'],
  'text/csv': ['csv'],
  'text/html': ['html', 'htm'],
  'text/plain': ['txt', 'text', 'log', 'md'],
  'text/vcard': ['vcf'],
  'text/x-vcard': ['vcf'],
  'video/3gpp': ['3gp', '3gpp'],
  'video/3gpp2': ['3g2'],
  'video/mp4': ['mp4', 'm4v'],
  'video/mpeg': ['mpg', 'mpeg'],
  'video/ogg': ['ogv', 'ogg'],
  'video/quicktime': ['mov', 'qt'],
  'video/webm': ['webm'],
};

/** Line and paragraph ends, controls, direction marks and whatever else is no visible character. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What some file system or address takes for something else than a letter. */
const RESERVED = /[<>:"|?*%#&\\/]/g;

/** Names that Windows takes for devices, whatever their extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A name that does no harm anywhere: the last part of a path, one line, nothing invisible, and an extension that
 * fits the type (G05).
 */
export function safeFileName(claimed: string | undefined, mediaType: string): string {
  const last = (claimed ?? '').normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  let name = last.replace(INVISIBLE, '').replace(RESERVED, '_').replace(/\s+/gu, ' ').trim();
  // Neither hidden, nor a folder, nor with an end that Windows cuts off.
  name = name.replace(/^[.\s~-]+/, '').replace(/[.\s]+$/, '');
  if (name === '') name = NAMELESS;
  if (DEVICES.test(name)) name = `_${name}`;
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot + 1) : '';
  const known = EXTENSIONS[mediaType];
  if (known === undefined || known.includes(extension.toLowerCase())) {
    return extension === '' ? shortened(stem, MAX_NAME_BYTES) : withExtension(stem, extension);
  }
  // Another type than its name says: both are kept, the true one last.
  return withExtension(name, known[0]);
}

function withExtension(stem: string, extension: string): string {
  const end = shortened(extension, MAX_NAME_BYTES / 4);
  return `${shortened(stem, MAX_NAME_BYTES - Buffer.byteLength(end) - 1)}.${end}`;
}

/** Cut between characters. */
function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let kept = '';
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept.trimEnd();
}
