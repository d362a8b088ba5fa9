// Stub IMAP server (RFC 9051, as much of it as the gateway asks for) with as many mailboxes as anybody logs in to, each
// with an inbox that holds some read mails. Own process.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { serve } from '../harness/channel.js';
import { type Tallied, Tally } from '../harness/tally.js';

const CAPABILITIES = 'IMAP4rev1 IDLE UIDPLUS CONDSTORE ENABLE SPECIAL-USE LIST-EXTENDED NAMESPACE ID SASL-IR';
const FOLDERS = [
  ['\\HasNoChildren', 'INBOX'],
  ['\\HasNoChildren \\Sent', 'Sent'],
  ['\\HasNoChildren \\Junk', 'Junk'],
  ['\\HasNoChildren \\Trash', 'Trash'],
] as const;
/** Mails of an inbox. */
const MAILS = 50;

/** PEM files. */
interface Files {
  readonly certificate: string;
  readonly key: string;
}

/** What the gateway has done. */
export interface MailboxCounters {
  readonly connections: number;
  /** Connections that are in IDLE now. */
  readonly idle: number;
  readonly commands: number;
  /** Of those, what is not known here; empty: none. */
  readonly unknown: string;
}

class Mailboxes {
  readonly #idling = new Tally();
  #connections = 0;
  #idle = 0;
  #commands = 0;
  #unknown = '';

  /** Listens with TLS on a free loopback port. */
  listen({ certificate, key }: Files): Promise<number> {
    const server = createServer(
      { cert: readFileSync(certificate), key: readFileSync(key), noDelay: true },
      (socket) => this.#accept(socket),
    );
    server.on('tlsClientError', () => undefined);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  }

  counters(): MailboxCounters {
    return {
      connections: this.#connections,
      idle: this.#idle,
      commands: this.#commands,
      unknown: this.#unknown,
    };
  }

  /** Counts those that begin to idle from now on. */
  reset(): void {
    this.#idling.reset();
    this.#commands = 0;
  }

  /** Resolves once so many connections have begun to idle since the last reset. */
  expectIdle(argument: { readonly count: number }): Promise<Tallied> {
    return this.#idling.reach(argument.count);
  }

  #accept(socket: TLSSocket): void {
    let pending = '';
    let idle: string | undefined;
    this.#connections += 1;
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#connections -= 1;
      if (idle !== undefined) this.#idle -= 1;
    });
    socket.on('data', (text: string) => {
      pending += text;
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (idle !== undefined) {
          if (line.toUpperCase() !== 'DONE') continue;
          socket.write(`${idle} OK idled\r\n`);
          idle = undefined;
          this.#idle -= 1;
          continue;
        }
        const [tag = '*', name = '', ...words] = line.split(' ');
        if (name.toUpperCase() === 'IDLE') {
          idle = tag;
          this.#idle += 1;
          socket.write('+ idling\r\n');
          this.#idling.add();
        } else socket.write(this.#answer(tag, name.toUpperCase(), words));
      }
    });
    socket.write(`* OK [CAPABILITY ${CAPABILITIES}] ready\r\n`);
  }

  #answer(tag: string, name: string, words: readonly string[]): string {
    this.#commands += 1;
    const done = `${tag} OK done\r\n`;
    switch (name) {
      case 'CAPABILITY':
        return `* CAPABILITY ${CAPABILITIES}\r\n${done}`;
      case 'LOGIN':
      case 'AUTHENTICATE':
        return `${tag} OK [CAPABILITY ${CAPABILITIES}] in\r\n`;
      case 'ID':
        return `* ID NIL\r\n${done}`;
      case 'NAMESPACE':
        return `* NAMESPACE (("" "/")) NIL NIL\r\n${done}`;
      case 'ENABLE':
        return `* ENABLED CONDSTORE\r\n${done}`;
      case 'LIST':
        return `${FOLDERS.map(([flags, path]) => `* LIST (${flags}) "/" ${path}\r\n`).join('')}${done}`;
      case 'LSUB':
        return `${FOLDERS.map(([, path]) => `* LSUB () "/" ${path}\r\n`).join('')}${done}`;
      case 'SELECT':
      case 'EXAMINE':
        return (
          `* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n* ${MAILS} EXISTS\r\n* 0 RECENT\r\n` +
          `* OK [PERMANENTFLAGS (\\Seen \\*)] all\r\n* OK [UIDVALIDITY 1] valid\r\n* OK [UIDNEXT ${MAILS + 1}] next\r\n` +
          `* OK [HIGHESTMODSEQ 100] modseq\r\n${tag} OK [READ-WRITE] selected\r\n`
        );
      case 'STATUS':
        return `* STATUS ${words[0]} (MESSAGES ${MAILS} UIDNEXT ${MAILS + 1} UIDVALIDITY 1 HIGHESTMODSEQ 100)\r\n${done}`;
      case 'UID':
        // Nothing new, and nothing found.
        return words[0]?.toUpperCase() === 'SEARCH' ? `* SEARCH\r\n${done}` : done;
      case 'LOGOUT':
        return `* BYE\r\n${done}`;
      case 'NOOP':
      case 'FETCH':
      case 'SEARCH':
      case 'CLOSE':
      case 'UNSELECT':
        return done;
      default:
        this.#unknown = name;
        return `${tag} BAD ${name} is not known\r\n`;
    }
  }
}

/** Operations of the stub, for the process that calls it. */
export type MailboxOperations = ReturnType<typeof operationsOf>;

function operationsOf(mailboxes: Mailboxes) {
  return {
    listen: (files: Files) => mailboxes.listen(files),
    counters: () => mailboxes.counters(),
    reset: () => mailboxes.reset(),
    expectIdle: (argument: { readonly count: number }) => mailboxes.expectIdle(argument),
  };
}

serve(operationsOf(new Mailboxes()));
