import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { Log } from '../../../../src/gateway/gateway.js';
import type { CarrierReport } from '../carrier.js';
import { idOfName, outboxName } from './file-name.js';
import type { GammuOptions } from './options.js';

/** gammu-smsd runs as another user of one group. */
const FILE_MODE = 0o660;

/** The folders of what goes out: outbox, and sent or error where gammu-smsd moves it afterwards. */
export class Outbox {
  readonly #options: GammuOptions;
  readonly #log: Log;
  /** Messages whose files lie in one of the folders; bounded by what is kept there. */
  #known: ReadonlySet<string> = new Set();
  /** Messages put there since the folders were looked at. */
  readonly #written = new Set<string>();
  readonly #writing = new Map<string, Promise<void>>();
  #lastStamp = 0;
  /** The next text that gammu-smsd has to send, and since when. */
  #head: { readonly name: string; readonly since: number } | undefined;

  constructor(options: GammuOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /**
   * Puts a text into the outbox, unless it has been there: resolves when it is on disk under its name. Rejects when
   * it is not; nothing is sent then.
   */
  put(id: string, recipient: string, text: string): Promise<void> {
    if (this.#known.has(id) || this.#written.has(id)) return Promise.resolve();
    let writing = this.#writing.get(id);
    if (!writing) {
      writing = this.#write(id, recipient, text)
        .then(() => void this.#written.add(id))
        .finally(() => this.#writing.delete(id));
      this.#writing.set(id, writing);
    }
    return writing;
  }

  /**
   * Reports what gammu-smsd has given up, clears what it has sent long ago. Resolves with how long the next text to
   * send has been that (ms; 0: none waits). Rejects when a folder cannot be read.
   */
  async look(tell: (report: CarrierReport) => Promise<void>, stopped: () => boolean): Promise<number> {
    const { outboxPath, sentPath, errorPath, keepSentMs } = this.#options;
    const written = [...this.#written];
    const waiting = await ours(outboxPath);
    const sent = await ours(sentPath);
    const failed = await ours(errorPath);
    this.#known = new Set([...waiting.values(), ...sent.values(), ...failed.values()]);
    for (const id of written) this.#written.delete(id);
    for (const [name, id] of failed) {
      if (stopped()) break;
      const error = new GatewayError('rejected', { key: 'sms-carrier-modem-failed' });
      try {
        await tell({ id, outcome: 'failed', error });
        await unlink(join(errorPath, name));
      } catch (problem) {
        this.#log.warn({ carrier: 'gammu', err: problem }, 'A failed text could not be reported yet');
      }
    }
    for (const name of sent.keys()) {
      const path = join(sentPath, name);
      const { mtimeMs, ctimeMs } = await stat(path);
      if (Date.now() - Math.max(mtimeMs, ctimeMs) > keepSentMs) await unlink(path);
    }
    return this.#waits([...waiting.keys()].sort()[0]);
  }

  #waits(head: string | undefined): number {
    if (head === undefined) this.#head = undefined;
    else if (head !== this.#head?.name) this.#head = { name: head, since: Date.now() };
    return this.#head ? Date.now() - this.#head.since : 0;
  }

  async #write(id: string, recipient: string, text: string): Promise<void> {
    const { outboxPath } = this.#options;
    // A hidden name is passed over by gammu-smsd: it sees a file when that is whole.
    const draft = join(outboxPath, `.isthmus${id}`);
    // Sent in the order of the names: each has a time of its own.
    this.#lastStamp = Math.max(this.#lastStamp + 1, Date.now());
    const name = outboxName(this.#lastStamp, recipient, id);
    const file = await open(draft, 'w', FILE_MODE);
    try {
      // UTF-16BE with its mark: the only form that does not depend on gammu-smsd's locale.
      await file.writeFile(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(outboxPath, name));
    await syncFolder(outboxPath);
  }
}

/** Our files in a folder, with their messages. */
async function ours(path: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(path)) {
    const id = idOfName(name);
    if (id !== undefined) found.set(name, id);
  }
  return found;
}

/** Makes the new name durable; not all file systems can. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // The text is in the outbox all the same: it must not be called unsent.
  }
}
