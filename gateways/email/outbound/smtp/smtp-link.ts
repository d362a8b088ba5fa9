import { isIP } from 'node:net';
import type { NodemailerError } from 'nodemailer/lib/errors';
import SMTPConnection, {
  type SMTPConnectionCustomAuthContext,
  type SMTPConnectionSendInfo,
} from 'nodemailer/lib/smtp-connection';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { Login } from '../../account/credentials.js';
import type { Envelope } from '../../mail/draft.js';
import type { RawMail } from '../../mail/raw-mail.js';
import type { MailServer } from '../../mail/server-options.js';
import { type MailTarget, serverUnreachable } from '../../mail/target.js';
import type { DeliveryWishes, MailSent } from '../sender.js';
import { broken, insecure, refusal, type Step, unknownOutcome } from './failure.js';
import { readAnswer, readExtensions } from './server-answer.js';

/** How long a server may take, in milliseconds. */
export interface LinkTimeouts {
  /** Until the session stands: connection, TLS, greeting. */
  readonly connectMs: number;
  /** Without a byte either way (RFC 5321 §4.5.3.2: an answer to the end of the data may take minutes). */
  readonly silenceMs: number;
  /** For one mail, however busily the server keeps the connection alive. */
  readonly mailMs: number;
}

/** What to connect to and how. */
export interface LinkSetup {
  readonly server: MailServer;
  readonly target: MailTarget;
  /** PEM of the authorities to trust; default the public ones. */
  readonly ca?: string | undefined;
  /** Our name in EHLO. */
  readonly name: string;
  readonly timeouts: LinkTimeouts;
}

/** Name of our SASL handler: nodemailer has one for passwords only and an own idea of tokens. */
const TOKEN_LOGIN = 'OAUTHBEARER';
/** A reply of a server without words for us is not kept longer than this, in bytes. */
const MAX_REPLY = 65_536;
/** How long the server may take to close its side of the connection, in milliseconds. */
const CLOSE_MS = 2_000;
/** `.` and CRLF (RFC 5321 §4.1.1.4), in octets. */
const END_OF_DATA = 3;

/** One SMTP session (RFC 5321). Whatever happens to it, each of its promises settles. */
export class SmtpLink {
  /** Resolves when the connection is gone, which is soon after the link is closed. */
  readonly gone: Promise<void>;
  #gone: () => void = () => undefined;
  #extensions: ReadonlyMap<string, string> = new Map();
  #ready = false;
  #closed = false;
  /** Ends the step that is under way. */
  #interrupt: ((error: NodemailerError) => void) | undefined;
  readonly #connection: SMTPConnection;

  private constructor(private readonly setup: LinkSetup) {
    const { server, target, ca, name, timeouts } = setup;
    const { address, servername } = target;
    this.gone = new Promise((resolve) => {
      this.#gone = resolve;
    });
    this.#connection = new SMTPConnection({
      host: address,
      port: server.port,
      secure: server.security === 'tls',
      requireTLS: server.security === 'starttls',
      ignoreTLS: server.security === 'none',
      name,
      connectionTimeout: timeouts.connectMs,
      greetingTimeout: timeouts.connectMs,
      socketTimeout: timeouts.silenceMs,
      socketCloseTimeout: CLOSE_MS,
      maxResponseSize: MAX_REPLY,
      // The name of the certificate is the server's name, not the address that it has now; else the address itself.
      ...(servername !== '' && isIP(servername) === 0 && { servername }),
      tls: {
        rejectUnauthorized: true,
        ...(ca !== undefined && { ca }),
      },
      customAuth: { [TOKEN_LOGIN]: (context) => tokenLogin(context, server) },
    });
    this.#connection.on('error', (error: NodemailerError) => this.#interrupt?.(error));
    // An error of the command comes first where there is one.
    this.#connection.on('end', () => queueMicrotask(() => this.#end()));
  }

  /** @throws {GatewayError} when there is no session to be had with it, or no protected one (S20) */
  static async open(setup: LinkSetup): Promise<SmtpLink> {
    const link = new SmtpLink(setup);
    const { host } = setup.server;
    try {
      await link.#step<void>((done) => link.#connection.connect((error) => done(error)));
    } catch (error) {
      link.close();
      throw isTlsFailure(error) ? insecure(host) : serverUnreachable(host);
    }
    link.#ready = true;
    // The answer to EHLO; where it was HELO there is nothing in it.
    link.#extensions = readExtensions(link.#connection.lastServerResponse || '');
    return link;
  }

  /** No mail can be sent by it any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @throws {GatewayError} `bad-credentials`, or another one when the server cannot tell now */
  async login(login: Login): Promise<void> {
    const auth =
      'password' in login
        ? { user: login.user, pass: login.password }
        : { user: login.user, pass: login.accessToken, method: TOKEN_LOGIN };
    try {
      await this.#step<void>((done) => this.#connection.login(auth, (error) => done(error)));
    } catch (error) {
      const { response, code } = error as NodemailerError;
      if (isRefusal(response)) throw refusal(response, 'login');
      // Nothing that could be tried, such as an empty password.
      throw code === 'EAUTH' && response === undefined
        ? refusal('535', 'login')
        : broken(this.setup.server.host);
    }
  }

  /**
   * Hands one mail in. After a failure the link may be used again only if it is not closed.
   * @throws {GatewayError} see `MailSender.send`
   */
  async send(envelope: Envelope, mail: RawMail, wishes: DeliveryWishes): Promise<MailSent> {
    const { from, to } = envelope;
    const { host } = this.setup.server;
    const limit = Number(this.#extensions.get('SIZE') ?? 0);
    if (limit > 0 && mail.size > limit)
      throw new GatewayError('too-long', {
        key: 'email-send-over-size',
        args: { megabytes: Math.floor(limit / 1_000_000) },
      });
    const international = [from, ...to].some((address) => /[^\0-\x7f]/.test(address));
    if (international && !this.#extensions.has('SMTPUTF8'))
      throw new GatewayError('unsupported', { key: 'email-send-no-utf8', args: { host } });
    const source = mail.open();
    /** The end of the data may have left from here on. */
    let ended = false;
    source.once('end', () => {
      ended = true;
    });
    // nodemailer sees it too, but not before it begins to send.
    source.on('error', () => undefined);
    const [only] = to;
    try {
      const info = await this.#step<SMTPConnectionSendInfo>(
        (done) =>
          this.#connection.send(
            {
              from,
              to: [...to],
              size: mail.size,
              use8BitMime: international,
              dsn: {
                ret: 'HDRS',
                envid: wishes.id,
                notify: ['FAILURE', 'DELAY', ...(wishes.success ? ['SUCCESS'] : [])],
                // nodemailer has one for all recipients; without it servers name the recipient that they were given.
                ...(to.length === 1 && !international && only !== undefined && { orcpt: `rfc822;${only}` }),
              },
            },
            source,
            (error, result) => done(error, result),
          ),
        this.setup.timeouts.mailMs,
      );
      // A server that says yes before it has everything, the line with the dot included, is none.
      if (info.messageSize < mail.size + END_OF_DATA) throw new Error('answered too early');
      return { refused: (info.rejectedErrors ?? []).map(refused), reports: this.#extensions.has('DSN') };
    } catch (error) {
      source.destroy();
      throw await this.#failed(error as NodemailerError, ended);
    }
  }

  /** Ends the session, politely where that costs nothing. */
  close(): void {
    if (this.#closed) return;
    if (this.#interrupt === undefined && this.#ready) this.#connection.quit();
    this.#connection.close();
    this.#end();
  }

  /** What a failed try means; leaves the link open only if the server has just said no to the envelope. */
  async #failed(error: NodemailerError, ended: boolean): Promise<GatewayError> {
    const { host } = this.setup.server;
    const { response, command } = error;
    const said = isRefusal(response) ? response : undefined;
    // After DATA some of the mail may still be on its way to the socket.
    const clean = said !== undefined && !said.startsWith('421') && command !== 'DATA';
    if (!clean || !(await this.#reset())) this.close();
    if (said === undefined) return ended ? unknownOutcome(host) : broken(host);
    return refusal(said, STEPS[String(command)] ?? 'data');
  }

  async #reset(): Promise<boolean> {
    try {
      await this.#step<void>((done) => this.#connection.reset((error) => done(error)));
      return true;
    } catch {
      return false;
    }
  }

  /** One exchange with the server, which ends by its answer, an error, the end of the connection, or time. */
  async #step<T>(
    run: (done: (error: NodemailerError | null | undefined, result?: T) => void) => void,
    timeoutMs = this.setup.timeouts.silenceMs,
  ): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#interrupt = reject;
        timer = setTimeout(() => {
          reject(new Error('too slow'));
          this.#connection.close();
        }, timeoutMs);
        run((error, result) => (error ? reject(error) : resolve(result as T)));
      });
    } finally {
      clearTimeout(timer);
      this.#interrupt = undefined;
    }
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#interrupt?.(new Error('closed') as NodemailerError);
    const socket = this.#connection._socket;
    if (socket && !socket.closed) socket.once('close', this.#gone);
    else this.#gone();
  }
}

function refused({ recipient = '', response }: NodemailerError): MailSent['refused'][number] {
  const { code = 0, text } = readAnswer(String(response ?? ''));
  return { address: recipient, answer: text === '' ? String(code) : text, later: code < 500 };
}

/** Where a command of nodemailer's belongs. */
const STEPS: Readonly<Record<string, Step>> = {
  'MAIL FROM': 'sender',
  'RCPT TO': 'recipient',
  DATA: 'data',
};

/** A reply that is no (RFC 5321 §4.2.1), and nothing else that a server may have written. */
function isRefusal(response: unknown): response is string {
  return typeof response === 'string' && /^[45]\d\d/.test(response);
}

function isTlsFailure(error: unknown): boolean {
  const { code, originalCode } = error as NodemailerError & { originalCode?: unknown };
  return code === 'ETLS' || /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(String(originalCode ?? ''));
}

/** SASL XOAUTH2 as Google and Microsoft have it, else OAUTHBEARER (RFC 7628 §3.1). */
async function tokenLogin(
  context: SMTPConnectionCustomAuthContext,
  { host, port }: MailServer,
): Promise<void> {
  const { user, pass: token } = context.auth.credentials;
  const [mechanism, message, giveUp] = context.authMethods.includes('XOAUTH2')
    ? ['XOAUTH2', `user=${user}\x01auth=Bearer ${token}\x01\x01`, '']
    : [
        'OAUTHBEARER',
        `n,a=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`,
        Buffer.from('\x01').toString('base64'),
      ];
  let answer = await context.sendCommand(`AUTH ${mechanism} ${Buffer.from(message).toString('base64')}`);
  // What is wrong, as JSON for nobody; the refusal comes after it.
  if (answer.status === 334) answer = await context.sendCommand(giveUp);
  if (answer.status !== 235) throw new Error('login refused');
}
