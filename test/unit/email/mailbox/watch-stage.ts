import { text } from 'node:stream/consumers';
import type { RawMail } from '../../../../gateways/email/mail/raw-mail.js';
import { MailboxFailure } from '../../../../gateways/email/mailbox/failure.js';
import type { WatchedFolder } from '../../../../gateways/email/mailbox/folder-plan.js';
import { MailWatch } from '../../../../gateways/email/mailbox/mail-watch.js';
import { MailboxMemory } from '../../../../gateways/email/mailbox/mailbox-memory.js';
import { type MailboxOptions, mailboxOptions } from '../../../../gateways/email/mailbox/options.js';
import { Tries } from '../../../../gateways/email/mailbox/tries.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import type { NetworkState } from '../../../../src/gateway/state.js';
import type { Text } from '../../../../src/gateway/text.js';
import { MemoryState } from '../../../support/gateway-environment.js';
import { ModelServer, ModelStore } from './model-store.js';

const ACCOUNT = 3 as AccountId;
const DAY_MS = 86_400_000;
const FOLDERS: readonly WatchedFolder[] = [
  { path: 'INBOX', use: 'inbox' },
  { path: 'Sent', use: 'sent' },
  { path: 'Work', use: 'other' },
];
/** Folders that are watched. */
export const WATCHED = FOLDERS.map(({ path }) => path);
/** A folder that is not. */
export const UNWATCHED = 'Archive';

/** What happens to the mailbox, or to time. */
export type Change =
  | { readonly kind: 'arrive'; readonly folder: string }
  | { readonly kind: 'move'; readonly folder: string; readonly to: string; readonly index: number }
  | { readonly kind: 'expunge'; readonly folder: string; readonly index: number }
  | { readonly kind: 'renumber'; readonly folder: string }
  | { readonly kind: 'later'; readonly days: number };

/** A look of the gateway. */
export interface Look {
  readonly kind: 'look';
  /** Over a new connection. */
  readonly anew: boolean;
  readonly everywhere: boolean;
  /** What happens at which step of it. */
  readonly meanwhile: readonly { readonly step: number; readonly change: Change }[];
  /** The step at which the process is killed. */
  readonly crash: number | undefined;
}

/** A look at all folders, undisturbed. */
export const plainLook: Look = {
  kind: 'look',
  anew: false,
  everywhere: true,
  meanwhile: [],
  crash: undefined,
};

/** One mailbox with its server, over any number of lives of the gateway. */
export class WatchStage {
  readonly server = new ModelServer([...WATCHED, UNWATCHED]);
  readonly delivered: string[] = [];
  readonly seen: string[] = [];
  readonly notices: Text[] = [];
  readonly arrived = new Set<string>();
  readonly options: MailboxOptions;
  /** Message-IDs that the gateway has marked by itself. */
  readonly marked = new Set<string>();
  readonly #tries = new Tries();
  now = Date.parse('2026-01-01T00:00:00Z');
  /** Rejects with this what the listener is given. */
  refusal: Error | undefined;
  readonly #state = new MemoryState();
  #watch: MailWatch | undefined;
  #store: ModelStore | undefined;
  #connection = 0;
  #steps = 0;
  #look: Look | undefined;

  constructor(
    options: object = {},
    private readonly counts = true,
  ) {
    this.options = mailboxOptions.parse(options);
  }

  apply(event: Change): void {
    switch (event.kind) {
      case 'arrive': {
        const id = `mail-${this.arrived.size}`;
        this.arrived.add(id);
        this.server.add(event.folder, { id, receivedAt: this.now, date: this.now, seen: false });
        this.#tell(event.folder);
        return;
      }
      case 'move': {
        const found = this.server.pick(event.folder, event.index);
        if (!found || event.to === event.folder) return;
        this.server.remove(event.folder, found.uid);
        this.server.add(event.to, found.mail);
        this.#tell(event.to);
        return;
      }
      case 'expunge': {
        const found = this.server.pick(event.folder, event.index);
        if (found) this.server.remove(event.folder, found.uid);
        return;
      }
      case 'renumber':
        this.server.renumber(event.folder);
        return;
      case 'later':
        this.now += event.days * DAY_MS;
    }
  }

  /** A look as the gateway makes it: over a new connection when the old one is no more. */
  async look(event: Look): Promise<number | 'broken' | undefined> {
    this.#steps = 0;
    this.#look = event;
    try {
      if (event.anew || !this.#watch) {
        this.#watch = this.#newWatch();
        await this.#watch.begin();
      }
      return await this.#watch.look(event.everywhere);
    } catch (error) {
      if (!(error instanceof MailboxFailure)) throw error;
      this.#watch = undefined;
      return 'broken';
    }
  }

  /** The server says that mails of a folder were marked. */
  flagged(path: string): void {
    this.#watch?.touch(path, 'flags');
  }

  /** As a server does in answers to commands and in IDLE. */
  #tell(path: string): void {
    if (this.#store?.openPath === path) this.#watch?.touch(path, 'mail');
  }

  #newWatch(): MailWatch {
    this.#connection += 1;
    const connection = this.#connection;
    // What an earlier life still does must change nothing.
    const step = (): void => {
      if (connection !== this.#connection) throw new MailboxFailure('lost');
      this.#step();
    };
    const stepped =
      <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        step();
        return work(...args);
      };
    const state: NetworkState = {
      get: stepped((...args) => this.#state.get(...args)),
      put: stepped((...args) => this.#state.put(...args)),
      putIfAbsent: stepped((...args) => this.#state.putIfAbsent(...args)),
      delete: stepped((...args) => this.#state.delete(...args)),
      list: stepped((...args) => this.#state.list(...args)),
    };
    const parts = {
      account: ACCOUNT,
      address: 'bob@example.test',
      options: this.options,
      memory: new MailboxMemory(state, ACCOUNT, 'mailbox', this.options.rememberDays),
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      now: () => this.now,
      listener: {
        mail: async (raw: RawMail) => {
          step();
          const id = await text(raw.open());
          if (this.refusal) throw this.refusal;
          this.delivered.push(id);
          return 'delivered' as const;
        },
        relieved: async () => undefined,
        state: () => undefined,
        notice: (notice: Text) => this.notices.push(notice),
        seen: (ids: readonly string[]) => this.seen.push(...ids),
      },
    };
    this.#store = new ModelStore(this.server, step, this.counts);
    return new MailWatch(parts, this.#store, FOLDERS, this.#tries, this.marked);
  }

  #step(): void {
    this.#steps += 1;
    for (const { step, change: event } of this.#look?.meanwhile ?? [])
      if (step === this.#steps) this.apply(event);
    if (this.#look?.crash === this.#steps) {
      this.#connection += 1;
      this.#watch = undefined;
      throw new MailboxFailure('lost');
    }
  }
}
