import { setTimeout as pause } from 'node:timers/promises';
import type {
  CarrierInbound,
  CarrierListener,
  CarrierMessage,
  CarrierReport,
  CarrierState,
} from '../../../gateways/sms/carrier/carrier.js';
import { LineStore } from '../../../gateways/sms/carrier/line-store.js';
import { smppOptions } from '../../../gateways/sms/carrier/smpp/options.js';
import { SmppCarrier } from '../../../gateways/sms/carrier/smpp/smpp-carrier.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Log } from '../../../src/gateway/gateway.js';
import { Inbox } from '../../client/inbox.js';
import { type CentreOptions, SmppCentre } from '../../servers/smpp-centre/centre.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import { MemoryState } from '../../support/gateway-environment.js';

/** Takes what a carrier brings, or refuses it for the moment. */
export class RecordingListener implements CarrierListener {
  readonly messages = new Inbox<CarrierInbound>(({ text }) => `a message: ${text}`);
  readonly reports = new Inbox<CarrierReport>(({ id, outcome }) => `a report: ${id} ${outcome}`);
  readonly states = new Inbox<CarrierState>(({ state }) => `a state: ${state}`);
  #refusals = 0;
  #delayMs = 0;

  /** Every message takes so long from now on. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** The next messages and reports are refused. */
  refuse(count: number): void {
    this.#refusals = count;
  }

  async message(message: CarrierInbound): Promise<void> {
    this.#maybeRefuse();
    if (this.#delayMs > 0) await pause(this.#delayMs);
    this.messages.push(message);
  }

  async report(report: CarrierReport): Promise<void> {
    this.#maybeRefuse();
    this.reports.push(report);
  }

  state(state: CarrierState): void {
    this.states.push(state);
  }

  nextMessage(): Promise<CarrierInbound> {
    return this.messages.wait(() => true, 'a message');
  }

  nextReport(): Promise<CarrierReport> {
    return this.reports.wait(() => true, 'a report');
  }

  reaches(state: CarrierState['state']): Promise<CarrierState> {
    return this.states.wait((reported) => reported.state === state, state);
  }

  #maybeRefuse(): void {
    if (this.#refusals === 0) return;
    this.#refusals--;
    throw new Error('the store is full');
  }
}

/** Options as an operator writes them, in part. */
export type OptionsInput = Partial<Parameters<typeof smppOptions.parse>[0] & object>;

/** What is said to the log, secrets and all. */
class RecordingLog implements Log {
  readonly lines: string[] = [];
  readonly debug = (fields: object, message: string): void => this.#keep(fields, message);
  readonly info = this.debug;
  readonly warn = this.debug;
  readonly error = this.debug;

  #keep(fields: object, message: string): void {
    this.lines.push(`${message} ${JSON.stringify(fields)}`);
  }
}

const quick = { initialMs: 20, maxMs: 50, factor: 2, jitter: 0.2 };

/** A carrier and its centre. */
export class Stage implements AsyncDisposable {
  readonly log = new RecordingLog();
  readonly #carriers: SmppCarrier[] = [];

  private constructor(
    readonly centre: SmppCentre,
    readonly options: OptionsInput,
    readonly parts: LineStore,
  ) {}

  /** Only the centre; the carrier comes with {@link carrier}. */
  static async set(options: OptionsInput = {}, centre: CentreOptions = {}): Promise<Stage> {
    const parts = new LineStore(new MemoryState(), 'parts', 'main');
    return new Stage(await SmppCentre.listen(centre), options, parts);
  }

  /** A carrier that is bound. */
  static async bound(
    options: OptionsInput = {},
    centre: CentreOptions = {},
  ): Promise<
    {
      stage: Stage;
      centre: SmppCentre;
      carrier: SmppCarrier;
      heard: RecordingListener;
      bind: CentreBind;
    } & AsyncDisposable
  > {
    const stage = await Stage.set(options, centre);
    const { carrier, heard } = stage.carrier();
    const bind = await stage.centre.bind();
    await heard.reaches('connected');
    return {
      stage,
      centre: stage.centre,
      carrier,
      heard,
      bind,
      [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
    };
  }

  /** Starts a carrier; a second one is the next process with the same store. */
  carrier(other: OptionsInput = {}): { carrier: SmppCarrier; heard: RecordingListener } {
    const options = smppOptions.parse({
      host: this.centre.host,
      port: this.centre.port,
      tls: false,
      systemId: this.centre.systemId,
      password: this.centre.password,
      reconnect: quick,
      throttle: quick,
      ...this.options,
      ...other,
    });
    const carrier = new SmppCarrier(options, { log: this.log, parts: this.parts });
    const heard = new RecordingListener();
    this.#carriers.push(carrier);
    carrier.start(heard);
    return { carrier, heard };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#carriers.map((carrier) => carrier.stop()));
    await this.centre.close();
  }
}

let keys = 0;

/** A message to send. */
export function message(text: string, to = '+15550001111'): CarrierMessage {
  return { key: `key-${++keys}`, from: '+15552220000', to, text };
}

/** The GatewayError that a send is rejected with. */
export async function refusalOf(sending: Promise<unknown>): Promise<GatewayError> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw new Error(`not refused with a GatewayError: ${String(error)}`);
}
