import { Claims } from '../../../gateways/sms/account/claims.js';
import { OwnAccounts } from '../../../gateways/sms/account/own-accounts.js';
import type { Carrier, CarrierAcceptance, CarrierMessage } from '../../../gateways/sms/carrier/carrier.js';
import { CarrierLine } from '../../../gateways/sms/carrier/line.js';
import type { SmsContext } from '../../../gateways/sms/context.js';
import { receive } from '../../../gateways/sms/inbound/receive.js';
import { Conversations } from '../../../gateways/sms/number/conversations.js';
import { NumberBook } from '../../../gateways/sms/number/number-book.js';
import {
  conversationTimes,
  numberRules,
  sharedNumbers,
} from '../../../gateways/sms/number/operator-numbers.js';
import { OptOuts } from '../../../gateways/sms/number/opt-outs.js';
import { optionsSchema } from '../../../gateways/sms/options.js';
import { Outgoing } from '../../../gateways/sms/policy/outgoing.js';
import { SmsSession } from '../../../gateways/sms/session.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { MemoryState, RecordingHost, testEnvironment } from '../../support/gateway-environment.js';
import { Recorder } from '../../support/session-recorder.js';

/** A carrier that does as it is told. */
class ScriptedCarrier implements Carrier {
  readonly media = false;
  readonly reports = true;
  readonly sent: CarrierMessage[] = [];
  /** Thrown at the next message instead of taking it. */
  refusal: Error | undefined;

  start(): void {}

  async send(message: CarrierMessage): Promise<CarrierAcceptance> {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal) throw refusal;
    this.sent.push(message);
    return { ids: [`id${this.sent.length}`] };
  }

  async stop(): Promise<void> {}
}

/** The SMS network's parts around a scripted carrier named `main`. */
export class SmsStage {
  readonly carrier = new ScriptedCarrier();
  readonly host = new RecordingHost();
  readonly state = new MemoryState();
  readonly context: SmsContext;
  readonly line: CarrierLine;

  constructor(options: Readonly<Record<string, unknown>> = {}) {
    const quiet = { message: async () => {}, report: async () => {}, state: () => {} };
    this.line = new CarrierLine('main', this.carrier, {
      ...quiet,
      message: (line, message) => receive(this.context, line, message),
    });
    const parsed = optionsSchema.parse({
      region: 'US',
      carriers: { main: { kind: 'smpp', host: 'smsc.example.test', systemId: 'me', password: 'pw' } },
      ...options,
    });
    this.context = {
      options: parsed,
      environment: testEnvironment({ host: this.host, state: this.state }),
      region: parsed.region,
      numbers: new NumberBook(this.state, numberRules(parsed), Date.now),
      conversations: new Conversations(
        this.state,
        sharedNumbers(parsed),
        conversationTimes(parsed),
        Date.now,
      ),
      optOuts: new OptOuts(this.state),
      claims: new Claims(this.state, { codeMs: 60_000, tries: 3, codesPerDay: 3 }, Date.now),
      outgoing: new Outgoing(parsed, this.state, Date.now),
      ownAccounts: new OwnAccounts(),
      lines: new Map([['main', this.line]]),
    };
  }

  /** A registered user. */
  account(id: number, settings: Readonly<Record<string, unknown>> = { way: 'gateway' }): AccountView {
    return {
      id: id as AccountId,
      registered: true,
      settings,
      secrets: {},
      suggestedName: `user${id}`,
      userAddress: `user${id}@example.org`,
      language: 'en',
    };
  }

  /** His session, connected. */
  session(account: AccountView, recorder = new Recorder()): SmsSession {
    const session = new SmsSession(this.context, account, recorder, () => undefined);
    session.connect();
    return session;
  }
}
