// Stub SMSC: the server side of SMPP 3.4 for one transceiver. Own process. Takes every submit_sm at once, reports on it
// a while later, and sends texts of telephones. As real centres do, it has but a number of deliver_sm unanswered, and
// repeats one that was put off.
import smpp, { type PDU, type Session } from 'smpp';
import { serve } from '../harness/channel.js';
import { monotonicMicros } from '../harness/clock.js';
import { evenly, type Sent } from '../harness/sender.js';
import {
  benchBody,
  type LatencySummary,
  sequenceOf,
  stampOf,
  summarize,
  type Tallied,
  Tally,
} from '../harness/tally.js';

/** deliver_sm without an answer at a time. */
const WINDOW = 50;
const REPEAT_MS = 500;
const OK = 0;
const INTERNATIONAL = { ton: 1, npi: 1 } as const;
/** esm_class of a receipt (SMPP 3.4 §5.2.12). */
const RECEIPT = 0x04;

/** Times of one text, in monotonic microseconds. */
export interface TextTimes {
  readonly sequence: number;
  readonly submittedAt: number;
  /** When the receipt was first sent. */
  readonly reportedAt: number;
}

/** What the gateway has done since the last reset. */
export interface CentreCounters {
  /** Different texts submitted. */
  readonly submits: number;
  /** Texts submitted again. */
  readonly repeats: number;
  /** deliver_sm answered with success. */
  readonly taken: number;
  /** deliver_sm answered with an error, each time. */
  readonly refused: number;
}

interface Delivery {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sent: () => void;
}

interface Conversation {
  readonly telephone: string;
  readonly number: string;
}

class Centre {
  readonly #bound = new Tally();
  readonly #taken = new Tally();
  readonly #times = new Map<number, { submittedAt: number; reportedAt: number }>();
  readonly #conversations = new Map<string, Conversation>();
  #latencies: number[] = [];
  #queue: Delivery[] = [];
  #session: Session | undefined;
  #unanswered = 0;
  #repeats = 0;
  #refused = 0;
  #ids = 0;
  #sent = 0;
  #reportAfterMs = 0;

  /** Listens on a free loopback port. */
  listen(): Promise<number> {
    const server = smpp.createServer({}, (session) => this.#accept(session));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  }

  /** Resolves once the gateway is bound for the `times`th time. */
  bound(argument: { readonly times: number }): Promise<Tallied> {
    return this.#bound.reach(argument.times);
  }

  /** Forgets all texts but not who has written to whom; `reportAfterMs`: how long receipts take from now on. */
  reset(argument: { readonly reportAfterMs: number }): void {
    this.#times.clear();
    this.#latencies = [];
    this.#taken.reset();
    this.#repeats = 0;
    this.#refused = 0;
    this.#reportAfterMs = argument.reportAfterMs;
  }

  counters(): CentreCounters {
    return {
      submits: this.#times.size,
      repeats: this.#repeats,
      taken: this.#taken.count,
      refused: this.#refused,
    };
  }

  /** From the stanza to submit_sm. */
  latency(): LatencySummary {
    return summarize(this.#latencies);
  }

  times(): readonly TextTimes[] {
    return Array.from(this.#times, ([sequence, times]) => ({ sequence, ...times }));
  }

  /** Resolves once so many deliver_sm have been taken since the last reset. */
  expectTaken(argument: { readonly count: number }): Promise<Tallied> {
    return this.#taken.reach(argument.count);
  }

  /** Texts from telephones that were written to, evenly. */
  send(argument: { readonly count: number; readonly perSecond: number }): Promise<Sent> {
    const conversations = [...this.#conversations.values()];
    return evenly(argument.count, argument.perSecond, () => {
      const conversation = conversations[this.#sent % conversations.length];
      if (conversation === undefined) throw new Error('nobody has written to anybody');
      this.#sent += 1;
      const { telephone, number } = conversation;
      const body = Buffer.from(benchBody(this.#sent), 'latin1');
      this.#deliver({ fields: addressed(telephone, number, body), sent: () => undefined });
    });
  }

  #accept(session: Session): void {
    session.on('error', () => session.destroy());
    for (const command of ['enquire_link', 'unbind'])
      session.on(command, (pdu: PDU) => session.send(pdu.response()));
    session.on('bind_transceiver', (pdu: PDU) => {
      session.send(pdu.response({ system_id: 'bench' }));
      this.#session = session;
      this.#unanswered = 0;
      this.#bound.add();
    });
    session.on('submit_sm', (pdu: PDU) => this.#submitted(session, pdu));
  }

  #submitted(session: Session, pdu: PDU): void {
    const submittedAt = monotonicMicros();
    const content = (pdu.short_message ?? {}) as { readonly message?: string | Buffer };
    const body = String(content.message ?? '');
    this.#ids += 1;
    const id = String(this.#ids);
    session.send(pdu.response({ message_id: id }));
    const [number, telephone] = [String(pdu.source_addr), String(pdu.destination_addr)];
    this.#conversations.set(telephone, { telephone, number });
    const sequence = sequenceOf(body);
    if (sequence === undefined) return;
    if (this.#times.has(sequence)) {
      this.#repeats += 1;
      return;
    }
    const times = { submittedAt, reportedAt: Number.NaN };
    this.#times.set(sequence, times);
    this.#latencies.push(submittedAt - (stampOf(body) ?? Number.NaN));
    const fields = { ...addressed(telephone, number, receiptText(id)), esm_class: RECEIPT };
    const sent = (): void => {
      if (Number.isNaN(times.reportedAt)) times.reportedAt = monotonicMicros();
    };
    setTimeout(() => this.#deliver({ fields, sent }), this.#reportAfterMs);
  }

  #deliver(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#pump();
  }

  #pump(): void {
    const session = this.#session;
    if (session === undefined) return;
    while (this.#unanswered < WINDOW) {
      const delivery = this.#queue.shift();
      if (delivery === undefined) return;
      this.#unanswered += 1;
      delivery.sent();
      session.send(new smpp.PDU('deliver_sm', delivery.fields), (answer) => {
        this.#unanswered -= 1;
        if (answer.command_status === OK) this.#taken.add();
        else {
          this.#refused += 1;
          setTimeout(() => this.#deliver(delivery), REPEAT_MS);
        }
        this.#pump();
      });
    }
  }
}

function addressed(from: string, to: string, content: Buffer): Record<string, unknown> {
  return {
    source_addr: from,
    source_addr_ton: INTERNATIONAL.ton,
    source_addr_npi: INTERNATIONAL.npi,
    destination_addr: to,
    dest_addr_ton: INTERNATIONAL.ton,
    dest_addr_npi: INTERNATIONAL.npi,
    data_coding: 0,
    short_message: content,
  };
}

/** SMPP 3.4 Appendix B. */
function receiptText(id: string): Buffer {
  return Buffer.from(
    `id:${id} sub:001 dlvrd:001 submit date:2601011200 done date:2601011200 stat:DELIVRD err:000 text:bench`,
    'latin1',
  );
}

/** Operations of the stub, for the process that calls it. */
export type CentreOperations = ReturnType<typeof operationsOf>;

function operationsOf(centre: Centre) {
  return {
    listen: () => centre.listen(),
    bound: (argument: { readonly times: number }) => centre.bound(argument),
    reset: (argument: { readonly reportAfterMs: number }) => centre.reset(argument),
    counters: () => centre.counters(),
    latency: () => centre.latency(),
    times: () => centre.times(),
    expectTaken: (argument: { readonly count: number }) => centre.expectTaken(argument),
    send: (argument: { readonly count: number; readonly perSecond: number }) => centre.send(argument),
  };
}

serve(operationsOf(new Centre()));
