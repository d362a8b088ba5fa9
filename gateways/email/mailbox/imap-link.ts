import { readFile } from 'node:fs/promises';
import { ImapFlow } from 'imapflow';
import type { TargetPolicy } from '../../../src/gateway/gateway.js';
import type { Login } from '../account/credentials.js';
import type { MailServer } from '../mail/server-options.js';
import { resolveTarget } from '../mail/target.js';
import { commandFailure, loginFailure, MailboxFailure } from './failure.js';
import type { MailboxOptions } from './options.js';

/** Where and how to connect. */
export interface LinkParts {
  readonly server: MailServer;
  /** The operator has listed the server: it may be a private one. */
  readonly listed: boolean;
  readonly targets: TargetPolicy;
  readonly options: MailboxOptions;
  readonly software: { readonly name: string; readonly version: string };
}

/** How often a running command is looked at, in milliseconds. */
const LOOK_MS = 250;
/** A line is an answer to SEARCH at the longest: a UID has ten digits. */
const LINE_BYTES = 8_388_608;

/**
 * Numbers of mails that are gone (RFC 7162 §3.2.10) are not asked for, and the library deals with millions of them, which
 * fit in a line, without a pause: a server could keep the whole gateway busy.
 */
class PlainImapFlow extends ImapFlow {
  async untaggedVanished(): Promise<void> {}
}

/** One connection to an IMAP server, bounded in time and bytes whatever the server does. */
export class ImapLink {
  #broken: MailboxFailure | undefined;
  #sinceLook = 0;

  private constructor(
    readonly client: ImapFlow,
    private readonly options: MailboxOptions,
  ) {
    // An error without a listener would end the process.
    client.on('error', (error) => {
      this.#broken ??= commandFailure(error);
    });
    client.on('close', () => {
      this.#broken ??= new MailboxFailure('lost');
    });
  }

  /** Connects and logs in. Rejects with MailboxFailure, or GatewayError where the server may not be connected to. */
  static async open(parts: LinkParts, login: Login, signal: AbortSignal): Promise<ImapLink> {
    const { server, options } = parts;
    const target = await resolveTarget(server, parts.targets, parts.listed);
    const ca = server.caFile === undefined ? undefined : await authorities(server.caFile);
    signal.throwIfAborted();
    const client = new PlainImapFlow({
      host: target.address,
      port: server.port,
      secure: server.security === 'tls',
      doSTARTTLS: server.security === 'tls' ? undefined : server.security === 'starttls',
      ...(target.servername !== '' && { servername: target.servername }),
      tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
      auth:
        'password' in login
          ? { user: login.user, pass: login.password }
          : { user: login.user, accessToken: login.accessToken },
      clientInfo: { ...parts.software, vendor: false, 'support-url': false },
      logger: false,
      disableAutoIdle: true,
      // Its windows would be most of what an idle mailbox costs.
      disableCompression: true,
      connectionTimeout: options.connectSeconds * 1_000,
      greetingTimeout: options.connectSeconds * 1_000,
      // Beyond every look, which notices a dead connection by itself.
      socketTimeout: (options.pollSeconds + 2 * options.commandSeconds) * 1_000,
      maxLineLength: LINE_BYTES,
      maxLiteralSize: options.literalBytes,
      maxResponseSize: options.responseBytes,
    });
    const link = new ImapLink(client, options);
    const stop = (): void => client.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await link.#bounded(
        () => client.connect(),
        options.connectSeconds + options.commandSeconds,
        options.responseBytes,
      );
    } catch (error) {
      client.close();
      signal.throwIfAborted();
      throw link.#overrun ?? loginFailure(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    return link;
  }

  /** Why the connection is no more. */
  get broken(): MailboxFailure | undefined {
    return this.#broken;
  }

  /** Runs commands, one call at a time. Rejects with MailboxFailure; after all but `refused` the link is no more. */
  async command<T>(work: (client: ImapFlow) => Promise<T>, moreSeconds = 0, moreBytes = 0): Promise<T> {
    if (this.#broken) throw this.#broken;
    const { commandSeconds, responseBytes } = this.options;
    try {
      return await this.#bounded(
        () => work(this.client),
        commandSeconds + moreSeconds,
        responseBytes + moreBytes,
      );
    } catch (error) {
      const failure = this.#overrun ?? this.#broken ?? commandFailure(error);
      if (failure.kind !== 'refused') this.close(failure);
      throw failure;
    } finally {
      this.#sinceLook = this.client.stats().received;
    }
  }

  /** To be called now and then while nothing is asked: a server that floods is left. */
  checkQuiet(): void {
    const unasked = this.client.stats().received - this.#sinceLook;
    if (unasked > this.options.responseBytes) this.close(new MailboxFailure('garbage'));
    this.#sinceLook = this.client.stats().received;
    if (this.#broken) throw this.#broken;
  }

  /** Ends the connection at once. */
  close(failure = new MailboxFailure('lost')): void {
    this.#broken ??= failure;
    this.client.close();
  }

  /** Takes leave; resolves when the connection is closed. */
  async leave(): Promise<void> {
    if (!this.#broken) {
      const timer = setTimeout(() => this.close(), this.options.closeSeconds * 1_000);
      await this.client.logout().catch(() => undefined);
      clearTimeout(timer);
    }
    this.close();
  }

  #overrun: MailboxFailure | undefined;

  async #bounded<T>(work: () => Promise<T>, seconds: number, bytes: number): Promise<T> {
    const started = Date.now();
    const { received } = this.client.stats();
    const over = (failure: MailboxFailure): void => {
      this.#overrun = failure;
      this.client.close();
    };
    const look = setInterval(() => {
      if (Date.now() - started > seconds * 1_000) over(new MailboxFailure('lost', '', 'TIMEOUT'));
      else if (this.client.stats().received - received > bytes) over(new MailboxFailure('garbage'));
    }, LOOK_MS);
    try {
      const done = await work();
      if (this.client.stats().received - received > bytes) over(new MailboxFailure('garbage'));
      // The library takes some failures for an answer.
      if (this.#overrun ?? this.#broken) throw this.#overrun ?? this.#broken;
      return done;
    } finally {
      clearInterval(look);
    }
  }
}

async function authorities(file: string): Promise<Buffer> {
  return readFile(file).catch(() => {
    throw new MailboxFailure('certificate');
  });
}
