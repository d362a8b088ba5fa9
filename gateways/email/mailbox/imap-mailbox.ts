import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Log, TargetPolicy } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { ConnectionState } from '../../../src/gateway/session.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { Text } from '../../../src/gateway/text.js';
import type { Credentials } from '../account/credentials.js';
import type { MailboxSettings } from '../account/settings.js';
import type { ParseLimits } from '../mail/options.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { MailServer } from '../mail/server-options.js';
import type { Spool } from '../mail/spool.js';
import { backoffMs } from './backoff.js';
import { failureText, MailboxFailure } from './failure.js';
import { planFolders } from './folder-plan.js';
import type { MailboxGates } from './gate.js';
import type { ImapLink } from './imap-link.js';
import { ImapStore } from './imap-store.js';
import { logIn } from './log-in.js';
import { MailWatch } from './mail-watch.js';
import type { Mailbox, MailboxListener } from './mailbox.js';
import { MailboxMemory } from './mailbox-memory.js';
import type { MailboxOptions } from './options.js';
import { SeenMarks } from './seen-marks.js';
import { SentCopies } from './sent-copies.js';
import { Tries } from './tries.js';
import { Wake } from './wake.js';

/** What a mailbox is made of. */
export interface MailboxParts {
  readonly account: AccountId;
  readonly settings: MailboxSettings;
  /** Where the mailbox is now. */
  readonly server: MailServer;
  /** The operator has listed the server: it may be a private one. */
  readonly listed: boolean;
  /** Folders besides the inbox that the user wishes to see, by path or name. */
  readonly folders: readonly string[];
  readonly credentials: Credentials;
  readonly listener: MailboxListener;
  readonly spool: Spool;
  readonly state: NetworkState;
  readonly options: MailboxOptions;
  readonly limits: ParseLimits;
  readonly targets: TargetPolicy;
  readonly log: Log;
  /** The same for all mailboxes of a gateway. */
  readonly gates: MailboxGates;
  readonly software: { readonly name: string; readonly version: string };
}

/** A connection that stood so long (milliseconds) was none that fails at once. */
const STEADY_MS = 60_000;
/** Rest after a look that was asked for by the server, so that it cannot have us look all the time, in milliseconds. */
const REST_MS = 250;

/** A user's mailbox on an IMAP server (RFC 9051, RFC 3501), watched over one connection. */
export class ImapMailbox implements Mailbox {
  #state: ConnectionState = { state: 'idle' };
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #wake = new Wake();
  readonly #told = new Set<string>();
  readonly #memory: MailboxMemory;
  readonly #tries = new Tries();
  readonly #marks: SeenMarks;
  readonly #copies: SentCopies;

  constructor(private readonly parts: MailboxParts) {
    const { settings, state, account, options } = parts;
    const name = `${settings.imap.host} ${settings.user}`;
    this.#memory = new MailboxMemory(state, account, name, options.rememberDays);
    this.#marks = new SeenMarks(this.#memory);
    const memory = this.#memory;
    this.#copies = new SentCopies({
      ...parts,
      memory,
      gate: parts.gates.filing,
      filesSent: settings.filesSent,
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Nothing happens while it runs; after a refused login it tries again. */
  start(): void {
    if (this.#running) return;
    const stop = new AbortController();
    const running = { stop, ended: Promise.resolve() };
    running.ended = this.#run(stop.signal)
      .catch((error: unknown) => this.#log('error', error, 'Watching a mailbox has ended'))
      .finally(() => {
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    running?.stop.abort(new MailboxFailure('lost'));
    this.#wake.ring();
    // What is being passed on just now may take its time; its mail comes again if that fails.
    const patience = new AbortController();
    const { closeSeconds } = this.parts.options;
    await Promise.race([
      running?.ended,
      sleep(closeSeconds * 1_000, undefined, patience).catch(() => undefined),
    ]);
    patience.abort();
    if (this.#running === running) this.#running = undefined;
    this.#report({ state: 'idle' });
  }

  async markSeen(messageIds: readonly string[]): Promise<void> {
    await this.#marks.add(messageIds);
    this.#wake.ring();
  }

  async fileSent(messageId: string, raw: RawMail): Promise<void> {
    await this.#copies.add(messageId, raw, () => this.#wake.ring());
  }

  async #run(signal: AbortSignal): Promise<void> {
    let attempt = 0;
    this.#wake = new Wake();
    this.#report({ state: 'connecting' });
    while (!signal.aborted) {
      let steady = 0;
      try {
        const link = await logIn(this.parts, signal);
        const since = Date.now();
        try {
          await this.#serve(link, signal);
        } finally {
          this.#copies.offline();
          steady = Date.now() - since;
          await link.leave();
        }
      } catch (error) {
        if (signal.aborted) break;
        const bad = error instanceof GatewayError && error.code === 'bad-credentials';
        if (bad || (error instanceof MailboxFailure && error.kind === 'credentials')) {
          this.#report({ state: 'bad-credentials', text: this.#textOf(error) });
          return;
        }
        this.#log('info', error, 'A mailbox is away');
        // A connection that stood and broke is made again before anybody is told.
        if (steady > STEADY_MS) {
          attempt = 0;
          this.#report({ state: 'connecting' });
        } else this.#report({ state: 'transient-failure', text: this.#textOf(error) });
      }
      const pause = backoffMs(this.parts.options.reconnect, attempt, Math.random());
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      attempt += 1;
    }
  }

  /** Watches over one connection until it is lost, which is a rejection. */
  async #serve(link: ImapLink, signal: AbortSignal): Promise<void> {
    const { options, limits, spool, folders } = this.parts;
    const { client } = link;
    const close = (): void => link.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      const plan = planFolders(await link.command((imap) => imap.list()), folders);
      for (const folder of plan.unknown) this.#notice({ key: 'email-mailbox-no-folder', args: { folder } });
      const store = new ImapStore(link, spool, options, limits);
      const watch = new MailWatch(
        { ...this.parts, address: this.parts.settings.address, memory: this.#memory, now: Date.now },
        store,
        plan.folders,
        this.#tries,
        this.#marks.marked,
      );
      client.on('exists', ({ path }) => {
        watch.touch(path, 'mail');
        this.#wake.ring();
      });
      client.on('flags', ({ path }) => {
        watch.touch(path, 'flags');
        this.#wake.ring();
      });
      client.on('close', () => this.#wake.ring());
      await watch.begin();
      await store.open(plan.folders[0]?.path ?? 'INBOX');
      this.#report({ state: 'connected' });
      let nextPoll = 0;
      let nextLook = 0;
      for (;;) {
        await this.#marks.apply(store, watch);
        await this.#copies.apply(store, plan.sent, signal);
        const poll = Date.now() >= nextPoll;
        if (Date.now() >= nextLook) {
          const pause = await watch.look(poll);
          if (poll) nextPoll = Date.now() + options.pollSeconds * 1_000;
          nextLook = pause === undefined ? 0 : Date.now() + pause;
        }
        if (nextLook === 0 && client.capabilities.has('IDLE')) void client.idle().catch(() => undefined);
        await sleep(REST_MS, undefined, { signal });
        await this.#wake.sleep(Math.max(0, Math.max(nextLook, nextLook === 0 ? nextPoll : 0) - Date.now()));
        signal.throwIfAborted();
        link.checkQuiet();
      }
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  #textOf(error: unknown): Text {
    if (error instanceof GatewayError) return error.text;
    const failure = error instanceof MailboxFailure ? error : new MailboxFailure('lost');
    return failureText(failure, this.parts.server.host);
  }

  #report(state: ConnectionState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.parts.listener.state(state);
  }

  /** Once, however often it connects. */
  #notice(text: Text): void {
    const name = JSON.stringify(text);
    if (this.#told.has(name)) return;
    this.#told.add(name);
    this.parts.listener.notice(text);
  }

  #log(level: 'info' | 'error', error: unknown, message: string): void {
    const { account, log } = this.parts;
    log[level]({ account, reason: error instanceof Error ? error.message : 'unknown' }, message);
  }
}
