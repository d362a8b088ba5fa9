// Stub of all mail servers of the world. Own process. Hands mails to the gateway's domain as Postfix does, by several
// connections that it keeps, and brings again what was put off; takes what the gateway sends, as a relay or as the
// submission server of users' own mailboxes; answers for DNS; has files to be fetched by HTTP, and fetches them.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { serve } from '../harness/channel.js';
import { monotonicMicros, pause } from '../harness/clock.js';
import { evenly, type Sent } from '../harness/sender.js';
import { sequenceOf, stampOf, type Tallied, Tally } from '../harness/tally.js';
import { type ComposedMail, deliveryReport, MailWriter, type Recipients } from './composed-mails.js';
import { personAddress, userAddress } from './mail-addresses.js';
import { startNameServer } from './name-server.js';
import { type HandedMail, SmtpClient } from './smtp-client.js';

/** Mails handed on at a time: Postfix's default of destinations is 20. */
const CONNECTIONS = 20;
const REPEAT_MS = 500;
const LOST_MS = 200;

/** Where the stub listens, all on 127.0.0.1. */
export interface WorldPorts {
  readonly relay: number;
  readonly names: number;
  readonly files: number;
}

/** A mail of the gateway's users, in monotonic microseconds. */
export interface Submission {
  readonly sequence: number;
  /** When its stanza was written. */
  readonly writtenAt: number;
  readonly takenAt: number;
}

/** When something happened to a mail, in monotonic microseconds. */
export interface MailTime {
  readonly sequence: number;
  readonly at: number;
}

/** What the gateway has done since the last reset. */
export interface WorldCounters {
  /** Mails of ours that it has taken. */
  readonly taken: number;
  /** Times that it put one off. */
  readonly refused: number;
  readonly firstRefusal: string;
  /** Different mails of its users. */
  readonly submitted: number;
  readonly submittedAgain: number;
  readonly reports: number;
}

/** A file that came, or went. */
export interface SeenFile {
  readonly bytes: number;
  readonly sha256: string;
}

class MailWorld {
  readonly #writer = new MailWriter();
  readonly #taken = new Tally();
  readonly #submitted = new Tally();
  readonly #submissions = new Map<number, Submission>();
  readonly #files: SeenFile[] = [];
  readonly #filed = new Tally();
  readonly #idle: SmtpClient[] = [];
  readonly #queue: HandedMail[] = [];
  #busy = 0;
  #gatewayPort = 0;
  #letters: ComposedMail[] = [];
  #due: MailTime[] = [];
  #refused = 0;
  #firstRefusal = '';
  #submittedAgain = 0;
  #reports = 0;
  #reportAfterMs: number | undefined;
  #file = Buffer.alloc(0);

  async listen(): Promise<WorldPorts> {
    const relay = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      allowInsecureAuth: true,
      hideDSN: false,
      size: 1_000_000_000,
      disableReverseLookup: true,
      onAuth: (_login, _session, done) => done(null, { user: 'bench' }),
      onData: (stream, session, done) => void this.#take(stream, session).then(() => done(), done),
    });
    // A gateway that was stopped.
    relay.on('error', () => undefined);
    const files = createServer((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': this.#file.length,
      });
      response.end(this.#file);
    });
    const listening = [relay.listen(0, '127.0.0.1'), files.listen(0, '127.0.0.1')];
    await Promise.all(listening.map((server) => once(server, 'listening')));
    const [relayPort = 0, filesPort = 0] = listening.map((server) => (server.address() as AddressInfo).port);
    return {
      relay: relayPort,
      names: await startNameServer(this.#writer.records()),
      files: filesPort,
    };
  }

  /** Where the gateway takes mail from now on. Rejects until it listens there. */
  async meet(argument: { readonly port: number }): Promise<void> {
    this.#gatewayPort = argument.port;
    this.#idle.splice(0);
    (await SmtpClient.open(argument.port)).close();
  }

  /** Forgets what has been; `reportAfterMs`: success is reported so long after each mail; undefined: it is not. */
  reset(argument: { readonly reportAfterMs?: number }): void {
    this.#taken.reset();
    this.#submitted.reset();
    this.#submissions.clear();
    this.#files.splice(0);
    this.#filed.reset();
    this.#due = [];
    this.#refused = 0;
    this.#firstRefusal = '';
    this.#submittedAgain = 0;
    this.#reports = 0;
    this.#reportAfterMs = argument.reportAfterMs;
  }

  counters(): WorldCounters {
    return {
      taken: this.#taken.count,
      refused: this.#refused,
      firstRefusal: this.#firstRefusal,
      submitted: this.#submissions.size,
      submittedAgain: this.#submittedAgain,
      reports: this.#reports,
    };
  }

  /** Writes and signs mails to be sent later. */
  async prepare({ count, ...to }: Recipients & { readonly count: number }): Promise<void> {
    while (this.#letters.length < count) this.#letters.push(await this.#writer.letter(to));
  }

  /** Sends what was prepared, evenly. */
  send(argument: { readonly perSecond: number }): Promise<Sent> {
    const letters = this.#letters;
    this.#letters = [];
    let next = 0;
    return evenly(letters.length, argument.perSecond, () => {
      const letter = letters[next];
      next += 1;
      if (letter === undefined) return;
      this.#due.push({ sequence: letter.sequence, at: monotonicMicros() });
      this.#hand({ ...letter, data: [letter.data] });
    });
  }

  /** When each mail was to be sent: one that waits for a connection is late by then. */
  due(): readonly MailTime[] {
    return this.#due;
  }

  /** The mails of the gateway's users. */
  submissions(): readonly Submission[] {
    return [...this.#submissions.values()];
  }

  /** Resolves once so many of our mails have been taken since the last reset. */
  expectTaken(argument: { readonly count: number }): Promise<Tallied> {
    return this.#taken.reach(argument.count);
  }

  expectSubmitted(argument: { readonly count: number }): Promise<Tallied> {
    return this.#submitted.reach(argument.count);
  }

  /** A file of so many bytes that cannot be made smaller. */
  makeFile(argument: { readonly bytes: number }): SeenFile {
    this.#file = randomBytes(argument.bytes);
    return seen(this.#file);
  }

  /** A mail with that file to each of so many users, at once. */
  sendFile(argument: { readonly users: number }): Sent {
    const startedAt = monotonicMicros();
    for (let user = 0; user < argument.users; user += 1)
      this.#hand({
        returnPath: personAddress(user, 0),
        recipient: userAddress(user),
        data: { [Symbol.iterator]: () => this.#writer.parcel(user, this.#file) },
      });
    return { startedAt };
  }

  /** Resolves with the files in so many mails of the gateway's users. */
  async expectFiles(argument: {
    readonly count: number;
  }): Promise<Tallied & { readonly files: readonly SeenFile[] }> {
    return { ...(await this.#filed.reach(argument.count)), files: this.#files };
  }

  /** Fetches what a link leads to. */
  async fetch(argument: { readonly url: string }): Promise<SeenFile> {
    return seen(Buffer.from(await (await fetch(argument.url)).arrayBuffer()));
  }

  #hand(mail: HandedMail): void {
    this.#queue.push(mail);
    this.#pump();
  }

  #pump(): void {
    while (this.#busy < CONNECTIONS) {
      const mail = this.#queue.shift();
      if (mail === undefined) return;
      this.#busy += 1;
      void this.#deliver(mail).finally(() => {
        this.#busy -= 1;
        this.#pump();
      });
    }
  }

  async #deliver(mail: HandedMail): Promise<void> {
    const client = this.#idle.pop() ?? (await SmtpClient.open(this.#gatewayPort).catch(() => undefined));
    const reply = (await client?.send(mail)) ?? '421 not connected';
    if (client !== undefined && !reply.startsWith('421')) this.#idle.push(client);
    if (reply.startsWith('2')) {
      this.#taken.add();
      return;
    }
    this.#refused += 1;
    if (this.#refused === 1) this.#firstRefusal = reply.trim();
    if (client === undefined) await pause(LOST_MS);
    setTimeout(() => this.#hand(mail), REPEAT_MS);
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    const takenAt = monotonicMicros();
    const mail = Buffer.concat(pieces).toString('latin1');
    const { mailFrom, rcptTo } = session.envelope;
    const sequence = sequenceOf(mail);
    if (sequence === undefined) {
      const file = fileIn(mail);
      if (file === undefined) return;
      this.#files.push(seen(file));
      this.#filed.add();
      return;
    }
    if (this.#submissions.has(sequence)) {
      this.#submittedAgain += 1;
      return;
    }
    this.#submissions.set(sequence, { sequence, takenAt, writtenAt: stampOf(mail) ?? Number.NaN });
    this.#submitted.add();
    const returnPath = mailFrom ? mailFrom.address : '';
    if (this.#reportAfterMs === undefined) return;
    const report = deliveryReport(returnPath, rcptTo[0]?.address ?? '', mail);
    setTimeout(() => {
      this.#reports += 1;
      this.#hand({ returnPath: '', recipient: returnPath, data: [report] });
    }, this.#reportAfterMs);
  }
}

/** The first part in base64, decoded. */
function fileIn(mail: string): Buffer | undefined {
  const header = /\r\ncontent-disposition: attachment[\s\S]*?\r\n\r\n/i.exec(mail);
  if (header === null) return undefined;
  const start = header.index + header[0].length;
  const end = mail.indexOf('\r\n--', start);
  return Buffer.from(mail.slice(start, end < 0 ? mail.length : end), 'base64');
}

function seen(bytes: Buffer): SeenFile {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Operations of the stub, for the process that calls it. */
export type WorldOperations = ReturnType<typeof operationsOf>;

function operationsOf(world: MailWorld) {
  return {
    listen: () => world.listen(),
    meet: (argument: { readonly port: number }) => world.meet(argument),
    reset: (argument: { readonly reportAfterMs?: number }) => world.reset(argument),
    counters: () => world.counters(),
    prepare: (argument: Recipients & { readonly count: number }) => world.prepare(argument),
    send: (argument: { readonly perSecond: number }) => world.send(argument),
    due: () => world.due(),
    submissions: () => world.submissions(),
    expectTaken: (argument: { readonly count: number }) => world.expectTaken(argument),
    expectSubmitted: (argument: { readonly count: number }) => world.expectSubmitted(argument),
    makeFile: (argument: { readonly bytes: number }) => world.makeFile(argument),
    sendFile: (argument: { readonly users: number }) => world.sendFile(argument),
    expectFiles: (argument: { readonly count: number }) => world.expectFiles(argument),
    fetch: (argument: { readonly url: string }) => world.fetch(argument),
  };
}

serve(operationsOf(new MailWorld()));
