import { v7 as uuidv7 } from 'uuid';
import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import { capsOf } from '../contact/client-features.js';
import type { People } from '../contact/people.js';
import type { DomainContext } from '../domain.js';
import type { ReturnGrace } from './return-grace.js';

/** Accounts asked for their presence in one go after a start, and the pause between (D06: no storm). */
const PROBE_PAGE = 200;
const PROBE_PAUSE_MS = 250;

/** A user whose presence to others comes before that to the gateway is asked for it once in that time, in milliseconds. */
const ASK_AGAIN_MS = 60_000;

/** Messages that a user's server may return, one after the other, before he counts as gone (S15). */
const BOUNCES_MAX = 20;

/** Presence between users and the gateway itself (XEP-0100 §4.4-4.5, §8). */
export class ServicePresence {
  /** The capabilities last shown to an account. */
  readonly #shown = new WeakMap<Account, string>();
  /** Messages returned since the user was last heard of. */
  readonly #bounces = new WeakMap<Account, number>();
  /** When a user was last asked for his presence. */
  readonly #asked = new WeakMap<Account, number>();

  readonly #onBack: ((account: Account) => void)[] = [];

  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
    /** Entity capabilities of the gateway (XEP-0115). */
    private readonly caps: (account: Account) => string,
    private readonly grace: ReturnGrace,
    private readonly people: Pick<People, 'online' | 'gone'>,
  ) {}

  /** Calls back when the first client of a registered user has come. */
  onBack(listener: (account: Account) => void): void {
    this.#onBack.push(listener);
  }

  /** Any presence addressed to the gateway's domain, or to a contact whose network has no presence. */
  receive(account: Account | undefined, from: Jid, stanza: XmlElement): void {
    switch (stanza.attrs.type) {
      case undefined:
        if (account?.registered) this.#available(account, from, stanza);
        return;
      case 'unavailable':
        if (account) this.#unavailable(account, from);
        return;
      case 'subscribe':
        // XEP-0100 §4.1: consent at once, then the current state; to nobody else (S04).
        this.#toBare(from.bare, account?.registered ? 'subscribed' : 'unsubscribed');
        if (account?.registered) this.show(account);
        return;
      case 'probe':
        if (account?.registered) this.show(account);
        else this.#toBare(from.bare, 'unsubscribed');
        return;
      default:
        return;
    }
  }

  /** The gateway's current presence, to the user's bare JID: his server fans it out (D24). */
  show(account: Account): void {
    if (account.resources.size > 0) {
      this.#shown.set(account, this.caps(account));
      this.context.sink.send(
        `<presence from='${xmlAttr(this.context.options.domain)}' to='${xmlAttr(account.owner)}'>${this.caps(account)}</presence>`,
      );
    } else this.#toBare(account.owner, 'unavailable');
  }

  /** Shows the gateway again to everybody who sees it, when it can do other things than before. */
  reshow(): void {
    for (const account of this.context.accounts.all()) {
      if (account.resources.size > 0 && account.registered && this.#shown.get(account) !== this.caps(account))
        this.show(account);
    }
  }

  /** A subscription stanza or unavailable presence of the gateway itself. */
  #toBare(bare: string, type: string): void {
    this.context.sink.send(
      `<presence type='${type}' from='${xmlAttr(this.context.options.domain)}' to='${xmlAttr(bare)}'/>`,
    );
  }

  #available(account: Account, from: Jid, stanza: XmlElement): void {
    const priority = Number.parseInt(stanza.childText('priority') ?? '0', 10);
    const first = account.resources.size === 0;
    if (
      !account.resources.has(from.full) &&
      account.resources.size >= this.context.options.limits.resourcesPerUser
    )
      return;
    this.#bounces.delete(account);
    this.#asked.delete(account);
    const caps = capsOf(stanza);
    if (!account.resources.has(from.full)) account.arrivals += 1;
    account.resources.set(from.full, {
      priority: Number.isNaN(priority) ? 0 : priority,
      show: stanza.childText('show') ?? '',
      status: stanza.childText('status') ?? '',
      ...(caps !== undefined && { caps }),
    });
    const newSession = account.session === undefined;
    const session = this.sessions.ensure(account);
    if (first) {
      this.show(account);
      this.people.online(account, newSession);
      for (const listener of this.#onBack) listener(account);
    }
    session.away?.setAway(mergedAway(account));
  }

  #unavailable(account: Account, from: Jid): void {
    if (!account.resources.delete(from.full) || account.resources.size > 0) {
      if (account.resources.size > 0) account.session?.away?.setAway(mergedAway(account));
      return;
    }
    this.#gone(account);
  }

  /** XEP-0100 §4.5: the last resource is gone. */
  #gone(account: Account): void {
    this.people.gone(account);
    // Rooms that clients sit in, or that the user stays in, hold the session.
    if (account.rooms.size === 0 && !this.sessions.lasts(account)) void this.sessions.end(account);
    else
      account.session?.away?.setAway(this.context.translator.say({ key: 'away-offline' }, account.language));
    this.#toBare(account.owner, 'unavailable');
  }

  /** His server has returned a message: after many he is offline, whatever was last heard; nothing is erased. */
  bounced(account: Account): void {
    const count = (this.#bounces.get(account) ?? 0) + 1;
    this.#bounces.set(account, count);
    if (count !== BOUNCES_MAX || account.resources.size === 0) return;
    account.resources.clear();
    this.#gone(account);
  }

  /** Says a sentence to the user in his language, as the gateway. */
  notice(account: Account, text: Text): void {
    const body = this.context.translator.say(text, account.language);
    this.context.sink.send(
      `<message from='${xmlAttr(this.context.options.domain)}' to='${xmlAttr(account.owner)}' type='chat' id='${uuidv7()}'>` +
        `<body>${xmlText(body)}</body></message>`,
    );
  }

  /** After a start: asks every registered user whether he is there, page by page (XEP-0100 §8). */
  async probeAll(stopped: () => boolean): Promise<void> {
    const { options, store, sink, accounts } = this.context;
    let after = 0;
    for (;;) {
      const page = await store.accounts.list(options.domain, after, PROBE_PAGE);
      for (const record of page) {
        if (!accounts.ofRelays(record.owner)) this.probe(record.owner);
        after = record.id;
      }
      if (page.length < PROBE_PAGE || stopped()) return;
      await sink.drained();
      await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS));
    }
  }

  /**
   * The server was away: what it would have told of people leaving is lost, so everybody has to be asked again. Who
   * was online and does not come back in a while counts as gone; until then the network sees no difference.
   */
  doubt(): void {
    const { accounts } = this.context;
    const online = [...accounts.all()].filter((account) => account.resources.size > 0);
    for (const account of online) account.resources.clear();
    for (const account of online) {
      this.grace.wait(() => {
        if (account.resources.size === 0 && accounts.active(account.owner) === account) this.#gone(account);
      });
    }
  }

  /** Asks whether the user is there: the answer is his presence to the gateway itself. */
  probe(owner: string): void {
    this.context.sink.send(
      `<presence type='probe' from='${xmlAttr(this.context.options.domain)}' to='${xmlAttr(owner)}'/>`,
    );
  }

  /** As {@link probe}, for a user who seems to be there; his contacts say so all at once. */
  ask(account: Account): void {
    const now = Date.now();
    if (now - (this.#asked.get(account) ?? 0) < ASK_AGAIN_MS) return;
    this.#asked.set(account, now);
    this.probe(account.owner);
  }

  /** Orderly stop: unavailable to everybody who sees the gateway as available (D07). */
  sayGoodbye(): void {
    for (const account of this.context.accounts.all()) {
      this.people.gone(account);
      if (account.resources.size > 0) this.#toBare(account.owner, 'unavailable');
    }
  }
}

/** One state for the network from all resources: that of the highest priority that is not negative (D23). */
function mergedAway(account: Account): string | undefined {
  let best: { priority: number; show: string; status: string } | undefined;
  for (const presence of account.resources.values()) {
    if (presence.priority >= 0 && (best === undefined || presence.priority > best.priority)) best = presence;
  }
  if (best === undefined || best.show === '' || best.show === 'chat') return undefined;
  return best.status === '' ? best.show : best.status;
}
