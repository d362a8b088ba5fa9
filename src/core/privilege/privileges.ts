import type { XmlElement } from '../../xmpp/element.js';
import { type Jid, parseJid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import {
  readSoftwareVersion,
  softwareVersionQuery,
} from '../../xmpp/xep/0092-software-version/software-version.js';
import { privilegedMessage } from '../../xmpp/xep/0356-privileged-entity/forward.js';
import { type Access, type Grant, readGrant } from '../../xmpp/xep/0356-privileged-entity/grant.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { type OwnMessage, OwnMessages } from './own-message.js';

/** Versions of ejabberd are years and months. */
const MONTHS = 100;

/** What servers let the gateway do for their users (XEP-0356), by domain of the users. */
export class Privileges {
  readonly #grants = new Map<string, Grant>();
  readonly #listeners: ((domain: string) => void)[] = [];
  readonly #refused: ((domain: string, stanzaId: string) => void)[] = [];
  readonly #own: OwnMessages;

  constructor(private readonly context: Pick<DomainContext, 'options' | 'requests' | 'log'>) {
    this.#own = new OwnMessages(context.options.occupantKey);
  }

  /** Calls back when a server has granted, or withdrawn what it had. */
  onChange(listener: (domain: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Calls back with the id of a message that a server has returned to the gateway itself. */
  onRefused(listener: (domain: string, stanzaId: string) => void): void {
    this.#refused.push(listener);
  }

  /**
   * Takes a message to the gateway itself. False when it is none of a server about privileges. Only domains whose
   * users may use the gateway are heard, and only the domain itself (J01).
   */
  receive(stanza: XmlElement, from: Jid): boolean {
    if (from.full !== from.domain || !this.context.options.userDomains.has(from.domain)) return false;
    if (stanza.attrs.type === 'error') {
      const known = this.#grants.get(from.domain);
      const { id } = stanza.attrs;
      // Also when the privilege is gone already: the message was under way.
      if (id !== undefined) for (const listener of this.#refused) listener(from.domain, id);
      if (!known?.message || !mentionsPrivilege(stanza)) return false;
      this.#change(from.domain, { ...known, message: false });
      return true;
    }
    const grant = readGrant(stanza);
    if (!grant) return false;
    if (grant.ns === NS.PRIVILEGE_1 && grant.message) {
      this.#change(from.domain, { ...grant, message: false });
      void this.#examine(from.domain, grant);
    } else this.#change(from.domain, grant);
    return true;
  }

  /**
   * ejabberd shows messages that it sends in a user's name to his clients since 23.10; before, nobody ever saw them.
   * Both speak the first version of the specification, so the server is asked which it is, and trusted when it tells.
   */
  async #examine(domain: string, grant: Grant): Promise<void> {
    const { requests, options } = this.context;
    try {
      const result = await requests.request('get', options.domain, domain, softwareVersionQuery());
      const { name, version } = readSoftwareVersion(result.child('query', NS.VERSION));
      const known = this.#grants.get(domain);
      if (known?.ns !== NS.PRIVILEGE_1 || !showsOwnMessages(name, version)) return;
      this.#change(domain, { ...known, message: grant.message });
    } catch (error) {
      this.context.log.debug({ err: error, domain }, 'the server does not tell its version');
    }
  }

  /** The stream is new: servers say again what they grant. */
  reset(): void {
    this.#grants.clear();
  }

  /** Whether rosters of that domain's users can be read and written. */
  roster(domain: string): boolean {
    return this.#grants.get(domain)?.roster === 'both';
  }

  /** The server refused in spite of its grant: not tried again before it grants anew (J03). */
  refuseRoster(domain: string): void {
    const known = this.#grants.get(domain);
    if (known && known.roster !== 'none') this.#change(domain, { ...known, roster: 'none' });
  }

  message(domain: string): boolean {
    return this.#grants.get(domain)?.message ?? false;
  }

  /** What may be asked in a user's name with a payload of that namespace. */
  iq(domain: string, ns: string): Access {
    return this.#grants.get(domain)?.iq.get(ns) ?? 'none';
  }

  /** The server refused such requests in spite of its grant: not tried again before it grants anew (J03). */
  refuseIq(domain: string, ns: string): void {
    const known = this.#grants.get(domain);
    if (!known?.iq.has(ns)) return;
    this.#change(domain, { ...known, iq: new Map([...known.iq].filter(([granted]) => granted !== ns)) });
  }

  /**
   * The stanza that has the user's server send a message in his name; undefined without that privilege. May be
   * sent more than once.
   */
  asUser(account: Pick<Account, 'owner'>, message: OwnMessage): string | undefined {
    const { domain } = parseJid(account.owner);
    const grant = this.#grants.get(domain);
    if (!grant?.message) return undefined;
    return privilegedMessage({
      ns: grant.ns,
      id: message.id,
      from: this.context.options.domain,
      to: domain,
      message: this.#own.mark(account.owner, message),
    });
  }

  /** Whether a message to a person is one of {@link asUser} that the server brings to its addressee (J05). */
  returns(stanza: XmlElement, from: Jid, to: Jid): boolean {
    return this.#own.recognises(stanza, from, to);
  }

  #change(domain: string, grant: Grant): void {
    this.#grants.set(domain, grant);
    this.context.log.info(
      { domain, roster: grant.roster, message: grant.message },
      'privileges of the server',
    );
    for (const listener of this.#listeners) listener(domain);
  }
}

/** Whether copies of a message sent in a user's name reach his clients: in ejabberd since 23.10. */
function showsOwnMessages(name: string, version: string): boolean {
  if (name !== 'ejabberd') return name !== '';
  const [, year, month] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(year) * MONTHS + Number(month) >= 23 * MONTHS + 10;
}

/** A refused message is returned with what was in it; some servers leave that out. */
function mentionsPrivilege(stanza: XmlElement): boolean {
  return (
    stanza.child('privilege', NS.PRIVILEGE) !== undefined ||
    stanza.child('privilege', NS.PRIVILEGE_1) !== undefined ||
    stanza.child('error')?.child('forbidden', NS.STANZA_ERRORS) !== undefined
  );
}
