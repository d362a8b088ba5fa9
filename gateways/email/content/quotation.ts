import EmailReplyParser from 'email-reply-parser';

/** Longer lines are nobody's formula; also bounds what patterns have to do. */
export const MAX_FORMULA = 300;
/** An attribution may be broken over so many lines. */
const ATTRIBUTION_LINES = 3;
/** How often one mail is held against the library's patterns, which take cubic time of a text's length. */
const LIBRARY_ASKED = 8;

/** What an attribution ends with, in the languages that clients are used in. */
const WROTE =
  /(?<!\p{L})(?:wrote|writes|said|schrieb|geschrieben|a écrit|écrit|écrivait|escribió|scritto|escreveu|schreef|skrev|napsal|kirjoitti|yazdı|írta|пишет|писала?|написала?|писав|пише)(?!\p{L})|写道|寫道|写到|님이 작성|のメッセージ|さんは書きました/iu;
/** What an attribution begins with. */
const ON =
  /^(?:on|am|le|el|il|em|op|den|dne|w dniu|dnia|at|quoting|в|во|на|вт|ср|чт|пт|сб|вс|пн|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|在|于|於|\d{1,4}\s?[-./年])(?:[\s,.]|\d|\p{Script=Han})/iu;
/** A date or a time of day. */
const WHEN = /\d{1,2}[:.]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}/;
const ADDRESS = /[^\s<@]@[^\s>@]/;
const COLON = /[:：]$/;

const ORIGINAL = new Set([
  'original message',
  'original appointment',
  'reply message',
  'ursprüngliche nachricht',
  'originalnachricht',
  'original-nachricht',
  'message d’origine',
  "message d'origine",
  'message original',
  'mensaje original',
  'mensagem original',
  'messaggio originale',
  'oorspronkelijk bericht',
  'исходное сообщение',
  'оригинальное сообщение',
  'первоначальное сообщение',
  '原始邮件',
  '原始郵件',
  '原始消息',
]);
const FORWARDED = new Set([
  'forwarded message',
  'begin forwarded message',
  'weitergeleitete nachricht',
  'anfang der weitergeleiteten nachricht',
  'anfang der weitergeleiteten e-mail',
  'message transféré',
  'début du message transféré',
  'début du message réexpédié',
  'mensaje reenviado',
  'inicio del mensaje reenviado',
  'mensagem encaminhada',
  'messaggio inoltrato',
  'doorgestuurd bericht',
  'пересылаемое сообщение',
  'пересланное сообщение',
  'перенаправленное сообщение',
  'начало переадресованного сообщения',
  '转发的消息',
  '转发邮件信息',
  '转发的邮件',
  '轉寄郵件',
]);

/** First words of the lines of a header block, as Outlook puts it above what is answered. */
const FROM = new Set('from von de da van från fra od от отправитель 发件人 寄件者 差出人'.split(' '));
const OTHERS = new Set(
  [
    'sent date gesendet datum envoyé date enviado fecha inviato data verzonden skickat sendt отправлено дата 发送时间 日期 寄件日期',
    'to an à para a aan till til кому 收件人',
    'cc kopie копия 抄送',
    'subject betreff objet asunto oggetto assunto onderwerp ämne emne тема 主题 主旨 件名',
  ]
    .join(' ')
    .split(' '),
);
/** Lines that a header block has, and how many of them must be known. */
const BLOCK_LINES = 6;
const KNOWN_LINES = 2;

/** Whether a line is quoted (RFC 3676 §4.5). */
export function isQuoted(line: string): boolean {
  return line.startsWith('>');
}

/** `-----Original Message-----` */
export function isOriginalMarker(line: string): boolean {
  return line.length <= MAX_FORMULA && line.trimStart().startsWith('--') && ORIGINAL.has(bare(line));
}

/** `---------- Forwarded message ---------`, `Begin forwarded message:` */
export function isForwardMarker(line: string): boolean {
  return line.length <= MAX_FORMULA && FORWARDED.has(bare(line));
}

/** A line of nothing but strokes, as stands above header blocks and at the foot of lists. */
export function isRuler(line: string): boolean {
  return line.length <= MAX_FORMULA && /^\s{0,8}[_—-]{3,}\s{0,8}$/u.test(line);
}

/** Without the strokes around it, in lower case. */
function bare(line: string): string {
  let start = 0;
  let end = line.length;
  const around = ' \t-_*=~:：';
  while (start < end && around.includes(line.charAt(start))) start++;
  while (end > start && around.includes(line.charAt(end - 1))) end--;
  return line.slice(start, end).toLowerCase();
}

/** Whether a header block such as Outlook's begins at a line: `From: … Sent: … To: … Subject: …` */
export function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!FROM.has(labelOf(lines[at]))) return false;
  const known = new Set<string>();
  for (let next = at + 1; next < Math.min(lines.length, at + BLOCK_LINES + 1); next++) {
    const label = labelOf(lines[next]);
    if (OTHERS.has(label)) known.add(label);
  }
  return known.size >= KNOWN_LINES;
}

/** `from` of `*From:* Alice`; the empty text where there is none. */
function labelOf(line: string | undefined): string {
  const match = /^[ \t]{0,8}\*{0,2}([\p{L} ]{1,20}?) ?\*{0,2}[:：]/u.exec(line?.slice(0, MAX_FORMULA) ?? '');
  return match?.[1]?.toLowerCase() ?? '';
}

/** Finds what introduces quotations. One for each mail: it counts what it has asked for. */
export class Attributions {
  readonly #library = new EmailReplyParser();
  #asked = 0;

  /**
   * Where the attribution above a quotation begins; `quotation` itself when there is none. It may be broken over some
   * lines, with one empty line below.
   */
  above(lines: readonly string[], quotation: number, top: number): number {
    let end = quotation;
    if (end > top && lines[end - 1]?.trim() === '') end--;
    let found = quotation;
    let asked: string | undefined;
    for (let start = end - 1; start >= Math.max(top, end - ATTRIBUTION_LINES); start--) {
      const line = lines[start] ?? '';
      if (line.trim() === '' || isQuoted(line)) break;
      const words = joined(lines, start, end);
      if (words === undefined) break;
      const begins = ON.test(line.trimStart());
      if (isAttribution(words) && (found === quotation || (begins && WHEN.test(words)))) found = start;
      if (found < quotation && (begins || WHEN.test(line))) break;
      asked ??= words;
    }
    if (found < quotation || asked === undefined || !this.#knownToLibrary(asked)) return found;
    return end - 1;
  }

  /** The end of an attribution that begins at a line and needs no quotation marks below it to be one. */
  endOfPlain(lines: readonly string[], at: number): number | undefined {
    const line = lines[at] ?? '';
    if (line.length > MAX_FORMULA || !ON.test(line.trimStart())) return undefined;
    for (let end = at + 1; end <= at + ATTRIBUTION_LINES && end <= lines.length; end++) {
      if (lines[end - 1]?.trim() === '') return undefined;
      const words = joined(lines, at, end);
      if (words === undefined) return undefined;
      if (COLON.test(words))
        return WROTE.test(words) &&
          WHEN.test(words) &&
          (ADDRESS.test(words) || end - at > 1 || /,/.test(words))
          ? end
          : undefined;
    }
    return undefined;
  }

  /** It knows some languages more. */
  #knownToLibrary(words: string): boolean {
    if (this.#asked >= LIBRARY_ASKED) return false;
    this.#asked++;
    const fragments = this.#library.read(`${words}\n> `).getFragments();
    return fragments.length === 1 && fragments[0]?.isQuoted() === true;
  }
}

function joined(lines: readonly string[], start: number, end: number): string | undefined {
  const words = lines
    .slice(start, end)
    .map((line) => line.trim())
    .join(' ');
  return words.length <= MAX_FORMULA ? words : undefined;
}

function isAttribution(words: string): boolean {
  return COLON.test(words) && (WROTE.test(words) || (ADDRESS.test(words) && WHEN.test(words)));
}
