import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import smpp, { type PDU, type Server, type Session } from 'smpp';
import { Inbox } from '../../client/inbox.js';
import type { Certificate } from '../certificate.js';
import { LOOPBACK } from '../process.js';
import { CentreBind, type Submit } from './centre-bind.js';
import type { ReceiptForm } from './receipt-form.js';

/** Values of command_status that scenarios speak of (SMPP 3.4 §5.1.3). */
export const centreStatus = {
  ok: 0x00,
  invalidDestination: 0x0b,
  bindFailed: 0x0d,
  invalidPassword: 0x0e,
  queueFull: 0x14,
  throttled: 0x58,
  temporaryError: 0x64,
  permanentError: 0x65,
} as const;

/**
 * What the centre does with one submit: takes it, answers with another command_status, leaves it to the test
 * (`hold`, see `Submit.answer`), sends the receipt before the answer, or breaks the connection instead of answering.
 */
export type SubmitAnswer = 'accept' | 'hold' | 'receipt-first' | 'drop' | { readonly status: number };

/** What a scenario asks of the centre. */
export interface CentreOptions {
  readonly systemId?: string;
  readonly password?: string;
  /** Refuses a bind while there is another one. */
  readonly oneBind?: boolean;
  /** Speaks TLS with it. */
  readonly certificate?: Certificate;
  /** The id of the nth part taken, in submit_sm_resp; default `id-1` and so on. */
  readonly ids?: (count: number) => string;
  /** The same id as receipts write it; default as it is. */
  readonly receiptIds?: (id: string) => string;
  /** Sends a receipt of success for everything it takes, in this form. */
  readonly receipts?: ReceiptForm;
}

/** A real SMSC on loopback, on the server side of the smpp package; behaves well until it is told otherwise. */
export class SmppCentre {
  readonly host = LOOPBACK;
  readonly systemId: string;
  /** May be changed: for binds from then on. */
  password: string;
  /** Every part that came, whatever was answered. */
  readonly submits = new Inbox<Submit>(({ to, text }) => `a submit to ${to}: ${text}`);
  readonly #options: CentreOptions;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();
  readonly #bound = new Set<Session>();
  readonly #binds = new Inbox<CentreBind>(({ role }) => `a bind as ${role}`);
  readonly #attempts = new Inbox<PDU>(({ command }) => command);
  #answers: SubmitAnswer[] = [];
  #bindAnswers: number[] = [];
  #taken = 0;
  #refusing: number | undefined;

  private constructor(options: CentreOptions) {
    this.#options = options;
    this.systemId = options.systemId ?? 'isthmus';
    this.password = options.password ?? 'secret';
    const { certificate } = options;
    const keys =
      certificate === undefined
        ? {}
        : { key: readFileSync(certificate.keyPath), cert: readFileSync(certificate.certPath) };
    this.#server = smpp.createServer(keys, (session) => this.#session(session));
    // A client that does not trust the certificate.
    this.#server.on('tlsClientError', () => undefined);
  }

  static async listen(options: CentreOptions = {}): Promise<SmppCentre> {
    const centre = new SmppCentre(options);
    centre.#server.listen(0, LOOPBACK);
    await once(centre.#server, 'listening');
    return centre;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next bind that was accepted and that no earlier call took. */
  bind(role?: CentreBind['role']): Promise<CentreBind> {
    return this.#binds.wait((bind) => role === undefined || bind.role === role, 'a bind');
  }

  /** The next bind that was asked for, accepted or not. */
  bindAttempt(): Promise<PDU> {
    return this.#attempts.wait(() => true, 'an attempt to bind');
  }

  /** The next submit that no earlier call took. */
  submit(): Promise<Submit> {
    return this.submits.wait(() => true, 'a submit');
  }

  /** The next `count` submits, in order. */
  async submitsOf(count: number): Promise<Submit[]> {
    const taken: Submit[] = [];
    while (taken.length < count) taken.push(await this.submit());
    return taken;
  }

  /** What to do with the next submits, one each; then everything is accepted again. */
  answerNext(...answers: readonly SubmitAnswer[]): void {
    this.#answers.push(...answers);
  }

  /** command_status for every attempt to bind from now on; undefined: as usual. */
  refuseBinds(status: number | undefined): void {
    this.#refusing = status;
  }

  /** command_status for the next attempts to bind, one each. */
  answerBinds(...statuses: readonly number[]): void {
    this.#bindAnswers.push(...statuses);
  }

  /** Ends every connection, as a crash does, and listens no more. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #session(session: Session): void {
    this.#sessions.add(session);
    session.on('close', () => {
      this.#sessions.delete(session);
      this.#bound.delete(session);
    });
    session.on('unbind', () => this.#bound.delete(session));
    session.on('error', () => undefined);
    for (const role of ['transceiver', 'transmitter', 'receiver'] as const)
      session.on(`bind_${role}`, (pdu: PDU) => this.#bind(session, role, pdu));
  }

  #bind(session: Session, role: CentreBind['role'], pdu: PDU): void {
    const known = pdu.system_id === this.systemId && pdu.password === this.password;
    const full = this.#options.oneBind === true && this.#bound.size > 0;
    const usual = known ? (full ? centreStatus.bindFailed : centreStatus.ok) : centreStatus.invalidPassword;
    const status = this.#bindAnswers.shift() ?? this.#refusing ?? usual;
    this.#attempts.push(pdu);
    session.send(pdu.response({ command_status: status, system_id: 'centre' }));
    if (status !== centreStatus.ok) return;
    this.#bound.add(session);
    const bind = new CentreBind(session, role, pdu, this.#options.receiptIds ?? ((id) => id));
    session.on('submit_sm', (submit: PDU) => this.#submit(bind, submit));
    this.#binds.push(bind);
  }

  #submit(bind: CentreBind, pdu: PDU): void {
    const answer = this.#answers.shift() ?? 'accept';
    const count = ++this.#taken;
    const submit = bind.received(pdu, this.#options.ids?.(count) ?? `id-${count}`);
    if (answer === 'drop') bind.drop();
    else if (answer === 'receipt-first') {
      void bind.receipt(submit, { form: this.#options.receipts ?? 'text' });
      submit.answer();
    } else if (answer === 'accept') {
      submit.answer();
      const { receipts } = this.#options;
      if (receipts !== undefined) void bind.receipt(submit, { form: receipts });
    } else if (answer !== 'hold') submit.answer(answer.status);
    this.submits.push(submit);
  }
}
