import { RateLimiter } from 'limiter';
import type { Form, FormValues } from '../../gateway/form.js';
import type { SearchFacet } from '../../gateway/session.js';
import type { Text } from '../../gateway/text.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { FoundItem } from '../../xmpp/xep/0055-jabber-search/search.js';
import type { Account } from '../account/account.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { findJid } from '../service/address.js';
import type { ServiceContext } from '../service/service-context.js';

/** Users whose limit is remembered at most. */
const REMEMBERED_USERS = 20_000;
/** UTF-16 units that are shown of what a network says of a hit. */
const LINE_LENGTH = 300;

/** Finding people on the network, on the user's own connection (E12). */
export class PeopleSearch {
  readonly #limits = new BoundedMap<string, RateLimiter>(REMEMBERED_USERS);
  /** Whether the network can search, as the last session showed that was looked at. */
  #known = false;

  constructor(readonly context: ServiceContext) {}

  /** Whether people can be searched for; for those without a session, as others can. */
  offered(account: Account | undefined): boolean {
    const session = account?.session;
    if (session) this.#known = session.search !== undefined;
    return this.#known;
  }

  /** Whether this user can search now. */
  offeredTo(account: Account | undefined): boolean {
    return account?.registered === true && this.#facet(account) !== undefined;
  }

  /** @throws {StanzaError} for those who cannot search */
  form(account: Account | undefined, language: string): Form {
    return this.#require(account, language).form;
  }

  /**
   * Hits with their addresses, at most as many as the operator allows.
   * @throws {StanzaError} for those who cannot search, or who search too often
   * @throws {GatewayError} when the network refuses
   */
  async find(
    account: Account | undefined,
    values: FormValues,
    language: string,
  ): Promise<readonly FoundItem[]> {
    const facet = this.#require(account, language);
    if (!Object.values(values).some((value) => value.trim() !== ''))
      throw this.#error('not-acceptable', { key: 'search-empty' }, language);
    const { searchResults, searchesPerMinute } = this.context.options.limits;
    if (account && !this.#take(account.owner, searchesPerMinute))
      throw this.#error('resource-constraint', { key: 'error-too-fast' }, language);
    const hits = await facet.find(values, searchResults);
    return hits.slice(0, searchResults).flatMap(({ contact, name, detail }) => {
      const jid = findJid(this.context, { kind: 'contact', id: contact });
      if (jid === undefined) return [];
      return [{ jid, name: line(name), ...(detail !== undefined && { detail: line(detail) }) }];
    });
  }

  #facet(account: Account): SearchFacet | undefined {
    return this.context.sessions.get(account)?.search;
  }

  #require(account: Account | undefined, language: string): SearchFacet {
    if (!account?.registered)
      throw this.#error('registration-required', { key: 'error-registration-required' }, language);
    const facet = this.context.sessions.ensure(account).search;
    if (!facet) throw this.#error('feature-not-implemented', { key: 'search-none' }, language);
    return facet;
  }

  /** A limit of 0 is none (S17). */
  #take(owner: string, perMinute: number): boolean {
    if (perMinute === 0) return true;
    let bucket = this.#limits.get(owner);
    if (!bucket) {
      bucket = new RateLimiter({ tokensPerInterval: perMinute, interval: 'minute' });
      this.#limits.set(owner, bucket);
    }
    return bucket.tryRemoveTokens(1);
  }

  #error(
    condition: 'registration-required' | 'feature-not-implemented' | 'not-acceptable' | 'resource-constraint',
    text: Text,
    language: string,
  ): StanzaError {
    return new StanzaError(condition, { text: this.context.translator.say(text, language), lang: language });
  }
}

function line(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, LINE_LENGTH);
}
