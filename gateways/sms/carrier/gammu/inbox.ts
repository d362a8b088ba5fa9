import { readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../../../src/gateway/gateway.js';
import type { CarrierInbound } from '../carrier.js';
import { type InboxName, parseInboxName } from './file-name.js';
import { type InboxFile, toInbound } from './inbox-message.js';
import type { GammuOptions } from './options.js';

/** Before the name of a file that is left for the operator. */
const ASIDE = 'UNUSABLE-';

/** The folder of what comes in. */
export class Inbox {
  readonly #options: GammuOptions;
  readonly #log: Log;

  constructor(options: GammuOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /**
   * Hands over, in the order of arrival, every message whose files gammu-smsd has left alone for a while, and deletes
   * them when it is kept. One that could not be kept stays for the next look, and what its author wrote after it;
   * nobody else waits for it. Resolves with whether some are still being written. Rejects when the folder cannot be
   * read.
   */
  async look(take: (message: CarrierInbound) => Promise<void>, stopped: () => boolean): Promise<boolean> {
    let unsettled = false;
    let failed = 0;
    let failure: unknown;
    const waiting = new Set<string>();
    for (const names of await this.#messages()) {
      if (stopped()) break;
      const author = names[0]?.sender ?? '';
      if (waiting.has(author)) continue;
      try {
        const done = await this.#deal(names, take);
        unsettled ||= !done;
      } catch (error) {
        waiting.add(author);
        failed += 1;
        failure ??= error;
      }
    }
    if (failed > 0)
      this.#log.warn({ carrier: 'gammu', err: failure, failed }, 'Received texts could not be kept yet');
    return unsettled;
  }

  /** One message; false when it is still being written. Rejects when it is to be tried again. */
  async #deal(
    names: readonly InboxName[],
    take: (message: CarrierInbound) => Promise<void>,
  ): Promise<boolean> {
    const files = await this.#read(names);
    if (files === 'gone') return true;
    if (files === 'unsettled') return false;
    const message = files === 'too-big' ? 'unusable' : toInbound(files, this.#options.number);
    if (message === 'unusable') {
      this.#log.warn({ carrier: 'gammu', count: names.length }, `Not a text: renamed to ${ASIDE}…`);
      await this.#each(names, (path) =>
        rename(path, join(this.#options.inboxPath, `${ASIDE}${nameIn(path)}`)),
      );
      return true;
    }
    if (message !== 'report') await take(message);
    await this.#each(names, unlink);
    return true;
  }

  /** Files by message, oldest first. */
  async #messages(): Promise<readonly (readonly InboxName[])[]> {
    const messages = new Map<string, InboxName[]>();
    for (const name of (await readdir(this.#options.inboxPath)).sort()) {
      const parsed = parseInboxName(name);
      if (!parsed) continue;
      const files = messages.get(parsed.message);
      if (files) files.push(parsed);
      else messages.set(parsed.message, [parsed]);
    }
    return [...messages.values()];
  }

  async #read(names: readonly InboxName[]): Promise<readonly InboxFile[] | 'unsettled' | 'too-big' | 'gone'> {
    const files: InboxFile[] = [];
    try {
      for (const parsed of names) {
        const path = join(this.#options.inboxPath, parsed.name);
        const { mtimeMs, size } = await stat(path);
        // A clock that was set back must not hold a file for ever.
        if (Math.abs(Date.now() - mtimeMs) < this.#options.settleMs) return 'unsettled';
        if (size > this.#options.maxFileBytes) return 'too-big';
        files.push({ ...parsed, content: await readFile(path), written: Math.round(mtimeMs) });
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'gone';
      throw error;
    }
    return files;
  }

  async #each(names: readonly InboxName[], act: (path: string) => Promise<void>): Promise<void> {
    for (const { name } of names) await act(join(this.#options.inboxPath, name));
  }
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
