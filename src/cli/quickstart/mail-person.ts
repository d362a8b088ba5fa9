import { connect, type Socket } from 'node:net';
import { LOOPBACK } from './ports.js';

/** How long a server or a mail may take (ms). */
const WAIT_TIMEOUT_MS = 20_000;

/** A mail as it lies in a mailbox. */
export interface ReceivedMail {
  readonly raw: string;
  /** First value of a header, unfolded. */
  header(name: string): string;
}

/** A person with a mail program, over bare sockets: nothing of the gateway's own code is on this side. */
export class MailPerson {
  readonly #seen: ReceivedMail[] = [];
  #fetched = 0;

  private constructor(
    readonly address: string,
    private readonly imap: Conversation,
    private readonly smtpPort: number,
  ) {}

  /** Logs in to the mailbox by IMAP. */
  static async connect(
    ports: { readonly imap: number; readonly smtp: number },
    address: string,
    password: string,
  ): Promise<MailPerson> {
    const imap = new Conversation(connect(ports.imap, LOOPBACK), 'the IMAP server');
    await imap.until(/^\* OK.*\r\n/m);
    await imap.say(`a LOGIN "${address}" "${password}"`, /^a OK.*\r\n/m);
    await imap.say('b SELECT INBOX', /^b OK.*\r\n/m);
    return new MailPerson(address, imap, ports.smtp);
  }

  /** Sends a mail; resolves when the server has taken it. */
  async send(to: string, subject: string, text: string): Promise<void> {
    const smtp = new Conversation(connect(this.smtpPort, LOOPBACK), 'the SMTP server');
    const mail = [
      `From: A friend <${this.address}>`,
      `To: <${to}>`,
      `Subject: ${subject}`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${Date.now()}.${Math.random().toString(36).slice(2)}@quickstart.test>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      text,
    ].join('\r\n');
    await smtp.until(/^220 .*\r\n/m);
    await smtp.say('EHLO quickstart.test', /^250 .*\r\n/m);
    await smtp.say(`MAIL FROM:<${this.address}>`, /^250 .*\r\n/m);
    await smtp.say(`RCPT TO:<${to}>`, /^250 .*\r\n/m);
    await smtp.say('DATA', /^354 .*\r\n/m);
    await smtp.say(`${mail}\r\n.`, /^250 .*\r\n/m);
    smtp.close('QUIT');
  }

  /** Waits for a mail. */
  async expect(what: string, matches: (mail: ReceivedMail) => boolean): Promise<ReceivedMail> {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    for (;;) {
      await this.#fetch();
      const index = this.#seen.findIndex(matches);
      const [found] = index < 0 ? [] : this.#seen.splice(index, 1);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no ${what} within ${WAIT_TIMEOUT_MS / 1_000} s`);
      // Says at once what is new since the last command (RFC 2177).
      await this.imap.say('c IDLE', /^\* \d+ EXISTS\r\n/m, `no ${what}`);
      await this.imap.say('DONE', /^c OK.*\r\n/m);
    }
  }

  /** Leaves. */
  close(): void {
    this.imap.close('z LOGOUT');
  }

  async #fetch(): Promise<void> {
    const answer = await this.imap.say(
      `d FETCH ${this.#fetched + 1}:* (BODY.PEEK[])`,
      /^d (OK|NO|BAD).*\r\n/m,
    );
    const start = /\* (\d+) FETCH [^{]*\{(\d+)\}\r\n/g;
    for (let match = start.exec(answer); match; match = start.exec(answer)) {
      const [, number = '0', length = '0'] = match;
      const raw = answer.slice(start.lastIndex, start.lastIndex + Number(length));
      start.lastIndex += Number(length);
      // `n:*` means the last mail too when there is none after it.
      if (Number(number) <= this.#fetched) continue;
      this.#fetched = Number(number);
      this.#seen.push({ raw, header: (name) => headerOf(raw, name) });
    }
  }
}

function headerOf(raw: string, name: string): string {
  const head = (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1] ?? '';
}

/** One connection: what is said, and what comes back; one byte is one character. */
class Conversation {
  #heard = '';
  #ended = false;
  #look: () => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    private readonly peer: string,
  ) {
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      this.#heard += String(piece);
      this.#look();
    });
    const end = (): void => {
      this.#ended = true;
      this.#look();
    };
    socket.on('error', () => socket.destroy());
    socket.on('close', end);
  }

  /** Says a line, and waits as {@link until}. */
  say(line: string, answer: RegExp, otherwise?: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.until(answer, otherwise);
  }

  /** What was heard up to the end of the match; rejects, quoting the last line, when that does not come. */
  until(answer: RegExp, otherwise = `${this.peer} does not answer as it should`): Promise<string> {
    return new Promise((resolve, reject) => {
      const last = (): string => this.#heard.trimEnd().split('\r\n').at(-1) ?? '';
      const fail = (): void => {
        this.#look = () => undefined;
        reject(new Error(`${otherwise}: ${last() || 'silence'}`));
      };
      const timer = setTimeout(fail, WAIT_TIMEOUT_MS);
      this.#look = () => {
        const match = answer.exec(this.#heard);
        if (!match && !this.#ended && !/^[45]\d\d .*\r\n/m.test(this.#heard)) return;
        clearTimeout(timer);
        if (!match) {
          fail();
          return;
        }
        this.#look = () => undefined;
        const end = match.index + match[0].length;
        const heard = this.#heard.slice(0, end);
        this.#heard = this.#heard.slice(end);
        resolve(heard);
      };
      this.#look();
    });
  }

  close(line: string): void {
    this.socket.end(`${line}\r\n`);
  }
}
