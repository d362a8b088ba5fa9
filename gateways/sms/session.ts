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
import { ownLine } from './account/own-line.js';
import { regionOf, settingsOf } from './account/settings.js';
import type { CarrierLine } from './carrier/line.js';
import type { SmsContext } from './context.js';
import { people } from './facets/people.js';

/** One user's way to the telephone network. */
export class SmsSession implements Session {
  readonly people: PeopleFacet;
  readonly #context: SmsContext;
  readonly #host: SessionHost;
  #account: AccountView;
  /** The user's own provider, instead of the operator's carriers. */
  #own: CarrierLine | undefined;
  /** What the own provider was made from. */
  #ownKey = '';

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
    const { provider, way } = settingsOf(this.#account);
    const key = JSON.stringify([way, provider, this.#account.secrets]);
    if (key === this.#ownKey) return;
    const before = this.#own;
    this.#ownKey = key;
    this.#own = way === 'own-provider' ? ownLine(this.#context, this.#account, this.#host) : undefined;
    void before?.stop();
    this.#own?.start();
    void this.#settle();
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
    if (!this.#own) this.#report();
  }

  async disconnect(): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    this.#ownKey = '';
    this.ended();
    await own?.stop();
    this.#host.report({ state: 'idle' });
  }

  async logout(): Promise<void> {
    await this.#context.numbers.release(this.#account.id);
  }

  configure(account: AccountView): void {
    this.#account = account;
    this.connect();
  }

  states(): readonly { readonly state: ConnectionState }[] {
    return this.#lines().map(({ connection }) => ({ state: connection }));
  }

  /** One of the operator's carriers has another state. */
  lineChanged(): void {
    if (this.#own === undefined) this.#report();
  }

  /** Outcomes are those of the carrier; what is refused by rule was never sent. */
  send(target: Target, message: OutboundMessage): Sent {
    if (target.kind !== 'contact') throw new GatewayError('unsupported', { key: 'sms-people-only' });
    const { outgoing, region } = this.#context;
    const refused = outgoing.destination(target.id, regionOf(this.#account, region));
    if (refused) throw refused;
    return { accepted: this.#send(target.id, message) };
  }

  async #send(to: ContactId, message: OutboundMessage): Promise<Acceptance> {
    const { outgoing, optOuts } = this.#context;
    const text = textOf(message);
    const { line, number } = await this.sender(to);
    if (await optOuts.has(number, to)) throw new GatewayError('rejected', { key: 'sms-opted-out' });
    const permit = await outgoing.permit(this.#account, to, text);
    try {
      return await line.send({
        key: message.key ?? '',
        from: number,
        to,
        text,
        ...(message.attachments && { attachments: message.attachments }),
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
    if (this.#own !== undefined) return { line: this.#own, number: settings.number ?? '' };
    if (settings.way === 'own-provider')
      throw new GatewayError('bad-credentials', { key: 'sms-provider-gone' });
    const own =
      settings.way === 'own-number'
        ? await numbers.numberOf(this.#account.id)
        : await numbers.assign(this.#account.id);
    const number = own ?? (await this.#shared(conversations, to));
    const entry = options.numbers.find((listed) => listed.number === number);
    const line =
      this.#context.lines.get(entry?.carrier ?? options.claims.carrier ?? '') ?? firstOf(this.#lines());
    if (line === undefined)
      throw new GatewayError('network-unreachable', { key: 'sms-no-carrier' }, 'not-sent', true);
    return { line, number };
  }

  #shared(conversations: SmsContext['conversations'], to: ContactId): Promise<string> {
    if (this.#context.options.numbers.some(({ shared }) => shared))
      return conversations.numberFor(this.#account.id, to);
    throw new GatewayError('limit', { key: 'sms-no-number-free' });
  }

  #lines(): readonly CarrierLine[] {
    return this.#own === undefined ? [...this.#context.lines.values()] : [this.#own];
  }

  /** Connected when any way out is; the outbox waits otherwise. */
  #report(): void {
    const states = this.#lines().map(({ connection }) => connection);
    const best = states.find(({ state }) => state === 'connected') ?? firstOf(states);
    if (best) this.#host.report(best);
  }
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
