import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { IrcServer } from '../../servers/irc-server.js';
import { createWorkspace, Daemon } from '../../servers/process.js';

/** Pause between two looks at what it has written down (ms). */
const POLL_MS = 50;

/** What differs between runs of the client. */
export interface WeechatOptions {
  readonly server: IrcServer;
  readonly nick: string;
  readonly channel: string;
}

/** WeeChat without a screen: told what to do by its FIFO, seen by its own log of the channel. */
export class Weechat {
  #seen = 0;

  private constructor(
    private readonly daemon: Daemon,
    private readonly fifo: string,
    private readonly log: string,
    private readonly buffer: string,
  ) {}

  /** Starts it; resolves when it is in the channel. */
  static async start({ server, nick, channel }: WeechatOptions): Promise<Weechat> {
    const workspace = createWorkspace('weechat');
    const home = workspace.file('home');
    const fifo = workspace.file('fifo');
    const buffer = `irc.test.${channel}`;
    const log = `${home}/logs/${buffer}.weechatlog`;
    const commands = [
      '/set logger.file.flush_delay 0',
      `/set fifo.file.path ${fifo}`,
      `/server add test ${server.host}/${server.port} -nicks=${nick} -username=${nick} -realname=${nick} -autojoin=${channel}`,
      '/connect test',
    ];
    const daemon = await Daemon.start({
      name: 'weechat-headless',
      command: 'weechat-headless',
      args: ['-d', home, ...commands.flatMap((command) => ['-r', command])],
      workspace,
      ready: async (_daemon, signal) => {
        while (!(await linesOf(log)).some((line) => line.includes(`${nick} `)))
          await pause(POLL_MS, 0, { signal });
      },
    });
    const client = new Weechat(daemon, fifo, log, buffer);
    await client.shown();
    return client;
  }

  /** Says something in the channel, or gives a command, as typed. */
  async type(text: string): Promise<void> {
    await appendFile(this.fifo, `${this.buffer} *${text}\n`);
  }

  /** The lines that it has shown since the last look: who, and what, with a bar between. */
  async shown(): Promise<readonly string[]> {
    const lines = await linesOf(this.log);
    const fresh = lines.slice(this.#seen);
    this.#seen = lines.length;
    return fresh;
  }

  stop(): Promise<void> {
    return this.daemon.stop();
  }
}

/** Complete lines of others, without their times: those with `--` are the client's own. */
async function linesOf(log: string): Promise<readonly string[]> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').slice(1).join(' │ '))
    .filter((line) => !line.startsWith('-- │'));
}
