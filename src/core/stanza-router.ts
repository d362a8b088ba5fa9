import type { Address } from '../gateway/address.js';
import type { XmlElement } from '../xmpp/element.js';
import { domainOfUnprepared, type Jid, JidCache } from '../xmpp/jid.js';
import { unescapeLocal } from '../xmpp/jid-escaping.js';
import { NS } from '../xmpp/namespace.js';
import { conditionOf, StanzaError } from '../xmpp/stanza-error.js';
import type { Account } from './account/account.js';
import { admit } from './account/policy.js';
import type { People } from './contact/people.js';
import type { DurableDelivery } from './delivery/durable-delivery.js';
import type { DomainContext } from './domain.js';
import { IqDispatch } from './iq-dispatch.js';
import type { IqRouter } from './iq-router.js';
import { RateLimits } from './limit/rate-limits.js';
import type { UserMessages } from './message/user-messages.js';
import type { ServicePresence } from './presence/service-presence.js';
import type { Privileges } from './privilege/privileges.js';
import { Refusals } from './refusals.js';
import type { RoomStanzas } from './room/room-stanzas.js';
import { AbuseReports } from './service/abuse-reports.js';

/** Parsed local parts remembered; the hot path meets the same few again and again. */
const ADDRESS_CACHE = 20_000;

/** The kinds of stanza (RFC 6120 §8.1); whatever else comes after the handshake is nobody's business here. */
const STANZAS: ReadonlySet<string> = new Set(['message', 'presence', 'iq']);

/** What a message to a person can hold instead of a body. */
const CONTENT: ReadonlySet<string> = new Set([NS.OOB, NS.REACTIONS, NS.RETRACT, NS.SFS]);

/** What the parts of a domain take from the router. */
export interface StanzaHandlers {
  readonly rooms: RoomStanzas;
  /** What users say to people. */
  readonly messages: UserMessages;
  readonly people: People;
  readonly privileges: Privileges;
  readonly presence: ServicePresence;
  readonly delivery: DurableDelivery;
  readonly iqs: IqRouter;
  /** A message to the gateway itself or to a part of the network: the chat bot. */
  readonly serviceMessage: (request: {
    stanza: XmlElement;
    from: Jid;
    to: Jid;
    account: Account | undefined;
    language: string;
    target: Address | { kind: 'service' };
  }) => void | Promise<void>;
}

type Located = Address | { readonly kind: 'service' } | undefined;

/** Takes every stanza of the domain: addresses parsed once, one handler, at most one answer. */
export class StanzaRouter {
  readonly #jids = new JidCache();
  readonly #addresses = new Map<string, Located>();
  readonly #limits: RateLimits;
  readonly #refusals: Refusals;
  readonly #reports: AbuseReports;
  readonly #iqs: IqDispatch;

  constructor(
    private readonly context: DomainContext,
    private readonly handlers: StanzaHandlers,
  ) {
    this.#limits = new RateLimits(context.options.limits);
    this.#refusals = new Refusals(context);
    this.#reports = new AbuseReports(context);
    this.#iqs = new IqDispatch(context, handlers.iqs, this.#refusals);
  }

  /** Never throws. */
  handle(stanza: XmlElement): void {
    if (!STANZAS.has(stanza.name) || stanza.ns !== NS.COMPONENT) return;
    let from: Jid;
    let to: Jid;
    try {
      from = this.#jids.parse(stanza.attrs.from ?? '');
    } catch {
      return; // Nobody to answer to (S01).
    }
    const { domain } = this.context.options;
    // The gateway never talks to itself, whatever loops through the server (S01, S14).
    if (from.domain === domain) return;
    try {
      to = this.#jids.parse(stanza.attrs.to ?? '');
    } catch {
      // A server ends the stream over an answer in a name that is not ours (A03, RFC 6120 §4.9.3.9).
      if (domainOfUnprepared(stanza.attrs.to ?? '') === domain)
        this.#refusals.answer(stanza, new StanzaError('jid-malformed'));
      return;
    }
    if (to.domain !== domain) return;
    if (this.context.foreign?.(stanza, from, to)) return;
    // What a server grants concerns no account, and must not wait for one.
    if (stanza.name === 'message' && to.local === '' && this.handlers.privileges.receive(stanza, from))
      return;
    this.#route(stanza, from, to);
  }

  #route(stanza: XmlElement, from: Jid, to: Jid): void {
    const { accounts } = this.context;
    // What a user sends stays in order while his account is being read.
    const pending = accounts.pending(from.bare);
    if (pending) {
      void pending.then(() => this.#route(stanza, from, to));
      return;
    }
    const account = accounts.active(from.bare);
    if (account === undefined && accounts.mayExist(from.bare)) {
      accounts.find(from).then(
        (found) => this.#dispatch(stanza, from, to, found),
        (error: unknown) => this.#fault(stanza, error, undefined),
      );
      return;
    }
    this.#dispatch(stanza, from, to, account);
  }

  #dispatch(stanza: XmlElement, from: Jid, to: Jid, account: Account | undefined): void {
    try {
      account?.hearLanguage(this.context.translator.match(stanza.attrs['xml:lang']));
      const language = this.#language(stanza, account);
      if (isPlainPresence(stanza)) {
        // Servers speak for users to all their contacts at a login; strangers have none (S16).
        const within = account ? this.#limits.takePresence(from.bare) : this.#limits.take(from.bare);
        if (!within) return;
      }
      if (counts(stanza) && !this.#limits.take(from.bare)) {
        this.#refusals.answer(
          stanza,
          new StanzaError('resource-constraint', {
            type: 'wait',
            text: this.context.translator.say({ key: 'error-too-fast' }, language),
            lang: language,
          }),
        );
        return;
      }
      if (this.#hosted(stanza, from, to, language)) return;
      const located = this.#locate(to);
      if (stanza.name === 'message') this.#message(stanza, from, to, account, located, language);
      else if (stanza.name === 'presence') this.#presence(stanza, from, to, account, located, language);
      else if (stanza.name === 'iq')
        void this.#iqs.receive({ iq: stanza, from, to, account, located, language });
    } catch (error) {
      this.#fault(stanza, error, account);
    }
  }

  /** @throws {StanzaError} */
  #hosted(stanza: XmlElement, from: Jid, to: Jid, language: string): boolean {
    const { hosted } = this.context;
    if (!hosted) return false;
    const joins = stanza.name === 'presence' && stanza.child('x', NS.MUC) && stanza.attrs.type === undefined;
    if (joins && !this.#limits.takeJoin(from.bare)) {
      const text = this.context.translator.say({ key: 'error-too-fast' }, language);
      throw new StanzaError('resource-constraint', { type: 'wait', text, lang: language });
    }
    return hosted.receive(stanza, from, to, language);
  }

  #locate(to: Jid): Located {
    if (to.local === '') return { kind: 'service' };
    if (this.#addresses.has(to.local)) return this.#addresses.get(to.local);
    const address = this.context.gateway.addresses.parse(unescapeLocal(to.local));
    if (this.#addresses.size >= ADDRESS_CACHE) this.#addresses.clear();
    this.#addresses.set(to.local, address);
    return address;
  }

  #message(
    stanza: XmlElement,
    from: Jid,
    to: Jid,
    account: Account | undefined,
    located: Located,
    language: string,
  ): void {
    const { rooms, messages } = this.handlers;
    const { type } = stanza.attrs;
    if (type === 'error') {
      // What a room of a network that stores says to a user's bare address is as durable as a person's word.
      const toUser = from.resource === '' && this.context.gateway.messaging === 'stored';
      if (located?.kind === 'room' && !toUser) rooms.bounced(account, from, located.id, stanza);
      else if (account) this.#bounced(stanza, account);
      return;
    }
    if (!located) throw new StanzaError('item-not-found');
    if (located.kind === 'room') {
      if (type === 'groupchat') rooms.groupchat(account, from, located.id, to.resource, stanza);
      else if (to.resource !== '') rooms.privateMessage(account, from, located.id, to.resource, stanza);
      else rooms.roomMessage(account, from, located.id, stanza);
      return;
    }
    if (located.kind === 'service' && this.#reports.receive(stanza, from)) return;
    if (located.kind === 'service' || located.kind === 'place') {
      const done = this.handlers.serviceMessage({ stanza, from, to, account, language, target: located });
      if (done) done.catch((error: unknown) => this.#fault(stanza, error, account));
      return;
    }
    if (this.handlers.privileges.returns(stanza, from, to)) return;
    const speaks = this.#speaks(stanza);
    // What only signals is never answered, and makes no account (F09).
    if (!speaks && (!account || admit(this.context.options, from) !== 'allowed')) return;
    if (!speaks && account) messages.receive(account, located.id, stanza, from);
    else
      this.#withAccount(stanza, from, account, language, (present) => {
        messages.receive(present, located.id, stanza, from);
        this.handlers.people.mattered(present, located.id);
      });
  }

  /** Something of ours came back to the gateway, a person or a part of the network. */
  #bounced(stanza: XmlElement, account: Account): void {
    this.handlers.presence.bounced(account);
    const { id } = stanza.attrs;
    if (id !== undefined) this.handlers.delivery.bounced(account, id, conditionOf(stanza) ?? '');
  }

  /** Whether a message to a person carries anything that its sender must hear about when it cannot be delivered. */
  #speaks(stanza: XmlElement): boolean {
    for (const child of stanza.children) {
      if (typeof child === 'string') continue;
      if (child.ns === NS.COMPONENT && child.name === 'body') return true;
      if (CONTENT.has(child.ns)) return true;
    }
    return false;
  }

  #presence(
    stanza: XmlElement,
    from: Jid,
    to: Jid,
    account: Account | undefined,
    located: Located,
    language: string,
  ): void {
    const { rooms, people, presence } = this.handlers;
    if (!located) {
      people.receive(undefined, from, to, undefined, stanza);
      if (stanza.attrs.type === undefined) throw new StanzaError('item-not-found');
      return;
    }
    if (located.kind === 'room') {
      if (stanza.attrs.type === undefined && stanza.child('x', NS.MUC)) {
        if (!this.#limits.takeJoin(from.bare) && !account?.rooms.has(located.id)) {
          throw new StanzaError('resource-constraint', {
            type: 'wait',
            text: this.context.translator.say({ key: 'error-too-fast' }, language),
            lang: language,
          });
        }
        this.#withAccount(stanza, from, account, language, (present) =>
          rooms.join(present, from, located.id, to.resource, stanza),
        );
      } else rooms.presence(account, from, located.id, to.resource, stanza);
      return;
    }
    if (located.kind === 'service') presence.receive(account, from, stanza);
    else {
      if (located.kind === 'contact') people.receive(account, from, to, located.id, stanza);
      else people.receiveAtPlace(account, from, to, stanza);
      // Presence to a person says that the user is online (D01); the gateway asks for its own.
      const { type } = stanza.attrs;
      const news = (type === undefined || type === 'probe') && account?.registered;
      if (news && account.resources.size === 0) presence.ask(account);
    }
  }

  /** Runs with the sender's account; makes an implicit one where the policy allows it (architecture, Rules). */
  #withAccount(
    stanza: XmlElement,
    from: Jid,
    account: Account | undefined,
    language: string,
    run: (account: Account) => void,
  ): void {
    const { options, translator, accounts } = this.context;
    if (admit(options, from) !== 'allowed') {
      throw new StanzaError('registration-required', {
        text: translator.say({ key: 'error-not-admitted' }, language),
        lang: language,
      });
    }
    if (account && (account.registered || options.policy === 'open')) {
      run(account);
      return;
    }
    if (options.policy !== 'open') {
      throw new StanzaError('registration-required', {
        text: translator.say({ key: 'error-registration-required' }, language),
        lang: language,
      });
    }
    accounts.ensure(from).then(
      (made) => {
        try {
          run(made);
        } catch (error) {
          this.#fault(stanza, error, made);
        }
      },
      (error: unknown) => this.#fault(stanza, error, undefined),
    );
  }

  #language(stanza: XmlElement, account: Account | undefined): string {
    return (
      account?.language ??
      this.context.translator.match(stanza.attrs['xml:lang']) ??
      this.context.options.language
    );
  }

  #fault(stanza: XmlElement, error: unknown, account: Account | undefined): void {
    this.#refusals.fault(stanza, error, this.#language(stanza, account));
  }
}

/** Presence that enters no room: a server sends it in the user's name to each of his contacts, all at once. */
function isPlainPresence(stanza: XmlElement): boolean {
  return stanza.name === 'presence' && stanza.attrs.type !== 'unavailable' && !stanza.child('x', NS.MUC);
}

/**
 * Whether a stanza counts against the limit of what a user may ask for. Answers, errors and departures do not:
 * a client that goes offline in two hundred rooms at once must be out of all of them.
 */
function counts(stanza: XmlElement): boolean {
  const { name, attrs } = stanza;
  if (attrs.type === 'error') return false;
  if (name === 'presence') return attrs.type !== 'unavailable' && !isPlainPresence(stanza);
  return name !== 'iq' || attrs.type !== 'result';
}
