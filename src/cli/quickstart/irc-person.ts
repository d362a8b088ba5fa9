import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { LOOPBACK } from './ports.js';
import { Waiter } from './waiter.js';

/** One line of IRC (RFC 2812 §2.3.1). */
export interface IrcLine {
  readonly raw: string;
  /** Nick or server that it comes from. */
  readonly from: string;
  readonly command: string;
  readonly params: readonly string[];
}

/** A person with an IRC client, over a bare socket: nothing of the gateway's own code is on this side. */
export class IrcPerson {
  readonly #socket: Socket;
  readonly #lines = new Waiter<IrcLine>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (text) => {
      const line = parseLine(text);
      if (line.command === 'PING') this.send(`PONG :${line.params[0] ?? ''}`);
      else this.#lines.push(line);
    });
  }

  /** Connects and registers; resolves at the server's welcome. */
  static async connect(port: number, nick: string): Promise<IrcPerson> {
    const person = new IrcPerson(connect(port, LOOPBACK));
    person.send(`NICK ${nick}`);
    person.send(`USER ${nick} 0 * :A person on IRC`);
    await person.expect('welcome of the IRC server', ({ command }) => command === '001');
    return person;
  }

  /** Sends one line. */
  send(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  /** Waits for a line. */
  expect(what: string, matches: (line: IrcLine) => boolean): Promise<IrcLine> {
    return this.#lines.take(what, matches);
  }

  /** Leaves. */
  close(): void {
    this.#socket.end('QUIT :done\r\n');
  }
}

function parseLine(raw: string): IrcLine {
  const match = /^(?::([^ !]+)[^ ]* )?([^ ]+)(.*)$/.exec(raw.trimEnd());
  const [middle = '', ...trailing] = (match?.[3] ?? '').split(' :');
  const params = middle.split(' ').filter((part) => part !== '');
  if (trailing.length > 0) params.push(trailing.join(' :'));
  return { raw, from: match?.[1] ?? '', command: match?.[2] ?? '', params };
}
