import type { XmlElement } from '../../xmpp/element.js';
import type { IqRequests } from '../../xmpp/iq.js';
import { NS } from '../../xmpp/namespace.js';
import { discoInfoQuery, readDiscoInfo } from '../../xmpp/xep/0030-service-discovery/disco.js';
import { capsVer, readCaps } from '../../xmpp/xep/0115-entity-capabilities/caps.js';
import type { Account } from '../account/account.js';
import { BoundedMap } from '../limit/bounded-map.js';

/** Kinds of clients that are remembered, by the hash of what they can do. */
const REMEMBERED_VERSIONS = 1_000;

/** What clients of users can do (XEP-0030), asked only when it matters and once per kind of client (XEP-0115). */
export class ClientFeatures {
  /** By `ver`; only what has been checked against its hash, since anybody may claim any (XEP-0115 §5.4). */
  readonly #byVersion = new BoundedMap<string, ReadonlySet<string>>(REMEMBERED_VERSIONS);
  readonly #asked = new WeakMap<Account, Map<string, Promise<ReadonlySet<string>>>>();

  constructor(
    private readonly domain: string,
    private readonly requests: IqRequests,
  ) {}

  /** The features of an available resource; none when it does not tell. */
  of(account: Account, resource: string): Promise<ReadonlySet<string>> {
    const known = this.#byVersion.get(account.resources.get(resource)?.caps ?? '');
    if (known) return Promise.resolve(known);
    let asked = this.#asked.get(account);
    if (!asked) {
      asked = new Map();
      this.#asked.set(account, asked);
    }
    for (const other of asked.keys()) if (!account.resources.has(other)) asked.delete(other);
    let answer = asked.get(resource);
    if (!answer) {
      answer = this.#ask(account, resource);
      asked.set(resource, answer);
    }
    return answer;
  }

  async #ask(account: Account, resource: string): Promise<ReadonlySet<string>> {
    const caps = account.resources.get(resource)?.caps;
    try {
      const result = await this.requests.request('get', this.domain, resource, discoInfoQuery());
      const info = readDiscoInfo(result.child('query', NS.DISCO_INFO));
      const features = new Set(info.features);
      if (caps !== undefined && capsVer(info) === caps) this.#byVersion.set(caps, features);
      return features;
    } catch {
      return new Set();
    }
  }
}

/** The hash of what a client can do, from its presence; a copy, which keeps no part of the stream in memory. */
export function capsOf(presence: XmlElement): string | undefined {
  const ver = readCaps(presence);
  return ver === undefined ? undefined : Buffer.from(ver).toString();
}
