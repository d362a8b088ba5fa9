import iconv from 'iconv-lite';

/** The list whose archive is made up. */
export const LIST = {
  name: 'Bridge Builders',
  id: 'builders.lists.example.net',
  address: 'builders@lists.example.net',
  bounces: 'builders-bounces@lists.example.net',
} as const;

/** A mail of the archive, and what is to be seen of it. */
export interface ArchivedMail {
  readonly messageId: string;
  /** The first mail of its thread; a digest is one of its own. */
  readonly root: string;
  readonly author: { readonly name: string; readonly address: string };
  readonly subject: string;
  /** What must be in the text, in whatever charset it was written. */
  readonly words: string;
  /** What it answers is quoted below them, and need not be read again. */
  readonly quotesBelow: boolean;
  /** UTC milliseconds. */
  readonly date: number;
  readonly raw: Buffer;
}

interface Writer {
  readonly name: string;
  readonly address: string;
  readonly charset: string;
  readonly encoding: '8bit' | 'base64' | 'quoted-printable';
  /** Sentences in his language. */
  readonly says: readonly string[];
  /** His domain lets nobody else use it, so that the list writes its own address into From. */
  readonly munged?: boolean;
}

const WRITERS: readonly Writer[] = [
  {
    ...{ name: 'Alice Baker', address: 'alice@far.example', charset: 'us-ascii', encoding: '8bit' },
    says: ['The second span needs a truss.', 'I have measured it twice.', 'Who has the drawings?'],
  },
  {
    ...{ name: 'Борис Мостовой', address: 'boris@most.example', charset: 'koi8-r', encoding: '8bit' },
    says: ['Пролёт надо усилить.', 'Чертежи лежат у меня.', 'Встретимся у моста в полдень.'],
  },
  {
    ...{
      name: 'Вера Ильина',
      address: 'vera@stroy.example',
      charset: 'windows-1251',
      encoding: 'quoted-printable',
    },
    says: ['Сталь подорожала.', 'Согласна, но кто за это заплатит?', 'Ёлки у дороги мешают крану.'],
  },
  {
    ...{
      name: 'Jürgen Öhm',
      address: 'juergen@bruecke.example',
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    },
    says: ['Die Brücke hält nicht.', 'Größere Träger wären besser.', 'Das prüfe ich übermorgen.'],
  },
  {
    ...{ name: '橋本 健', address: 'ken@hashi.example', charset: 'shift_jis', encoding: 'base64' },
    says: ['橋は来月に完成します。', '図面を送りました。', 'もう一度測ってください。'],
  },
  {
    ...{ name: 'Zoë Naïf', address: 'zoe@pont.example', charset: 'utf-8', encoding: '8bit', munged: true },
    says: ['Le pont est fini 🎉', 'Ça me paraît trop étroit.', 'Les piles sont déjà coulées…'],
  },
  {
    ...{
      name: "Pat O'Hara",
      address: 'pat.o-hara@span.example',
      charset: 'utf-8',
      encoding: 'base64',
      munged: true,
    },
    says: ['Concrete arrives on Monday — early.', 'See the “north” abutment.', 'That’s a 5 % slope.'],
  },
];

const TOPICS = [
  ...['The north abutment', 'Опоры моста', 'Träger für das Südufer', '橋の長さ', 'Le tablier', 'Paint'],
  ...['Crane on Friday?', 'Смета на весну', 'Meeting', 'Rust', 'Bolts [urgent]', 'Re-routing the path'],
];

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 0, 5, 8);
const LINE = 76;

/** Mails of a mailing list in the order of their dates: threads that grow, digests, and all that lists do to mails. */
export function listArchive(count = 300, seed = 20_261_121): readonly ArchivedMail[] {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const mails: (ArchivedMail & { readonly ancestors: readonly string[] })[] = [];
  let date = FIRST;
  for (let index = 0; index < count; index += 1) {
    date += Math.floor(random() * DAY_MS * 0.4) + 1_000;
    if (index > 0 && index % 60 === 0) {
      mails.push({ ...digest(index, date, mails.slice(-5)), ancestors: [] });
      continue;
    }
    const writer = pick(WRITERS);
    // Talk goes on mostly where it went on last.
    const recent = mails.slice(-25).filter(({ subject }) => !subject.includes('digest'));
    const parent = recent.length > 0 && random() < 0.85 ? pick(recent) : undefined;
    const sentence = pick(writer.says);
    const number = `No. ${index}.`;
    const messageId = `${index}.${Math.floor(random() * 1e9).toString(36)}@${writer.address.split('@')[1]}`;
    const ancestors = parent ? [...parent.ancestors, parent.messageId] : [];
    const subject = parent ? reply(parent.subject) : `${pick(TOPICS)} (${index})`;
    mails.push({
      ...{ messageId, subject, date, ancestors },
      author: { name: writer.name, address: writer.address },
      root: parent?.root ?? messageId,
      words: `${number} ${sentence}`,
      quotesBelow: quotesBelow(writer),
      raw: mailBytes(writer, {
        ...{ messageId, subject, date, ancestors, random },
        text: body(writer, `${number} ${sentence}`, parent),
      }),
    });
  }
  return mails;
}

/** One file as archives are handed out (RFC 4155, the `mboxrd` kind). */
export function toMbox(mails: readonly ArchivedMail[]): Buffer {
  return Buffer.concat(
    mails.flatMap(({ date, raw }) => [
      Buffer.from(`From ${LIST.bounces} ${new Date(date).toUTCString()}\n`),
      Buffer.from(
        raw
          .toString('latin1')
          .replace(/\r\n/g, '\n')
          .replace(/^(>*From )/gm, '>$1'),
        'latin1',
      ),
      Buffer.from('\n'),
    ]),
  );
}

/** The mails of such a file, with CRLF line ends. */
export function fromMbox(mbox: Buffer): readonly Buffer[] {
  return mbox
    .toString('latin1')
    .split(/^From .*\n/m)
    .slice(1)
    .map((text) =>
      text
        .replace(/\n$/, '')
        .replace(/^>(>*From )/gm, '$1')
        .replace(/\n/g, '\r\n'),
    )
    .map((text) => Buffer.from(text, 'latin1'));
}

function body(writer: Writer, words: string, parent: ArchivedMail | undefined): string {
  const signature = ['', '-- ', writer.name.replace(/[^ -~]/g, ''), ''];
  if (!parent) return [words, ...signature].join('\n');
  const quoted = [
    `On some day, ${parent.author.address} wrote:`,
    ...parent.words.split('\n').map((line) => `> ${line}`),
  ];
  return (
    quotesBelow(writer) ? [words, ...signature, '', ...quoted] : [...quoted, '', words, ...signature]
  ).join('\n');
}

/** Habits differ. */
function quotesBelow({ encoding }: Writer): boolean {
  return encoding !== '8bit';
}

function mailBytes(
  writer: Writer,
  mail: {
    readonly messageId: string;
    readonly subject: string;
    readonly date: number;
    readonly ancestors: readonly string[];
    readonly text: string;
    random(): number;
  },
): Buffer {
  const { charset, encoding, munged = false } = writer;
  // What the charset cannot say is not said.
  const bytes = iconv.encode(mail.text.replace(/\n/g, '\r\n'), charset);
  const from = munged
    ? `${word(`${writer.name} via ${LIST.name}`)} <${LIST.address}>`
    : `${word(writer.name, charset)} <${writer.address}>`;
  const header = [
    'Received: from mx.lists.example.net by mx.example.test; Mon, 5 Jan 2026 08:00:00 +0000',
    `From: ${from}`,
    ...(munged ? [`Reply-To: ${word(writer.name)} <${writer.address}>`] : []),
    `To: ${LIST.name} <${LIST.address}>`,
    `Subject: [builders] ${word(mail.subject)}`,
    `Date: ${new Date(mail.date).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${mail.messageId}>`,
    ...ancestry(mail.ancestors, mail.random()),
    ...listHeader(),
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset="${charset}"`,
    `Content-Transfer-Encoding: ${encoding}`,
  ];
  return Buffer.concat([Buffer.from(`${header.join('\r\n')}\r\n\r\n`, 'latin1'), encoded(bytes, encoding)]);
}

/** A mail of the list itself that holds others (RFC 2046 §5.1.5). */
function digest(index: number, date: number, mails: readonly ArchivedMail[]): ArchivedMail {
  const messageId = `digest.${index}@lists.example.net`;
  const subject = `${LIST.name} digest, number ${index}`;
  const words = `Today's topics of number ${index}`;
  const boundary = `=_digest_${index}`;
  const header = [
    `From: ${LIST.name} <builders-request@lists.example.net>`,
    `To: ${LIST.address}`,
    `Subject: ${subject}`,
    `Date: ${new Date(date).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${messageId}>`,
    ...listHeader(),
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
  ];
  const parts = [
    `--${boundary}\r\nContent-Type: text/plain\r\n\r\n${words}\r\n`,
    `--${boundary}\r\nContent-Type: multipart/digest; boundary="${boundary}_2"\r\n\r\n`,
  ];
  const inner = mails.flatMap(({ raw }) => [
    Buffer.from(`--${boundary}_2\r\n\r\n`),
    raw,
    Buffer.from('\r\n'),
  ]);
  return {
    ...{ messageId, subject, words, date, root: messageId, quotesBelow: false },
    author: { name: LIST.name, address: 'builders-request@lists.example.net' },
    raw: Buffer.concat([
      Buffer.from(`${header.join('\r\n')}\r\n\r\n${parts.join('')}`),
      ...inner,
      Buffer.from(`--${boundary}_2--\r\n\r\n--${boundary}--\r\n`),
    ]),
  };
}

function listHeader(): readonly string[] {
  return [
    `List-Id: ${LIST.name} <${LIST.id}>`,
    `List-Post: <mailto:${LIST.address}>`,
    'List-Unsubscribe: <https://lists.example.net/leave>, <mailto:builders-leave@lists.example.net>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'Precedence: list',
    `Sender: "builders" <${LIST.bounces}>`,
    `Errors-To: ${LIST.bounces}`,
  ];
}

/** As clients name what a mail answers: both headers, only one of them, or the last ancestors alone. */
function ancestry(ancestors: readonly string[], chance: number): readonly string[] {
  const parent = ancestors.at(-1);
  if (parent === undefined) return [];
  const all = ancestors.map((id) => `<${id}>`);
  const references = `References: ${all.join('\r\n ')}`;
  if (chance < 0.15) return [`In-Reply-To: <${parent}>`];
  if (chance < 0.3) return [references];
  if (chance < 0.4)
    return [`References: ${all.slice(-3).join(' ')}`, `In-Reply-To: <${parent}> (from ${LIST.name})`];
  return [references, `In-Reply-To: <${parent}>`];
}

function reply(subject: string): string {
  return /^(?:re|ha|aw|tr): /i.test(subject) ? subject : `Re: ${subject}`;
}

/** An encoded word (RFC 2047), or several. */
function word(text: string, charset = 'utf-8'): string {
  if (/^[ -~]*$/.test(text))
    return /[()<>@,;:\\".[\]']/.test(text) && charset !== 'utf-8' ? `"${text}"` : text;
  const pieces: string[] = [];
  for (let letters = [...text]; letters.length > 0; letters = letters.slice(10))
    pieces.push(
      `=?${charset}?B?${iconv.encode(letters.slice(0, 10).join(''), charset).toString('base64')}?=`,
    );
  return pieces.join('\r\n ');
}

function encoded(bytes: Buffer, encoding: Writer['encoding']): Buffer {
  if (encoding === '8bit') return bytes;
  if (encoding === 'base64')
    return Buffer.from(`${bytes.toString('base64').replace(new RegExp(`.{${LINE}}`, 'g'), '$&\r\n')}\r\n`);
  const quoted = bytes
    .toString('latin1')
    .replace(
      /[^\r\n -~]|=/g,
      (letter) => `=${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .replace(/ (?=\r\n)/g, '=20')
    .replace(new RegExp(`(.{${LINE - 4}}[^=]{0,2})(?=.)`, 'g'), '$1=\r\n');
  return Buffer.from(quoted, 'latin1');
}

/** The same numbers every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
