import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { XmppServer } from '../../servers/xmpp-server.js';

/** Debian's own Python: the one that its package of slixmpp is for. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../clients/slixmpp_room.py', import.meta.url));

/** What differs between runs of the client. */
export interface SlixmppRoomOptions {
  readonly server: XmppServer;
  /** Name and password. */
  readonly user: string;
  readonly room: string;
  readonly nick: string;
  /** Where files are uploaded to (XEP-0363). */
  readonly upload: string;
}

/** What its user does: see `slixmpp_room.py`. Earlier messages are named by their words. */
export type RoomDoing =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'reply' | 'correct'; readonly of: string; readonly text: string }
  | { readonly do: 'react'; readonly of: string; readonly emoji: string }
  | { readonly do: 'retract'; readonly of: string }
  | { readonly do: 'share'; readonly name: string; readonly type: string; readonly content: string };

/** A client of python3-slixmpp in a room, as a person uses it. */
export class SlixmppRoom {
  readonly #fresh: string[] = [];
  #errors = '';

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, Readable>) {
    child.stderr.on('data', (data: Buffer) => {
      this.#errors += data;
    });
    // Whoever has ended hears no more.
    child.stdin.on('error', () => undefined);
  }

  /** Starts it; resolves when it is in the room, rejects with what it has complained of. */
  static async start({ server, user, ...options }: SlixmppRoomOptions): Promise<SlixmppRoom> {
    const values = {
      ...{ jid: `${user}@${server.domain}/slix`, password: user, host: server.host },
      ...{ port: String(server.c2sPort), ...options },
    };
    const args = Object.entries(values).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(PYTHON, [SCRIPT, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const client = new SlixmppRoom(child);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(client.#errors)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { shows } = JSON.parse(line) as { readonly shows: string };
        if (shows === 'in the room') resolve();
        else client.#fresh.push(shows);
      });
    });
    return client;
  }

  do(doing: RoomDoing): void {
    this.child.stdin.write(`${JSON.stringify(doing)}\n`);
  }

  /** The lines that it has shown since the last look. */
  async shown(): Promise<readonly string[]> {
    if (this.child.exitCode !== null) throw new Error(this.#errors);
    return this.#fresh.splice(0);
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    if (this.child.exitCode === null) await new Promise((resolve) => this.child.once('exit', resolve));
  }
}
