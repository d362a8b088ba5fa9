import { randomUUID } from 'node:crypto';
import { el, type XmlElement } from '../../xmpp/element.js';
import { parseJid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { privatePublish } from '../../xmpp/xep/0060-publish-subscribe/private-node.js';
import { privilegedAnswer, privilegedIq } from '../../xmpp/xep/0356-privileged-entity/privileged-iq.js';
import type { DomainContext } from '../domain.js';
import type { Privileges } from './privileges.js';

/** What users keep for themselves on their own servers (XEP-0223), as far as these let the gateway at it. */
export class UserPubsub {
  constructor(
    private readonly context: Pick<DomainContext, 'options' | 'requests' | 'log'>,
    private readonly privileges: Pick<Privileges, 'iq' | 'refuseIq'>,
  ) {}

  /** Whether the server lets the gateway write, and with `reading` read as well. */
  may(owner: string, reading = false): boolean {
    const access = this.privileges.iq(parseJid(owner).domain, NS.PUBSUB);
    return access === 'both' || (access === 'set' && !reading);
  }

  /** Puts an item into a node that nobody else sees; false when that is refused. Never rejects. */
  publish(owner: string, node: string, id: string, payload: XmlElement): Promise<boolean> {
    return this.#try(owner, 'set', privatePublish(node, { id, payload }));
  }

  /** Takes an item away; false when that is refused. Never rejects. */
  retract(owner: string, node: string, id: string): Promise<boolean> {
    const item = el('item', NS.PUBSUB, { id });
    const retract = el('retract', NS.PUBSUB, { node, notify: 'true' }, item);
    return this.#try(owner, 'set', el('pubsub', NS.PUBSUB, null, retract));
  }

  /**
   * The items of a node with these ids. `unknown`: the server does not tell, which may mean that there is no node. Never
   * rejects.
   */
  async items(
    owner: string,
    node: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, XmlElement> | 'unknown'> {
    const wanted = ids.map((id) => el('item', NS.PUBSUB, { id }));
    const asked = el('pubsub', NS.PUBSUB, null, el('items', NS.PUBSUB, { node }, ...wanted));
    try {
      const answer = await this.#request(owner, 'get', asked);
      const found = answer?.child('pubsub', NS.PUBSUB)?.child('items', NS.PUBSUB);
      if (!found) return 'unknown';
      const items = found.childrenNamed('item', NS.PUBSUB);
      return new Map(
        items.flatMap((item) => {
          const [payload] = item.elements();
          return item.attrs.id !== undefined && payload ? [[item.attrs.id, payload] as const] : [];
        }),
      );
    } catch (error) {
      if (error instanceof StanzaError && error.condition === 'item-not-found') return new Map();
      this.#failed(owner, error);
      return 'unknown';
    }
  }

  async #try(owner: string, type: 'get' | 'set', payload: XmlElement): Promise<boolean> {
    try {
      await this.#request(owner, type, payload);
      return true;
    } catch (error) {
      this.#failed(owner, error);
      return false;
    }
  }

  async #request(owner: string, type: 'get' | 'set', payload: XmlElement): Promise<XmlElement | undefined> {
    const { requests, options } = this.context;
    const inner = privilegedIq({ type, user: owner, id: randomUUID(), payload });
    return privilegedAnswer(await requests.request(type, options.domain, owner, inner));
  }

  /** What is granted and refused all the same is not tried again before it is granted anew (J03). */
  #failed(owner: string, error: unknown): void {
    const refused = error instanceof StanzaError && error.condition === 'forbidden';
    if (refused) this.privileges.refuseIq(parseJid(owner).domain, NS.PUBSUB);
    this.context.log.debug({ err: error }, 'a node of a user could not be used');
  }
}
