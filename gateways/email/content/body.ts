import type { Text } from '../../../src/gateway/text.js';
import type { MailPart, ParsedMail } from '../mail/parsed-mail.js';
import { type HtmlText, readHtml } from './html.js';
import { unmarked } from './marks.js';
import { asFile } from './part-name.js';
import { readArmor } from './protection.js';

/** The text of a mail before anything is folded away. */
export interface Body {
  /** With marks (`marks.ts`) where it was HTML. */
  readonly lines: readonly string[];
  readonly html: boolean;
  /** Content-IDs by their numbers in the lines. */
  readonly pictures: readonly string[];
  /** Parts that were read, or that say the same as one that was. */
  readonly used: ReadonlySet<MailPart>;
  /** HTML that says the same as what was read. */
  readonly unread: readonly MailPart[];
  /** What was read from, to be passed on whole where it is cut. */
  readonly sources: readonly MailPart[];
  /** Bounds left something out. */
  readonly cut: boolean;
  /** Text that only the recipient's own software can read stood in it. */
  readonly encrypted: boolean;
  /** Parts that are passed on as files besides, by what they were read from. */
  readonly files: ReadonlyMap<MailPart, MailPart>;
  readonly remarks: readonly Text[];
}

/** Forms of a text that nobody needs besides the others: AMP pages, watches. */
const NEVER = new Set(['text/x-amp-html', 'text/watch-html']);
/** Where Apple's program has shown a file between the words. */
const PICTURE_PLACE = /\ufffc\n{0,2}/g;
/** An apology for having no text is not longer. */
const MAX_STUB = 400;
const STUB =
  /\bhtml\b|view (?:this|it) (?:e-?mail |message )?(?:in|online)|does(?: not|n['’]t) (?:support|display)|im browser (?:ansehen|anzeigen)|не поддерживает|в браузере|dans (?:votre|le) navigateur|en (?:su|el) navegador/i;

/** Finds the text of a mail: of alternatives the plain one, unless only the HTML says something. */
export function readBody(mail: ParsedMail, aside: ReadonlySet<MailPart>): Body {
  const texts = textParts(mail, aside);
  const used = new Set([...texts, ...mail.parts.filter(({ type }) => NEVER.has(type))]);
  const collected = new Collected();
  for (const group of groups(texts, (part) => part.alternative ?? part)) {
    const [first] = group;
    if (first?.alternative === undefined) for (const part of group) collected.add(part);
    else collected.addBest(group);
  }
  return { ...collected.result(), used };
}

function textParts(mail: ParsedMail, aside: ReadonlySet<MailPart>): MailPart[] {
  const candidates = mail.parts.filter(
    (part) =>
      (part.type === 'text/plain' || part.type === 'text/html') &&
      part.text !== undefined &&
      part.disposition !== 'attachment' &&
      !aside.has(part),
  );
  const unnamed = candidates.filter(({ fileName }) => fileName === undefined);
  // Some programs give the text itself a name.
  return unnamed.length > 0 ? unnamed : candidates.slice(0, 1);
}

/** In the order of the first of each group. */
function groups(parts: readonly MailPart[], keyOf: (part: MailPart) => unknown): MailPart[][] {
  const byKey = new Map<unknown, MailPart[]>();
  for (const part of parts) {
    const group = byKey.get(keyOf(part));
    if (group) group.push(part);
    else byKey.set(keyOf(part), [part]);
  }
  return [...byKey.values()];
}

class Collected {
  readonly #lines: string[] = [];
  readonly #pictures: string[] = [];
  readonly #sources: MailPart[] = [];
  readonly #unread: MailPart[] = [];
  readonly #files = new Map<MailPart, MailPart>();
  readonly #remarks: Text[] = [];
  #html = false;
  #cut = false;
  #encrypted = false;

  result(): Omit<Body, 'used'> {
    return {
      lines: this.#lines,
      html: this.#html,
      pictures: this.#pictures,
      sources: this.#sources,
      unread: this.#unread,
      cut: this.#cut,
      encrypted: this.#encrypted,
      files: this.#files,
      remarks: this.#remarks,
    };
  }

  /** Chooses one form of what an alternative says: its branch of plain text, or that with HTML. */
  addBest(group: readonly MailPart[]): void {
    const branches = groups(group, ({ branch }) => branch);
    const rich = branches.findLast((branch) => branch.some(({ type }) => type === 'text/html')) ?? [];
    const plain = branches.find((branch) => branch !== rich) ?? [];
    const words = plain
      .map(({ text }) => text ?? '')
      .join('\n')
      .trim();
    const read = new Map<MailPart, HtmlText>();
    if (words === '' || isStub(words))
      for (const part of rich) if (part.type === 'text/html') read.set(part, readHtml(part.text ?? ''));
    const least = words === '' ? 0 : words.length;
    const richer = [...read.values()].some(({ lines }) => lengthOf(lines) > least);
    if (richer || plain.length === 0) for (const part of rich) this.add(part, read.get(part));
    else {
      for (const part of plain) this.add(part);
      this.#unread.push(...rich);
    }
  }

  add(part: MailPart, read?: HtmlText): void {
    if (part.type === 'text/html') this.#addHtml(part, read ?? readHtml(part.text ?? ''));
    else this.#addPlain(part);
  }

  #addPlain(part: MailPart): void {
    const armor = readArmor((part.text ?? '').replace(PICTURE_PLACE, ''));
    this.#append(part, armor.text.split('\n'));
    if (armor.encrypted) {
      this.#encrypted = true;
      const file = this.#attach(part, 'encrypted.asc');
      this.#remarks.push({ key: 'email-encrypted-pgp', args: { file } });
    } else if (armor.key) {
      const file = this.#attach(part, 'key.asc');
      this.#remarks.push({ key: 'email-pgp-key', args: { file } });
    }
    if (armor.signed) this.#remarks.push({ key: 'email-signature-unchecked' });
  }

  #attach(part: MailPart, name: string): string {
    const file = asFile(part, name);
    this.#files.set(part, file);
    return file.fileName ?? name;
  }

  #addHtml(part: MailPart, { lines, pictures, cut }: HtmlText): void {
    const before = this.#pictures.length;
    this.#append(
      part,
      before === 0
        ? lines
        : lines.map((line) =>
            line.replace(/\ufdd8(\d{1,4})/g, (_, number) => `\ufdd8${Number(number) + before}`),
          ),
    );
    this.#pictures.push(...pictures);
    this.#html = true;
    this.#cut ||= cut;
  }

  #append(part: MailPart, lines: readonly string[]): void {
    if (this.#lines.length > 0) this.#lines.push('');
    for (const line of lines) this.#lines.push(line);
    this.#sources.push(part);
  }
}

function isStub(words: string): boolean {
  return words.length <= MAX_STUB && STUB.test(words);
}

/** Length of what is written. */
function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + unmarked(line).trim().length, 0);
}
