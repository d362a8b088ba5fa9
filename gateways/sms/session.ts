import { GatewayError } from '../../src/gateway/error.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { ContactId } from '../../src/gateway/ids.js';
import type { OutboundMessage, Target } from '../../src/gateway/message.js';
import type {
  Acceptance,
  ConnectionState,
  MediaFacet,
  PeopleFacet,
  ReceiptsFacet,
  Sent,
  Session,
  SessionHost,
} from '../../src/gateway/session.js';
import type { Text } from '../../src/gateway/text.js';
import type { OwnAccount } from './account/own-accounts.js';
import { ownLine } from './account/own-line.js';
import { regionOf, settingsOf } from './account/settings.js';
import type { CarrierLine } from './carrier/line.js';
import type { SmsContext } from './context.js';
import { people } from './facets/people.js';
import { isEmergencyRefusal } from './policy/destination.js';

/** One user's way to the telephone network. */
export class SmsSession implements Session, OwnAccount {
  readonly people: PeopleFacet;
  readonly #context: SmsContext;
  readonly #host: SessionHost;
  #account: AccountView;
  /** The user's own provider, instead of the operator's carriers. */
  #own: CarrierLine | undefined;
  /** What the own provider was made from. */
  #ownKey = '';
  #open = false;
  /** Ends when the numbers are as the settings promise. */
  #settled: Promise<void> = Promise.resolve();
  /** Ends when the own provider is started, and the one before it has ended: both use the same webhooks. */
  #started: Promise<void> = Promise.resolve();
  /** Makes the connection again that was left for a trial. */
  #back: NodeJS.Timeout | undefined;

  constructor(
    context: SmsContext,
    account: AccountView,
    host: SessionHost,
    /** Called when the session has ended. */
    private readonly ended: () => void,
  ) {
    this.#context = context;
    this.#account = account;
    this.#host = host;
    this.people = people();
  }

  get account(): AccountView {
    return this.#account;
  }

  /** Present where some way out reports. */
  get receipts(): ReceiptsFacet | undefined {
    return this.#lines().some(({ carrier }) => carrier.reports) ? { delivered: true } : undefined;
  }

  /** Present where some way out takes pictures. */
  get media(): MediaFacet | undefined {
    if (!this.#lines().some(({ carrier }) => carrier.media)) return undefined;
    const { maxBytes, types } = this.#context.options.mms;
    return { maxBytes, accepts: (type) => types.some((prefix) => type.startsWith(prefix)) };
  }

  connect(): void {
    const { provider, way, number } = settingsOf(this.#account);
    const key = JSON.stringify([way, provider, number, this.#account.secrets]);
    // One that was refused is tried again when the user says so.
    if (key === this.#ownKey && this.#own?.connection.state !== 'bad-credentials') return;
    this.#open = true;
    this.#ownKey = key;
    clearTimeout(this.#back);
    const before = this.#own;
    this.#own = way === 'own-provider' ? this.#makeOwn() : undefined;
    if (this.#own) this.#context.ownAccounts.add(this.#account.id, this);
    else this.#context.ownAccounts.remove(this.#account.id, this);
    this.#started = this.#start(before, this.#own);
    this.#settled = this.#settle();
  }

  /** The state of the own provider. */
  get state(): ConnectionState {
    return this.#own?.connection ?? { state: 'idle' };
  }

  async aside(trial: () => Promise<Text | undefined>): Promise<Text | undefined> {
    const own = this.#own;
    const tried = this.#started.then(() => own?.stop()).then(trial);
    this.#started = tried.then(
      () => undefined,
      () => undefined,
    );
    // Whatever the settings are then, the connection is made again.
    this.#ownKey = '';
    const again = (): void => {
      if (this.#open) this.connect();
    };
    try {
      const problem = await tried;
      if (problem) again();
      // What was tried may come to nothing after all.
      else if (this.#open) this.#back = setTimeout(again, this.#context.options.providerTrialMs);
      return problem;
    } catch (error) {
      again();
      throw error;
    }
  }

  #makeOwn(): CarrierLine | undefined {
    try {
      return ownLine(this.#context, this.#account, this.#host);
    } catch (error) {
      // Such as a file of the operator's that is not there.
      this.#context.environment.log.error({ err: error }, 'a provider cannot be used');
      return undefined;
    }
  }

  async #start(before: CarrierLine | undefined, next: CarrierLine | undefined): Promise<void> {
    await this.#started;
    await before?.stop();
    if (next !== undefined && next === this.#own) next.start();
  }

  /** What the settings promise becomes true: the proven number is his, another one goes back. */
  async #settle(): Promise<void> {
    const { numbers, environment } = this.#context;
    const { way, number } = settingsOf(this.#account);
    try {
      if (way === 'own-number' && number !== undefined) {
        if (!(await numbers.claim(number, this.#account.id)))
          await this.#host.emit({ type: 'user-notice', text: { key: 'sms-number-taken' } });
      } else if (way === 'gateway') await numbers.keepPooled(this.#account.id);
      else await numbers.release(this.#account.id);
    } catch (error) {
      environment.log.warn({ err: error }, 'the number of an account could not be settled');
    }
    this.lineChanged();
  }

  async disconnect(): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    this.#ownKey = '';
    this.#open = false;
    clearTimeout(this.#back);
    this.#context.ownAccounts.remove(this.#account.id, this);
    this.ended();
    await this.#started;
    await own?.stop();
    this.#host.report({ state: 'idle' });
  }

  async logout(): Promise<void> {
    const { numbers, conversations } = this.#context;
    await numbers.release(this.#account.id);
    await conversations.release(this.#account.id);
  }

  configure(account: AccountView): void {
    this.#account = account;
    if (this.#open) this.connect();
  }

  states(): readonly { readonly state: ConnectionState }[] {
    return this.#open ? this.#lines().map(({ connection }) => ({ state: connection })) : [];
  }

  /** One of the operator's carriers has another state, or this session has come to use them. */
  lineChanged(): void {
    if (this.#open && this.#own === undefined) this.#report();
  }

  /**
   * By rule. That no emergency service was reached is said in a chat besides: clients show the error of a message as
   * a small sign beside it.
   */
  refusal(contact: ContactId): GatewayError | undefined {
    const refused = this.#refused(contact);
    if (refused && isEmergencyRefusal(refused))
      void this.#host.emit({ type: 'user-notice', text: refused.text });
    return refused;
  }

  /** Outcomes are those of the carrier; what is refused by rule was never sent. */
  send(target: Target, message: OutboundMessage): Sent {
    if (target.kind !== 'contact') throw new GatewayError('unsupported', { key: 'sms-people-only' });
    const refused = this.#refused(target.id);
    if (refused) throw refused;
    return { accepted: this.#send(target.id, message) };
  }

  #refused(contact: ContactId): GatewayError | undefined {
    const { outgoing, region } = this.#context;
    return outgoing.destination(contact, regionOf(this.#account, region));
  }

  async #send(to: ContactId, message: OutboundMessage): Promise<Acceptance> {
    const { outgoing, optOuts } = this.#context;
    const { line, number } = await this.sender(to);
    const { text, attachments } = carried(message, line.carrier.media);
    if (await optOuts.has(number, to)) throw new GatewayError('rejected', { key: 'sms-opted-out' });
    const permit = await outgoing.permit(this.#account, to, text);
    try {
      return await line.send({
        key: message.key ?? '',
        from: number,
        to,
        text,
        ...(attachments && { attachments }),
      });
    } catch (error) {
      if (error instanceof GatewayError && error.outcome === 'not-sent') await permit.giveBack();
      throw error;
    }
  }

  /**
   * The number and the carrier that a text to this person goes out from.
   * @throws {GatewayError} when there is none
   */
  async sender(to: ContactId): Promise<{ readonly line: CarrierLine; readonly number: string }> {
    const { numbers, conversations, options } = this.#context;
    const settings = settingsOf(this.#account);
    if (this.#own?.connection.state === 'bad-credentials')
      throw new GatewayError('bad-credentials', { key: 'sms-carrier-refused' });
    if (this.#own !== undefined) return { line: this.#own, number: settings.number ?? '' };
    if (settings.way === 'own-provider')
      throw new GatewayError('bad-credentials', { key: 'sms-provider-gone' });
    await this.#settled;
    const own = await numbers.numberOf(this.#account.id);
    if (own === undefined && settings.way === 'own-number')
      throw new GatewayError('rejected', { key: 'sms-number-taken' });
    const number = own ?? (await this.#shared(conversations, to));
    const entry = options.numbers.find((listed) => listed.number === number);
    const line =
      this.#context.lines.get(entry?.carrier ?? options.claims.carrier ?? '') ?? firstOf(this.#lines());
    if (line === undefined)
      throw new GatewayError('network-unreachable', { key: 'sms-no-carrier' }, 'not-sent', true);
    return { line, number };
  }

  async #shared(conversations: SmsContext['conversations'], to: ContactId): Promise<string> {
    if (this.#context.options.numbers.some(({ shared }) => shared))
      return conversations.numberFor(this.#account.id, to);
    // One may have become free since he registered.
    const free = await this.#context.numbers.assign(this.#account.id);
    if (free !== undefined) return free;
    throw new GatewayError('limit', { key: 'sms-no-number-free' });
  }

  #lines(): readonly CarrierLine[] {
    return this.#own === undefined ? [...this.#context.lines.values()] : [this.#own];
  }

  /** Connected when any way out is; the outbox waits otherwise. */
  #report(): void {
    const states = this.#lines().map(({ connection }) => connection);
    const best = states.find(({ state }) => state === 'connected') ?? firstOf(states);
    if (best) this.#host.report(this.#asUserSees(best));
  }

  /** A carrier that refuses the operator is only away for his users: there is nothing that they could correct. */
  #asUserSees(state: ConnectionState): ConnectionState {
    if (state.state !== 'bad-credentials' || this.#own !== undefined) return state;
    return { state: 'transient-failure', text: { key: 'sms-carrier-away' } };
  }
}

/** What goes over this carrier: files where it has MMS, else the addresses that they can be had at. */
function carried(message: OutboundMessage, media: boolean): Pick<OutboundMessage, 'text' | 'attachments'> {
  const text = textOf(message);
  const { attachments } = message;
  if (attachments === undefined || attachments.length === 0) return { text };
  if (media) return { text, attachments };
  const links = attachments.map(({ link }) => {
    if (link === undefined) throw new GatewayError('unsupported', { key: 'sms-no-media' });
    return link;
  });
  return { text: [text, ...links].filter((line) => line !== '').join('\n') };
}

/** What the telephone gets: it knows no `/me`, no subject and no corrections. */
function textOf({ text, action, corrects, subject }: OutboundMessage): string {
  const said = action ? `* ${text}` : text;
  const whole = subject === undefined || subject === '' ? said : `${subject}\n${said}`;
  return corrects ? `* ${whole}` : whole;
}

function firstOf<T>(list: readonly T[]): T | undefined {
  return list[0];
}
