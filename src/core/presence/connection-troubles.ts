import type { PlaceId } from '../../gateway/ids.js';
import type { ConnectionState } from '../../gateway/session.js';
import type { Text } from '../../gateway/text.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import { NS } from '../../xmpp/namespace.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { steadyNow } from '../steady-clock.js';
import type { ServicePresence } from './service-presence.js';
import { ToldRefusals } from './told-refusals.js';

/** Causes of all users whose telling is remembered. */
const REMEMBERED = 20_000;

/** A part of the network that an account cannot reach, or that refuses it. */
interface Trouble {
  readonly account: Account;
  readonly place: PlaceId | undefined;
  /** Steady milliseconds from which the user may be told. */
  due: number;
  /** The network refuses what the user has given, instead of being away. */
  refused: boolean;
  text: Text;
  /** Key of the text that the user was told. */
  told: string | undefined;
  /** He was shown a presence error as well. */
  shown: boolean;
}

/**
 * Tells users what is wrong with their connections to the network (XEP-0100 §4.4, D02, D03). A carrier that blinks is
 * the trouble of thousands at once, so a network is away only when it has been for a while (`outageGraceMs`), nobody
 * hears the same again for a longer while (`outageRepeatMs`), and who is offline hears of it when he comes, if it still
 * lasts. A refusal of the user's own credentials is told at once, because only he can mend it, and not again by the next
 * run of the gateway.
 */
export class ConnectionTroubles {
  readonly #current = new WeakMap<Account, Map<PlaceId | undefined, Trouble>>();
  /** Those whose time to be told has not come. */
  readonly #waiting = new Set<Trouble>();
  /** Steady milliseconds at which an owner was last told a cause. */
  readonly #told = new BoundedMap<string, number>(REMEMBERED);
  readonly #refusals: ToldRefusals;
  #timer: NodeJS.Timeout | undefined;
  /** Steady milliseconds at which the timer ends. */
  #timerDue = 0;

  constructor(
    private readonly context: DomainContext,
    private readonly presence: Pick<ServicePresence, 'notice' | 'show'>,
  ) {
    this.#refusals = new ToldRefusals(context);
  }

  /** After a start, before the first report: what the last run has told. */
  read(): Promise<void> {
    return this.#refusals.read();
  }

  /** What a session says of its connection. */
  report(account: Account, state: ConnectionState, place: PlaceId | undefined): void {
    switch (state.state) {
      case 'connecting':
        // After a refusal only the user can have caused that.
        if (!this.#current.get(account)?.get(place)?.refused) return;
        this.#refusals.delete(account, place);
        this.#forget(account, place);
        return;
      case 'connected':
        this.#refusals.delete(account, place);
        this.#over(account, place);
        return;
      case 'idle':
        this.#forget(account, place);
        return;
      case 'transient-failure':
      case 'bad-credentials':
        this.#notice(account, place, state.state === 'bad-credentials', state.text);
        return;
    }
  }

  /** The first client of the user has come. */
  back(account: Account): void {
    for (const trouble of this.#current.get(account)?.values() ?? [])
      if (!this.#waiting.has(trouble)) this.#tell(trouble);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #notice(account: Account, place: PlaceId | undefined, refused: boolean, text: Text): void {
    let places = this.#current.get(account);
    if (!places) {
      places = new Map();
      this.#current.set(account, places);
    }
    let trouble = places.get(place);
    if (!trouble) {
      const due = steadyNow() + this.context.options.limits.outageGraceMs;
      trouble = { account, place, due, refused, text, told: undefined, shown: false };
      places.set(place, trouble);
    } else Object.assign(trouble, { refused, text });
    if (refused || steadyNow() >= trouble.due) this.#tell(trouble);
    else this.#wait(trouble);
  }

  /** The place can be reached. */
  #over(account: Account, place: PlaceId | undefined): void {
    const trouble = this.#forget(account, place);
    if (trouble?.told === undefined || account.resources.size === 0) return;
    if (trouble.shown) this.presence.show(account);
    if (trouble.refused) return;
    this.presence.notice(
      account,
      place === undefined
        ? { key: 'network-back' }
        : {
            key: 'place-back',
            args: { place: this.context.gateway.addresses.format({ kind: 'place', id: place }) },
          },
    );
  }

  #forget(account: Account, place: PlaceId | undefined): Trouble | undefined {
    const places = this.#current.get(account);
    const trouble = places?.get(place);
    if (!trouble) return undefined;
    places?.delete(place);
    this.#waiting.delete(trouble);
    return trouble;
  }

  #wait(trouble: Trouble): void {
    this.#waiting.add(trouble);
    if (this.#timer && this.#timerDue <= trouble.due) return;
    this.#arm(trouble.due);
  }

  #arm(due: number): void {
    clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(() => void this.#sweep(), Math.max(0, Math.ceil(due - steadyNow())));
    this.#timer.unref();
  }

  async #sweep(): Promise<void> {
    this.#timer = undefined;
    let next = Number.POSITIVE_INFINITY;
    for (const trouble of this.#waiting) {
      if (trouble.due > steadyNow()) {
        next = Math.min(next, trouble.due);
        continue;
      }
      this.#waiting.delete(trouble);
      this.#tell(trouble);
      if (this.context.sink.congested) await this.context.sink.drained();
    }
    if (next < Number.POSITIVE_INFINITY && (!this.#timer || next < this.#timerDue)) this.#arm(next);
  }

  #tell(trouble: Trouble): void {
    const { account, place, refused, text } = trouble;
    if (trouble.told === text.key || account.resources.size === 0) return;
    this.#waiting.delete(trouble);
    const news = !refused || !this.#refusals.has(account, place, text.key);
    if (news && !this.#isTime(trouble)) return;
    trouble.told = text.key;
    // Presence says it to those who subscribed, unless only a part of the network is gone.
    if (!account.session?.states().some((other) => other.state.state === 'connected')) this.#show(trouble);
    if (!news) return;
    this.presence.notice(account, text);
    if (refused) this.#refusals.add(account, place, text.key);
  }

  /** Whether the user may hear of it now; else he will later. */
  #isTime(trouble: Trouble): boolean {
    const { account, place, refused, text } = trouble;
    const { outageGraceMs, outageRepeatMs } = this.context.options.limits;
    const cause = `${account.owner} ${place ?? ''} ${text.key}`;
    const again =
      (this.#told.get(cause) ?? Number.NEGATIVE_INFINITY) + (refused ? outageGraceMs : outageRepeatMs);
    if (steadyNow() < again) {
      trouble.due = again;
      this.#wait(trouble);
      return false;
    }
    this.#told.set(cause, steadyNow());
    return true;
  }

  #show(trouble: Trouble): void {
    const { account, refused, text } = trouble;
    const { options, sink, translator } = this.context;
    trouble.shown = true;
    const [type, condition] = refused ? ['auth', 'not-authorized'] : ['wait', 'remote-server-timeout'];
    sink.send(
      `<presence type='error' from='${xmlAttr(options.domain)}' to='${xmlAttr(account.owner)}'>` +
        `<error type='${type}'><${condition} xmlns='${NS.STANZA_ERRORS}'/>` +
        `<text xmlns='${NS.STANZA_ERRORS}'>${xmlText(translator.say(text, account.language))}</text></error></presence>`,
    );
  }
}
