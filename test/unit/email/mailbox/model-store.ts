import { Readable } from 'node:stream';
import { MailboxFailure } from '../../../../gateways/email/mailbox/failure.js';
import type { MailFacts } from '../../../../gateways/email/mailbox/mail-facts.js';
import type {
  FetchedMail,
  FolderState,
  MailStore,
  SeenMails,
} from '../../../../gateways/email/mailbox/mail-store.js';

/** A mail of the model, wherever it lies. */
export interface ModelMail {
  readonly id: string;
  receivedAt: number;
  readonly date: number;
  seen: boolean;
  modseq: number;
}

interface ModelFolder {
  uidValidity: number;
  uidNext: number;
  /** RFC 7162 §3.1.2.1: each folder counts for itself. */
  modseq: number;
  readonly mails: Map<number, ModelMail>;
}

/** A mail server in memory; connections to it are {@link ModelStore}. */
export class ModelServer {
  readonly folders = new Map<string, ModelFolder>();

  constructor(paths: readonly string[]) {
    for (const path of paths)
      this.folders.set(path, { uidValidity: 1, uidNext: 1, modseq: 1, mails: new Map() });
  }

  folder(path: string): ModelFolder {
    const folder = this.folders.get(path);
    if (!folder) throw new MailboxFailure('refused', '', 'NONEXISTENT');
    return folder;
  }

  add(path: string, mail: Omit<ModelMail, 'modseq'>): void {
    const folder = this.folder(path);
    folder.modseq += 1;
    folder.mails.set(folder.uidNext, { ...mail, modseq: folder.modseq });
    folder.uidNext += 1;
  }

  /** The n-th mail of a folder, counted over its end. */
  pick(path: string, index: number): { readonly uid: number; readonly mail: ModelMail } | undefined {
    const all = [...this.folder(path).mails];
    const found = all[index % Math.max(1, all.length)];
    return found && { uid: found[0], mail: found[1] };
  }

  all(path: string): readonly { readonly uid: number; readonly mail: ModelMail }[] {
    return [...this.folder(path).mails].map(([uid, mail]) => ({ uid, mail }));
  }

  remove(path: string, uid: number): void {
    this.folder(path).mails.delete(uid);
  }

  read(path: string, index: number): void {
    const found = this.pick(path, index);
    if (!found) return;
    const folder = this.folder(path);
    folder.modseq += 1;
    found.mail.seen = true;
    found.mail.modseq = folder.modseq;
  }

  renumber(path: string): void {
    const folder = this.folder(path);
    const mails = [...folder.mails.values()];
    folder.mails.clear();
    folder.uidValidity += 1;
    folder.uidNext = 1;
    for (const mail of mails) {
      folder.mails.set(folder.uidNext, mail);
      folder.uidNext += 1;
    }
  }
}

/** One connection. `step` is called before and after each command, and may change the server or throw. */
export class ModelStore implements MailStore {
  /** `uidNext`: as far as the client knows, who learns of it by what he lists alone. */
  #open: { readonly path: string; readonly uidValidity: number; uidNext: number } | undefined;

  constructor(
    private readonly server: ModelServer,
    private readonly step: () => void,
    private readonly counts = true,
  ) {}

  /** The folder of which the server speaks by itself. */
  get openPath(): string | undefined {
    return this.#open?.path;
  }

  async open(path: string): Promise<FolderState> {
    this.step();
    this.#check();
    if (this.#open?.path !== path) {
      const { uidValidity, uidNext } = this.server.folder(path);
      this.#open = { path, uidValidity, uidNext };
    }
    const state = { ...this.#state(path), uidNext: this.#open.uidNext };
    this.step();
    return state;
  }

  async refresh(): Promise<void> {
    this.step();
    this.#check();
  }

  async status(path: string): Promise<FolderState> {
    this.step();
    this.#check();
    return this.#state(path);
  }

  async list(fromUid: number, limit: number): Promise<readonly MailFacts[]> {
    const found = this.#listed()
      .filter(({ uid }) => uid >= fromUid)
      .slice(0, limit);
    const last = found.at(-1)?.uid ?? 0;
    if (this.#open && this.#open.uidNext <= last) this.#open.uidNext = last + 1;
    this.step();
    return found;
  }

  async newest(limit: number): Promise<readonly MailFacts[]> {
    return this.#listed().slice(-limit);
  }

  async uidsSince(time: number): Promise<readonly number[]> {
    return this.#listed()
      .filter(({ receivedAt, date }) => (receivedAt ?? 0) >= time || (date ?? 0) >= time)
      .map(({ uid }) => uid);
  }

  async fetch({ uid }: MailFacts): Promise<FetchedMail | undefined> {
    const mail = this.#folder().mails.get(uid);
    if (!mail) return undefined;
    return {
      raw: {
        size: mail.id.length,
        open: () => Readable.from([Buffer.from(mail.id)]),
        remove: async () => undefined,
      },
    };
  }

  async seenBetween(fromUid: number, toUid: number, since?: string): Promise<SeenMails> {
    const found = [...this.#folder().mails].filter(
      ([uid, { modseq, seen }]) => uid >= fromUid && uid <= toUid && seen && modseq > Number(since ?? 0),
    );
    const messageIds = found.map(([, { id }]) => id);
    return { messageIds, ...(this.counts && { modseq: String(this.#folder().modseq) }) };
  }

  async find(messageId: string): Promise<readonly number[]> {
    return [...this.#folder().mails].filter(([, { id }]) => id === messageId).map(([uid]) => uid);
  }

  async markSeen(uids: readonly number[]): Promise<void> {
    const { mails } = this.#folder();
    for (const uid of uids) {
      const mail = mails.get(uid);
      if (mail) mail.seen = true;
    }
  }

  async append(): Promise<void> {
    this.step();
  }

  async create(): Promise<void> {
    this.step();
  }

  #listed(): readonly MailFacts[] {
    return [...this.#folder().mails].map(([uid, { id, receivedAt, date, seen }]) => ({
      uid,
      size: id.length,
      fingerprint: id,
      messageId: id,
      receivedAt,
      date,
      seen,
      draft: false,
      spam: false,
    }));
  }

  /** The open folder. A server that renumbers it ends the connection first. */
  #folder(): ModelFolder {
    this.step();
    this.#check();
    if (!this.#open) throw new MailboxFailure('refused');
    return this.server.folder(this.#open.path);
  }

  #check(): void {
    if (this.#open && this.server.folder(this.#open.path).uidValidity !== this.#open.uidValidity)
      throw new MailboxFailure('lost');
  }

  #state(path: string): FolderState {
    const { uidValidity, uidNext, modseq } = this.server.folder(path);
    return {
      uidValidity: String(uidValidity),
      uidNext,
      ...(this.counts && { modseq: String(modseq) }),
    };
  }
}
