import { once } from 'node:events';
import type { BlockList } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Log } from '../../../src/gateway/gateway.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { Spool } from '../mail/spool.js';
import { Admission } from './admission.js';
import type { HeaderBlock } from './header-block.js';
import { MailGuard } from './mail-guard.js';
import type { ArrivalLimits } from './options.js';
import type { Recipient } from './recipients.js';
import { SmtpRefusal } from './refusal.js';
import { clientOf, isAmong, type SmtpClient } from './smtp-client.js';

/** What a host may call itself (RFC 5321 §4.1.1.1), some more letters allowed that are seen in practice. */
const HELO = /^(?:\[[0-9a-f:.]+\]|\[ipv6:[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]{0,253}[a-z0-9_])?\.?)$/i;
/** Commands of other times, and logins: nobody logs in here. */
const NEVER = ['AUTH', 'WIZ', 'SHELL', 'KILL'];
const PROXY = ['XCLIENT', 'XFORWARD'];

/** A mail that has arrived whole. */
export interface ArrivedMail {
  readonly raw: RawMail;
  readonly header: HeaderBlock;
  /** As given; empty: null. */
  readonly returnPath: string;
  readonly client: SmtpClient;
  /** The client is a trusted relay, or is spoken for by one. */
  readonly relayed: boolean;
  /** At least one. */
  readonly recipients: readonly Recipient[];
}

/** What becomes of mails. */
export interface MailReception {
  /** Whom an address stands for. Rejects with SmtpRefusal, or with another error: try later. */
  recipient(address: string): Promise<Recipient>;
  /** Resolves when the mail is durable for all recipients. Rejects likewise. The mail is removed afterwards. */
  take(mail: ArrivedMail): Promise<void>;
}

/** Where and as what to listen. */
export interface ListenerSetup {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  /** Bytes of a mail. */
  readonly maxBytes: number;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly trustedRelays: BlockList;
  readonly limits: ArrivalLimits;
}

/** A connection that is under way. */
interface Connection {
  readonly peer: string;
  readonly trusted: boolean;
  refusals: number;
  /** Of the mail under way. */
  recipients: Recipient[];
}

/** The gateway's own SMTP server (RFC 5321), which takes mail for the gateway's domain and for nobody else. */
export class SmtpListener {
  readonly #server: SMTPServer;
  readonly #connections = new Map<string, Connection>();
  readonly #admission: Admission;

  constructor(
    private readonly setup: ListenerSetup,
    private readonly reception: MailReception,
    private readonly spool: Spool,
    private readonly log: Log,
  ) {
    const { name, maxBytes, tls, limits } = setup;
    this.#admission = new Admission(limits);
    this.#server = new SMTPServer({
      name,
      size: maxBytes,
      ...tls,
      maxClients: limits.connections,
      maxRecipients: limits.recipients,
      socketTimeout: limits.idleMs,
      closeTimeout: limits.closeMs,
      disableReverseLookup: true,
      disabledCommands: [...NEVER, ...(tls ? [] : ['STARTTLS'])],
      // Who may use them is decided for each connection, by networks.
      useXClient: true,
      useXForward: true,
      onConnect: (session, done) => this.#answer(session, done, () => this.#enter(session)),
      onMailFrom: ({ address }, session, done) =>
        this.#answer(session, done, () => this.#begin(session, address)),
      onRcptTo: ({ address }, session, done) =>
        this.#answer(session, done, () => this.#add(session, address)),
      onData: (stream, session, done) => this.#answer(session, done, () => this.#receive(stream, session)),
      onClose: (session) => this.#leave(session),
    });
    this.#server.on('error', (error: Error) => this.log.debug({ err: error }, 'an SMTP connection failed'));
  }

  /** Resolves when it listens. Rejects when the address cannot be had; then it is of no more use. */
  async start(): Promise<void> {
    const { host, port } = this.setup;
    const listening = this.#server.listen(port, host);
    await once(listening, 'listening');
  }

  /** Resolves when all connections are closed; what is not handed over by then will be brought again. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #enter(session: SMTPServerSession): void {
    const peer = session.remoteAddress;
    const trusted = isAmong(this.setup.trustedRelays, peer);
    if (!trusted) {
      this.#admission.enter(peer);
      // Replaces the server's own list for this connection.
      session.disabledCommands = [...NEVER, ...PROXY, ...(this.setup.tls ? [] : ['STARTTLS'])];
    }
    this.#connections.set(session.id, { peer, trusted, refusals: 0, recipients: [] });
  }

  #leave({ id }: SMTPServerSession): void {
    const connection = this.#connections.get(id);
    this.#connections.delete(id);
    if (connection && !connection.trusted) this.#admission.leave(connection.peer);
  }

  #begin(session: SMTPServerSession, returnPath: string): void {
    const connection = this.#connection(session);
    connection.recipients = [];
    // A relay has judged its client's greeting already; to refuse it here would send a report to the mail's author.
    if (!connection.trusted && !HELO.test(session.hostNameAppearsAs))
      throw new SmtpRefusal(501, '5.5.4 say HELO with the name of your host');
    if (returnPath !== '' && /[^\x21-\x7e\u00a1-\uffff]/u.test(returnPath))
      throw new SmtpRefusal(501, '5.1.7 bad sender address');
    const { address } = clientOf(session, connection.peer, connection.trusted);
    if (address !== undefined) this.#admission.mailFrom(address);
  }

  async #add(session: SMTPServerSession, address: string): Promise<void> {
    const connection = this.#connection(session);
    const recipient = await this.reception.recipient(address);
    if (recipient.kind === 'user') this.#admission.mailTo(String(recipient.account));
    connection.recipients.push(recipient);
  }

  async #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const connection = this.#connection(session);
    const { recipients, peer, trusted } = connection;
    connection.recipients = [];
    const client = clientOf(session, peer, trusted);
    // What a relay says counts for one mail (XFORWARD, "the attributes are reset").
    session.xForward.clear();
    const { mailFrom } = session.envelope;
    const guard = new MailGuard(this.setup.limits);
    stream.once('error', (error) => guard.destroy(error));
    let raw: RawMail;
    try {
      raw = await this.spool.receive(stream.pipe(guard));
    } catch (error) {
      // The answer comes after the end of the mail, which is read and forgotten.
      stream.unpipe(guard);
      stream.resume();
      throw stream.destroyed ? new SmtpRefusal(421, '4.4.2 the connection is lost') : error;
    }
    const returnPath = mailFrom ? mailFrom.address : '';
    const mail = { raw, header: guard.header, returnPath, client };
    const taken = this.reception.take({ ...mail, relayed: trusted, recipients });
    const removed = taken.catch(() => undefined).then(() => raw.remove());
    removed.catch(() => undefined);
    await this.#inTime(taken);
  }

  /** Later than this the client has given up, and would bring the mail again all the same. */
  async #inTime(taken: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const refusal = new SmtpRefusal(451, '4.3.0 this takes too long, try again later');
      timer = setTimeout(() => reject(refusal), this.setup.limits.deliveryMs);
    });
    await Promise.race([taken, late]).finally(() => clearTimeout(timer));
  }

  #connection({ id }: SMTPServerSession): Connection {
    const connection = this.#connections.get(id);
    if (!connection) throw new SmtpRefusal(421, '4.3.0 this connection has ended');
    return connection;
  }

  /** Runs what a command asks for and answers; never throws. */
  #answer(
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
    work: () => void | Promise<void>,
  ): void {
    void (async () => {
      try {
        await work();
        done();
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal !== error)
          this.log.warn({ err: error }, 'a mail could not be taken; it will be brought again');
        done(this.#count(session, refusal));
      }
    })();
  }

  #count({ id }: SMTPServerSession, refusal: SmtpRefusal): SmtpRefusal {
    const connection = this.#connections.get(id);
    if (!connection || refusal.responseCode < 500) return refusal;
    connection.refusals += 1;
    if (connection.refusals < this.setup.limits.errors || connection.trusted) return refusal;
    return new SmtpRefusal(421, '4.7.0 too many errors');
  }
}

/** The answer to what went wrong: come again, unless that would change nothing. */
function refusalOf(error: unknown): SmtpRefusal {
  if (error instanceof SmtpRefusal) return error;
  if (error instanceof GatewayError) {
    if (error.code === 'too-long') return new SmtpRefusal(552, '5.3.4 this mail is too large');
    if (error.code === 'forbidden') return new SmtpRefusal(550, '5.7.1 mail of this sender is not taken');
    if (error.code === 'limit')
      return new SmtpRefusal(452, '4.3.1 no room for this mail now, try again later');
  }
  return new SmtpRefusal(451, '4.3.0 this mail cannot be taken now, try again later');
}
