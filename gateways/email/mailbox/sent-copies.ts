import type { Readable } from 'node:stream';
import type { Log } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { RawMail } from '../mail/raw-mail.js';
import { MailboxFailure } from './failure.js';
import type { Gate } from './gate.js';
import { isMessageId } from './mail-facts.js';
import type { MailStore } from './mail-store.js';
import type { MailboxListener } from './mailbox.js';
import type { MailboxMemory } from './mailbox-memory.js';
import type { MailboxOptions } from './options.js';

/** What filing works with. */
export interface CopyParts {
  readonly account: AccountId;
  readonly listener: MailboxListener;
  readonly memory: MailboxMemory;
  readonly options: MailboxOptions;
  readonly log: Log;
  readonly gate: Gate;
  /** The provider files what it is handed by itself. */
  readonly filesSent: boolean;
}

/** A copy that is too large to be kept while its mailbox is away. */
interface LargeCopy {
  readonly messageId: string;
  readonly raw: RawMail;
  finish(): void;
}

/** RFC 5530 §3, RFC 7889 §4, RFC 4469 §4.2: it will not fit tomorrow either. */
const NO_ROOM = new Set(['OVERQUOTA', 'TOOBIG', 'APPENDLIMIT', 'LIMIT']);
/** Name of the folder that is made where there is none. */
const NEW_FOLDER = 'Sent';

/** Puts copies of sent mails into the mailbox; what cannot be done now is done later, within bounds. */
export class SentCopies {
  readonly #large: LargeCopy[] = [];
  readonly #failed = new Map<string, number>();
  /** Copies lie in the state, as far as known. */
  #kept = true;
  #full = false;
  #online = false;

  constructor(private readonly parts: CopyParts) {}

  /** Resolves when nothing more is needed of `raw`. */
  async add(messageId: string, raw: RawMail, wake: () => void): Promise<void> {
    const { memory, options, filesSent } = this.parts;
    if (!isMessageId(messageId)) return;
    await memory.addOwn(messageId);
    if (filesSent) return;
    const waiting = await memory.copies(options.keepCopies);
    if (raw.size <= options.keepBytes && waiting.length < options.keepCopies) {
      await memory.saveCopy({ messageId, mail: await bytesOf(raw.open()) });
      this.#kept = true;
      wake();
      return;
    }
    if (!this.#online || this.#large.length >= options.keepCopies) return this.#giveUp();
    await new Promise<void>((resolve) => {
      this.#large.push({ messageId, raw, finish: resolve });
      wake();
    });
  }

  /** Files what waits. Rejects with MailboxFailure when the connection is no more. */
  async apply(store: MailStore, sent: string | undefined, signal: AbortSignal): Promise<void> {
    const folder = { store, sent, signal };
    this.#online = true;
    const { memory, options } = this.parts;
    for (let copy = this.#large[0]; copy !== undefined; copy = this.#large[0]) {
      const { messageId, raw } = copy;
      await this.#file(folder, messageId, () => bytesOf(raw.open()));
      this.#large.shift();
      copy.finish();
    }
    if (!this.#kept) return;
    const names = await memory.copies(options.keepCopies);
    let left = 0;
    for (const name of names) {
      const copy = await memory.copy(name);
      const done = copy === undefined || (await this.#file(folder, copy.messageId, async () => copy.mail));
      if (done) await memory.deleteCopy(name);
      else left += 1;
    }
    // A copy that was refused is tried again over the next connection.
    if (left === 0) this.#kept = false;
  }

  /** The connection is no more: what is not kept is given up. */
  offline(): void {
    this.#online = false;
    this.#kept = true;
    for (const copy of this.#large.splice(0)) {
      this.#giveUp();
      copy.finish();
    }
  }

  /** Resolves with whether there is nothing more to be done. */
  async #file(
    { store, sent, signal }: { store: MailStore; sent: string | undefined; signal: AbortSignal },
    messageId: string,
    read: () => Promise<Buffer>,
  ): Promise<boolean> {
    const { gate, options, log, account } = this.parts;
    try {
      const path = sent ?? NEW_FOLDER;
      if (sent === undefined) await store.create(path);
      await store.open(path);
      if ((await store.find(messageId)).length > 0) return true;
      await gate.run(signal, async () => store.append(path, await read()));
      this.#full = false;
      this.#failed.delete(messageId);
      return true;
    } catch (error) {
      if (!(error instanceof MailboxFailure) || error.kind !== 'refused') throw error;
      if (NO_ROOM.has(error.code)) {
        this.#noRoom();
        return true;
      }
      const count = (this.#failed.get(messageId) ?? 0) + 1;
      log.info({ account, code: error.code, count }, 'A copy of a sent mail was refused');
      this.#failed.set(messageId, count);
      if (count < options.mailTries) return false;
      this.#failed.delete(messageId);
      this.#giveUp();
      return true;
    }
  }

  #noRoom(): void {
    this.parts.log.info({ account: this.parts.account }, 'A mailbox is full');
    if (!this.#full) this.parts.listener.notice({ key: 'email-mailbox-full' });
    this.#full = true;
  }

  #giveUp(): void {
    this.parts.log.info({ account: this.parts.account }, 'A copy of a sent mail was given up');
    this.parts.listener.notice({ key: 'email-mailbox-copy-lost' });
  }
}

async function bytesOf(source: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
