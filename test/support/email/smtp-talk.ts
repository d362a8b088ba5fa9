import { connect, type Socket } from 'node:net';
import { LOOPBACK } from '../../servers/process.js';

/** How often a mail comes that is put off; each verification of a recipient may take ten seconds. */
const TRIES = 4;

/** An SMTP client that says what it is told to say, byte for byte. */
export class SmtpTalk {
  #text = '';
  #told = (): void => undefined;
  /** Resolves when the server has ended the connection. */
  readonly ended: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
        this.#told();
      });
    });
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => {
      this.#text += text;
      this.#told();
    });
  }

  /** Connects and reads the greeting. */
  static async open(port: number): Promise<SmtpTalk> {
    const talk = new SmtpTalk(connect(port, LOOPBACK));
    await talk.answer();
    return talk;
  }

  /** Sends bytes as they are. */
  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** The next answer, all its lines; empty when the connection has ended. */
  async answer(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#text)?.[0];
      if (found !== undefined) {
        this.#text = this.#text.slice(found.length);
        return found.trimEnd();
      }
      if (this.socket.destroyed) return '';
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  /** Sends one command; its answer. */
  say(command: string): Promise<string> {
    this.write(`${command}\r\n`);
    return this.answer();
  }

  /** One mail as it stands, which must have CRLF line ends; the last answer. */
  async mail(from: string, to: readonly string[], content: string): Promise<string> {
    const begun = await this.say(`MAIL FROM:<${from}>`);
    if (!begun.startsWith('2')) return begun;
    for (const each of to) {
      const answer = await this.say(`RCPT TO:<${each}>`);
      if (!answer.startsWith('2')) return answer;
    }
    const ready = await this.say('DATA');
    if (!ready.startsWith('3')) return ready;
    return this.say(`${content.replace(/^\./gm, '..')}\r\n.`);
  }

  /** As {@link mail}; comes again while it is told to, as every server does (RFC 5321 §4.5.4.1). */
  async deliver(from: string, to: readonly string[], content: string): Promise<string> {
    for (let left = TRIES; ; left -= 1) {
      const answer = await this.mail(from, to, content);
      if (!answer.startsWith('4') || left === 1) return answer;
      await this.say('RSET');
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
