import type { ContactId } from '../../gateway/ids.js';
import { parseJid } from '../../xmpp/jid.js';
import { unescapeLocal } from '../../xmpp/jid-escaping.js';
import { NS } from '../../xmpp/namespace.js';
import { type RosterItem, readRoster, rosterQuery, rosterSet } from '../../xmpp/roster.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { DomainContext } from '../domain.js';
import type { Privileges } from '../privilege/privileges.js';

/** What became of a request about a roster. */
export type Outcome =
  | 'done'
  /** This item is not taken. */
  | 'item-refused'
  /** Not now; another time it may work. */
  | 'failed'
  /** The server does not let the gateway do that (any more): another way is needed. */
  | 'no-access';

/** Users' rosters, as far as a server lets the gateway at them (XEP-0356 §4). */
export class RosterAccess {
  /** Domains whose server has taken an item: what fails there fails for a reason of its own. */
  readonly #works = new Set<string>();

  constructor(
    private readonly context: Pick<DomainContext, 'options' | 'gateway' | 'requests' | 'log'>,
    private readonly privileges: Privileges,
  ) {}

  /** Whether the user's roster may be read and written, as far as is known. */
  granted(owner: string): boolean {
    return this.privileges.roster(parseJid(owner).domain);
  }

  /** The items of this gateway's people, by contact. */
  async read(owner: string): Promise<ReadonlyMap<ContactId, RosterItem> | Exclude<Outcome, 'done'>> {
    try {
      const result = await this.context.requests.request(
        'get',
        this.context.options.domain,
        owner,
        rosterQuery(),
      );
      return this.own(readRoster(result.child('query', NS.ROSTER)));
    } catch (error) {
      return this.#outcome(owner, error);
    }
  }

  /** The items that are people of this gateway, by contact; everybody else in a roster is none of its business. */
  own(items: readonly RosterItem[]): ReadonlyMap<ContactId, RosterItem> {
    const own = new Map<ContactId, RosterItem>();
    for (const item of items) {
      const contact = this.#contactOf(item.jid);
      if (contact !== undefined) own.set(contact, item);
    }
    return own;
  }

  async write(owner: string, item: RosterItem): Promise<Outcome> {
    try {
      await this.context.requests.request('set', this.context.options.domain, owner, rosterSet(item));
      this.#works.add(parseJid(owner).domain);
      return 'done';
    } catch (error) {
      return this.#outcome(owner, error);
    }
  }

  /** Takes people out of the roster for good, one after the other; what is refused stays. */
  async clear(owner: string, contacts: ReadonlySet<string>): Promise<void> {
    if (!this.granted(owner)) return;
    const items = await this.read(owner);
    if (typeof items === 'string') return;
    for (const [contact, item] of items) {
      if (!contacts.has(contact)) continue;
      const outcome = await this.write(owner, { ...item, subscription: 'remove' });
      if (outcome === 'no-access' || outcome === 'failed') return;
    }
  }

  #outcome(owner: string, error: unknown): Exclude<Outcome, 'done'> {
    if (!(error instanceof StanzaError)) return 'failed';
    const { domain } = parseJid(owner);
    switch (error.condition) {
      case 'bad-request':
      case 'jid-malformed':
      case 'item-not-found':
      case 'not-acceptable':
        return 'item-refused';
      case 'remote-server-timeout':
      case 'resource-constraint':
        return 'failed';
      case 'forbidden':
        break;
      default:
        // ejabberd 23.01 grants the privilege and answers every set with an internal error.
        if (this.#works.has(domain)) return 'failed';
    }
    this.#works.delete(domain);
    this.context.log.warn(
      { domain, condition: error.condition },
      'the server refuses access to a roster that it has granted; contacts are offered to clients instead',
    );
    this.privileges.refuseRoster(domain);
    return 'no-access';
  }

  #contactOf(jid: string): ContactId | undefined {
    try {
      const { local, domain, resource } = parseJid(jid);
      if (domain !== this.context.options.domain || local === '' || resource !== '') return undefined;
      const address = this.context.gateway.addresses.parse(unescapeLocal(local));
      return address?.kind === 'contact' ? address.id : undefined;
    } catch {
      return undefined;
    }
  }
}
