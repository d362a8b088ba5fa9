import { createHash } from 'node:crypto';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { type FolderCursor, KNOWN_FACTOR, type Rounds, readCursor, readRounds } from './cursor.js';

const CURSORS = 'email-mailbox-cursor';
const ROUNDS = 'email-mailbox-rounds';
const KNOWN = 'email-mailbox-known';
const OWN = 'email-mailbox-own';
const TO_MARK = 'email-mailbox-to-mark';
const TO_FILE = 'email-mailbox-to-file';

const DAY_MS = 86_400_000;
const DIGEST_LENGTH = 22;
/** Days for which what could not be done is tried. */
const PENDING_DAYS = 14;

/** A copy of a sent mail that waits to be filed. */
export interface PendingCopy {
  readonly messageId: string;
  readonly mail: Buffer;
}

/**
 * What is remembered of one mailbox over restarts. Everything is erased with the account; another mailbox of the same
 * account begins anew.
 */
export class MailboxMemory {
  readonly #prefix: string;

  /** @param mailbox what tells this mailbox from another one of the account */
  constructor(
    private readonly state: NetworkState,
    private readonly account: AccountId,
    mailbox: string,
    private readonly rememberDays: number,
  ) {
    this.#prefix = `${account}/${digest(mailbox)}/`;
  }

  async cursor(path: string): Promise<FolderCursor | undefined> {
    return readCursor((await this.state.get(CURSORS, this.#key(path)))?.value);
  }

  async saveCursor(path: string, cursor: FolderCursor): Promise<void> {
    await this.state.put(CURSORS, { key: this.#key(path), value: { ...cursor }, account: this.account });
  }

  async rounds(): Promise<Rounds | undefined> {
    return readRounds((await this.state.get(ROUNDS, this.#prefix))?.value);
  }

  async saveRounds(rounds: Rounds): Promise<void> {
    await this.state.put(ROUNDS, { key: this.#prefix, value: { ...rounds }, account: this.account });
  }

  /** Whether a mail has been dealt with in any folder. */
  async isKnown(fingerprint: string): Promise<boolean> {
    return (await this.state.get(KNOWN, this.#prefix + fingerprint)) !== undefined;
  }

  async addKnown(fingerprint: string): Promise<void> {
    await this.#remember(KNOWN, this.#prefix + fingerprint);
  }

  /** Whether the gateway itself has sent a mail. */
  async isOwn(messageId: string): Promise<boolean> {
    return (await this.state.get(OWN, this.#key(messageId))) !== undefined;
  }

  async addOwn(messageId: string): Promise<void> {
    await this.#remember(OWN, this.#key(messageId));
  }

  /** Message-IDs of mails that are still to be marked as read. */
  async toMark(): Promise<readonly string[]> {
    const ids = (await this.state.get(TO_MARK, this.#prefix))?.value.ids;
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  }

  async saveToMark(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) await this.state.delete(TO_MARK, this.#prefix);
    else await this.state.put(TO_MARK, { ...this.#pending(this.#prefix), value: { ids } });
  }

  /** Names of copies that wait, at most `limit`. */
  async copies(limit: number): Promise<readonly string[]> {
    const entries = await this.state.list(TO_FILE, this.#prefix, limit);
    return entries.map(({ key }) => key).filter((key) => key.startsWith(this.#prefix));
  }

  async copy(name: string): Promise<PendingCopy | undefined> {
    const { messageId, mail } = (await this.state.get(TO_FILE, name))?.value ?? {};
    if (typeof messageId !== 'string' || typeof mail !== 'string') return undefined;
    return { messageId, mail: Buffer.from(mail, 'base64') };
  }

  async saveCopy({ messageId, mail }: PendingCopy): Promise<void> {
    const value = { messageId, mail: mail.toString('base64') };
    await this.state.put(TO_FILE, { ...this.#pending(this.#key(messageId)), value });
  }

  async deleteCopy(name: string): Promise<void> {
    await this.state.delete(TO_FILE, name);
  }

  #key(of: string): string {
    return this.#prefix + digest(of);
  }

  #pending(key: string): { key: string; account: AccountId; expiresAt: number } {
    return { key, account: this.account, expiresAt: Date.now() + PENDING_DAYS * DAY_MS };
  }

  async #remember(bucket: string, key: string): Promise<void> {
    const expiresAt = Date.now() + KNOWN_FACTOR * this.rememberDays * DAY_MS;
    await this.state.put(bucket, { key, value: {}, account: this.account, expiresAt });
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH);
}
