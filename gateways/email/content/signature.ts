import { isQuoted, isRuler, MAX_FORMULA } from './quotation.js';

/** A longer one is more than a signature. */
const MAX_SIGNATURE_LINES = 20;
/** Lines below the sender's name that his telephone adds. */
const MAX_DEVICE_LINES = 2;

/** What telephones and mail programs put below a text. */
const DEVICE = new RegExp(
  `^(?:${[
    'sent (?:from|via|using|with) .{2,}',
    'get outlook for .{2,}',
    'gesendet (?:von|mit|über) .{2,}',
    'von meinem .{2,} gesendet',
    'diese nachricht wurde von meinem .{2,} gesendet.{0,80}',
    'envoyé (?:depuis|de|à partir de|avec) .{2,}',
    'télécharger outlook .{2,}',
    'enviado (?:desde|do|de) .{2,}',
    'obtener outlook .{2,}',
    'inviato da .{2,}',
    'verzonden vanaf .{2,}',
    'verstuurd vanaf .{2,}',
    'skickat från .{2,}',
    'wysłan[eo] z .{2,}',
    'отправлено (?:с|из|через) .{2,}',
    'послано (?:с|из) .{2,}',
    'надіслано з .{2,}',
    '发自我的.{1,}',
    '从我的.{1,}发送',
    '從我的.{1,}傳送',
  ].join('|')})$`,
  'iu',
);
/** Words of an own sentence, not of a device's: those are short. */
const MAX_DEVICE = 90;

/** `-- ` (RFC 3676 §4.3); many programs lose the space. */
const SEPARATOR = /^--\s?$/;
/** What stands at the foot of a list's mails, below a ruler. */
const LIST_FOOT = /https?:\/\/|mailto:|@|mailing list|рассылк/i;

/** Where the signature at the end of `lines[0..end)` begins; undefined: there is none. */
export function signatureStart(lines: readonly string[], end: number): number | undefined {
  let filled = 0;
  let foot = false;
  for (let at = end - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (isQuoted(line)) return undefined;
    if (SEPARATOR.test(line)) return at;
    if (filled > 0 && foot && isRuler(line) && line.includes('____')) return at;
    if (line.trim() === '') continue;
    filled++;
    if (filled <= MAX_DEVICE_LINES && isDevice(line)) return at;
    foot ||= line.length <= MAX_FORMULA && LIST_FOOT.test(line);
    if (filled > MAX_SIGNATURE_LINES) return undefined;
  }
  return undefined;
}

function isDevice(line: string): boolean {
  const words = line.trim();
  return words.length <= MAX_DEVICE && DEVICE.test(words);
}
