import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One mail for the gateway, as a mail server hands it on. */
export interface HandedMail {
  /** Empty: none (a report). */
  readonly returnPath: string;
  readonly recipient: string;
  /** Whole, with the dots of RFC 5321 §4.5.2; in pieces, so that a large one need not exist at once. */
  readonly data: Iterable<Buffer>;
}

/** On whose behalf mail is handed on, as Postfix says it. */
const XFORWARD = 'XFORWARD NAME=mx.people.bench ADDR=192.0.2.25 PROTO=ESMTP HELO=mx.people.bench';

/** One SMTP connection to the gateway, as Postfix keeps it for several mails. */
export class SmtpClient {
  #replies = '';
  readonly #waiting: ((reply: string) => void)[] = [];

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const waiting of this.#waiting.splice(0)) waiting('421 lost');
    });
  }

  /** Connects and greets. */
  static async open(port: number): Promise<SmtpClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new SmtpClient(socket);
    const greeting = client.#reply();
    await once(socket, 'connect');
    await greeting;
    await client.#say('EHLO mx.bench');
    return client;
  }

  /** Hands one mail on; resolves with the reply that decides about it. */
  async send({ returnPath, recipient, data }: HandedMail): Promise<string> {
    for (const command of [XFORWARD, `MAIL FROM:<${returnPath}>`, `RCPT TO:<${recipient}>`, 'DATA']) {
      const reply = await this.#say(command);
      if (!/^[23]/.test(reply)) {
        await this.#say('RSET');
        return reply;
      }
    }
    for (const piece of data) if (!this.socket.write(piece)) await once(this.socket, 'drain');
    return this.#say('.');
  }

  /** Takes leave. */
  close(): void {
    this.socket.end('QUIT\r\n');
  }

  #say(command: string): Promise<string> {
    this.socket.write(`${command}\r\n`);
    return this.#reply();
  }

  #reply(): Promise<string> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) resolve('421 lost');
      else this.#waiting.push(resolve);
    });
  }

  #take(text: string): void {
    this.#replies += text;
    for (let reply = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#replies)?.[0]; reply !== undefined; ) {
      this.#replies = this.#replies.slice(reply.length);
      this.#waiting.shift()?.(reply);
      reply = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#replies)?.[0];
    }
  }
}
