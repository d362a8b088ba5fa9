import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { TargetPolicy } from '../../../../src/gateway/gateway.js';
import type { Credentials } from '../../account/credentials.js';
import type { Envelope } from '../../mail/draft.js';
import type { RawMail } from '../../mail/raw-mail.js';
import type { MailServer } from '../../mail/server-options.js';
import { resolveTarget, serverUnreachable } from '../../mail/target.js';
import type { DeliveryWishes, MailSender, MailSent } from '../sender.js';
import type { ConnectionSlots, Slot } from './connection-slots.js';
import { broken, busy } from './failure.js';
import { type LinkTimeouts, SmtpLink } from './smtp-link.js';

/** A server that takes mail. */
export interface SubmissionServer {
  readonly server: MailServer;
  /** The operator has named it: it may be a private one. */
  readonly listed: boolean;
  /** Undefined: it wants no login. */
  readonly credentials?: Pick<Credentials, 'login'> | undefined;
  /** Sessions at once; the slots bound them too. */
  readonly connections: number;
}

/** What all senders of a gateway share. */
export interface SenderEnvironment {
  readonly targets: TargetPolicy;
  readonly slots: ConnectionSlots;
  readonly timeouts: LinkTimeouts;
  /** How long a session is kept for the next mail, in milliseconds. */
  readonly keepMs: number;
  /** Mails of one sender that may wait for a session. */
  readonly waiting: number;
  /** Our name in EHLO. */
  readonly name: string;
}

/** No address can have any of this in SMTP. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const NOT_IN_ADDRESS = /[\x00-\x20\x7f<>]/;

interface Session {
  readonly link: SmtpLink;
  readonly slot: Slot;
  /** Until it is closed for want of mail. */
  timer?: NodeJS.Timeout;
  used: boolean;
}

/**
 * Hands mails to one server. Sessions are opened when there is mail, as many as allowed, and closed soon after; idle, a
 * sender costs nothing.
 */
export class SmtpSender implements MailSender {
  readonly #idle: Session[] = [];
  readonly #open = new Set<Session>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;

  constructor(
    private readonly to: SubmissionServer,
    private readonly environment: SenderEnvironment,
  ) {}

  async send(envelope: Envelope, mail: RawMail, wishes: DeliveryWishes): Promise<MailSent> {
    for (const address of [...envelope.to, ...(envelope.from === '' ? [] : [envelope.from])])
      if (NOT_IN_ADDRESS.test(address) || !address.includes('@'))
        throw new GatewayError('bad-address', { key: 'email-bad-address' });
    await this.#turn();
    try {
      for (;;) {
        const session = await this.#session();
        const again = session.used;
        try {
          session.used = true;
          return await session.link.send(envelope, mail, wishes);
        } catch (error) {
          // The server had ended a session that was kept, before the mail was with it: that is no failure.
          if (!(again && session.link.closed && isRetryable(error))) throw error;
        } finally {
          this.#keep(session);
        }
      }
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { link } of this.#open) link.close();
    await Promise.all([...this.#open].map(({ link }) => link.gone));
  }

  /** Waits until fewer mails are under way than there may be sessions. */
  async #turn(): Promise<void> {
    if (this.#running < this.to.connections) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.environment.waiting) throw busy();
    // Whoever is done hands his turn over.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #session(): Promise<Session> {
    const { server } = this.to;
    if (this.#closed) throw serverUnreachable(server.host);
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      kept.slot.busy();
      if (!kept.link.closed) return kept;
    }
    const slot = await this.environment.slots.acquire(`${server.host}:${server.port}`);
    try {
      const link = await this.#logIn();
      const session: Session = { link, slot, used: false };
      this.#open.add(session);
      link.gone.then(() => this.#forget(session));
      // Closed meanwhile: nobody would close this one.
      if (this.#closed) link.close();
      return session;
    } catch (error) {
      slot.release();
      // Nothing has been sent yet, whatever went wrong.
      throw error instanceof GatewayError ? error : broken(server.host);
    }
  }

  /** A refused access token is renewed once; the password of a user is the user's to change. */
  async #logIn(renew = false): Promise<SmtpLink> {
    const { credentials } = this.to;
    const login = await credentials?.login(renew);
    const link = await this.#connect();
    if (login === undefined) return link;
    try {
      await link.login(login);
      return link;
    } catch (error) {
      link.close();
      const refused = error instanceof GatewayError && error.code === 'bad-credentials';
      if (refused && !renew && 'accessToken' in login) return await this.#logIn(true);
      throw error;
    }
  }

  async #connect(): Promise<SmtpLink> {
    const { server, listed } = this.to;
    const { targets, timeouts, name } = this.environment;
    const target = await resolveTarget(server, targets, listed);
    const ca = server.caFile === undefined ? undefined : await readFile(server.caFile, 'utf8');
    return await SmtpLink.open({ server, target, ca, name, timeouts });
  }

  #keep(session: Session): void {
    const { link, slot } = session;
    if (this.#closed) link.close();
    if (link.closed) return;
    this.#idle.push(session);
    session.timer = setTimeout(() => link.close(), this.environment.keepMs);
    slot.idle(() => link.close());
  }

  #forget(session: Session): void {
    clearTimeout(session.timer);
    this.#open.delete(session);
    const at = this.#idle.indexOf(session);
    if (at >= 0) this.#idle.splice(at, 1);
    session.slot.release();
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof GatewayError && error.retryable && error.outcome === 'not-sent';
}
