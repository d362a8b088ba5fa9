import { mailAddress } from '../mail/mail-address.js';
import type { ParsedMail } from '../mail/parsed-mail.js';

/** What a report for people says. */
export interface OldReport {
  readonly action: 'failed' | 'delayed';
  readonly recipients: readonly { readonly address: string; readonly words: string }[];
}

/** Lines of a report that are looked at, and of the words behind one address. */
const MAX_LINES = 400;
const MAX_WORD_LINES = 8;
const MAX_LINE = 1_000;

const QMAIL =
  /^hi\. this is the .{1,80} program at |^this message was created automatically by mail delivery software|^this is the mail system at/i;
const SUBJECT =
  /undeliver|delivery (?:status|failure|failed|has failed|report|delayed)|returned (?:mail|to sender)|failure notice|mail delivery|delivery of your message|не доставлен|недоставлен|unzustellbar|non remis|no entregado/i;
const DELAYED =
  /delayed|has not yet been delivered|will (?:be retried|keep trying)|warning: (?:message|could not)|still being (?:retried|retry)|задержан/i;
const PERMANENT = /permanent|gave up|given up|failed|could not be delivered|undeliverable/i;
/** Below it stands the mail itself. */
const COPY =
  /^-{2,}.{0,20}(?:below this line|copy of (?:the|your) message|original message|included below|returned message|unsent message)/i;
/** The words of addresses of the report itself. */
const NOT_RECIPIENTS = /^(?:mailer-daemon|postmaster)@/;

/**
 * Reads reports that are only written for people: qmail's (QSBMF), Exim's, and what others say in their likeness. An
 * address and the words behind it, up to the copy of the mail. Undefined: no recipient is named.
 */
export function readOldReport(mail: ParsedMail): OldReport | undefined {
  const text = mail.parts.find((part) => part.type === 'text/plain' && part.text !== undefined)?.text ?? '';
  const named = mail.headers
    .all('x-failed-recipients')
    .flatMap((value) => value.split(','))
    .map((value) => mailAddress(value.trim()))
    .filter((address) => address !== undefined);
  const opening = text.slice(0, MAX_LINE).trimStart();
  if (named.length === 0 && !QMAIL.test(opening) && !SUBJECT.test(mail.subject.slice(0, MAX_LINE)))
    return undefined;
  const lines = text.split('\n', MAX_LINES).map((line) => line.slice(0, MAX_LINE));
  const end = lines.findIndex((line) => COPY.test(line));
  const own = end < 0 ? lines : lines.slice(0, end);
  const found = new Map<string, string>();
  for (const [at, line] of own.entries()) {
    const address = recipientOn(line);
    if (address !== undefined && !found.has(address)) found.set(address, wordsBelow(own, at));
  }
  const addresses = named.length > 0 ? named : [...found.keys()];
  if (addresses.length === 0) return undefined;
  const said = `${mail.subject.slice(0, MAX_LINE)}\n${own.join('\n')}`;
  return {
    action:
      DELAYED.test(said) && !PERMANENT.test(mail.subject.slice(0, MAX_LINE)) && !/permanent error/i.test(said)
        ? 'delayed'
        : 'failed',
    recipients: [...new Set(addresses)].map((address) => ({ address, words: found.get(address) ?? '' })),
  };
}

/** `<alice@example.org>:` or an address alone on its line, as all of them write it. */
function recipientOn(line: string): string | undefined {
  const match = /^\s{0,8}<?([^\s<>:]{1,320}@[^\s<>:]{1,255})>?(?::\s?(.*))?\s{0,8}$/.exec(line.slice(0, 700));
  const address = match?.[1] === undefined ? undefined : mailAddress(match[1]);
  return address === undefined || NOT_RECIPIENTS.test(address) ? undefined : address;
}

function wordsBelow(lines: readonly string[], at: number): string {
  const words: string[] = [/>?:\s(.*)$/.exec(lines[at] ?? '')?.[1] ?? ''];
  for (const line of lines.slice(at + 1, at + 1 + MAX_WORD_LINES)) {
    if (recipientOn(line) !== undefined || (line.trim() === '' && words.join('').trim() !== '')) break;
    words.push(line.trim());
  }
  return words.join(' ').trim();
}
