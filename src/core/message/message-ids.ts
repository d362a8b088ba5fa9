import type { NetworkMessageId } from '../../gateway/ids.js';
import type { MessageReference } from '../../gateway/message.js';
import type { MessageChange, MessageRecord } from '../../store/message-store.js';
import type { Store } from '../../store/store.js';
import type { Account } from '../account/account.js';
import { isSamePeer, keyOf, type Peer, peerOf } from '../delivery/peer.js';

/** The map between the ids that a message has in XMPP and on the network, for one domain. */
export class MessageIds {
  constructor(
    private readonly store: Pick<Store, 'messages'>,
    /** Resolves when the ids of what is being sent there are known. */
    private readonly settled: (account: Account, peer: Peer) => Promise<void>,
  ) {}

  /** The message of a conversation that a client names by any of its ids (F22). */
  named(account: Account, peer: Peer, xmppId: string): Promise<MessageRecord | undefined> {
    return this.store.messages.byXmppId(account.record.id, xmppId, keyOf(peer));
  }

  /** The message that the network names, if it belongs to the conversation. */
  async reported(account: Account, peer: Peer, id: NetworkMessageId): Promise<MessageRecord | undefined> {
    let record = await this.store.messages.byNetworkId(account.record.id, id);
    if (!record) {
      // People may be faster than the network's own answer to what they react to.
      await this.settled(account, peer);
      record = await this.store.messages.byNetworkId(account.record.id, id);
    }
    return record && isSamePeer(peerOf(record), peer) ? record : undefined;
  }

  /** Whether the account has a message of that id. */
  async knows(account: Account, id: NetworkMessageId): Promise<boolean> {
    return (await this.store.messages.byNetworkId(account.record.id, id)) !== undefined;
  }

  async change(record: MessageRecord, change: Omit<MessageChange, 'changedAt'>): Promise<void> {
    await this.store.messages.change(record.id, { ...change, changedAt: Date.now() });
  }
}

/** How the network knows the message; undefined when it has given it no id. */
export function referenceTo({ networkIds, direction }: MessageRecord): MessageReference | undefined {
  const [id] = networkIds;
  return id === undefined ? undefined : { id: id as NetworkMessageId, own: direction !== 'in' };
}

/** Separates the id of a message from the number of one of its further stanzas. */
const PART = '.';

/** The id of the stanza that carries this part of a message, counted from 0. */
export function partId(id: string, part: number): string {
  return part === 0 ? id : `${id}${PART}${part}`;
}

/** The stanzas that a message was shown in, without those of its corrections. */
export function stanzaIds({ xmppIds }: MessageRecord): readonly string[] {
  const [first = ''] = xmppIds;
  return [first, ...xmppIds.slice(1).filter((id) => id.startsWith(`${first}${PART}`))];
}
