import type { NetworkMessageId } from '../../gateway/ids.js';
import type { Jid } from '../../xmpp/jid.js';
import type { ChatState } from '../../xmpp/xep/0085-chat-states/chat-state.js';
import type { Account } from '../account/account.js';
import { conversationName, type Peer } from '../delivery/peer.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { MessageIds } from './message-ids.js';
import type { UserMessage } from './read-message.js';

/** Conversations whose last signal is remembered. */
const REMEMBERED_CONVERSATIONS = 20_000;

/** How far a user has read one conversation. */
interface ReadState {
  /** Id of the newest message that the network was told of; ids rise with time. */
  told: string;
  /** The newest one that it is to be told of. */
  wanted: { readonly id: string; readonly networkId: NetworkMessageId } | undefined;
  running: boolean;
}

/** What clients say without words: who writes, what has been read. Never answered, never an error (F09, F13). */
export class UserSignals {
  readonly #composing = new BoundedMap<string, boolean>(REMEMBERED_CONVERSATIONS);
  readonly #read = new BoundedMap<string, ReadState>(REMEMBERED_CONVERSATIONS);
  /** Full JIDs of clients that have shown that they know chat states (XEP-0085 §5.1). */
  readonly #supporters = new WeakMap<Account, Set<string>>();

  constructor(
    private readonly context: DomainContext,
    private readonly ids: MessageIds,
  ) {}

  /** Passes on what a message of the user says beside its words. */
  take(account: Account, peer: Peer, from: Jid, message: UserMessage): void {
    const { chatState, displayed } = message;
    if (chatState) {
      this.#support(account, from);
      this.#typing(account, peer, chatState, message.text !== undefined);
    }
    if (displayed) {
      this.displayed(account, peer, displayed);
    }
  }

  /** The user has read a conversation up to that message. */
  displayed(account: Account, peer: Peer, id: string): void {
    this.#displayed(account, peer, id).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'a marker of the user could not be passed on');
    });
  }

  /** Clients of the user that are there and know chat states (F15). */
  supporters(account: Account): readonly string[] {
    const known = this.#supporters.get(account);
    return known ? [...known].filter((full) => account.resources.has(full)) : [];
  }

  #support(account: Account, from: Jid): void {
    if (from.resource === '') return;
    const known = this.#supporters.get(account) ?? new Set();
    if (known.size >= this.context.options.limits.resourcesPerUser && !known.has(from.full)) {
      for (const full of known) if (!account.resources.has(full)) known.delete(full);
      if (known.size >= this.context.options.limits.resourcesPerUser) return;
    }
    known.add(from.full);
    this.#supporters.set(account, known);
  }

  /** The network is told of changes only; a message ends composing by itself. */
  #typing(account: Account, peer: Peer, state: ChatState, withText: boolean): void {
    const typing = account.session?.typing;
    if (!typing) return;
    const conversation = conversationName(account.record.id, peer);
    const composing = state === 'composing';
    const before = this.#composing.get(conversation) ?? false;
    if (composing === before) return;
    this.#composing.set(conversation, composing);
    if (!withText) typing.setTyping(peer.id, composing);
  }

  /** The newest marker alone, forward only, for messages of that conversation alone (F14). */
  async #displayed(account: Account, peer: Peer, id: string): Promise<void> {
    if (!account.session?.receipts?.markDisplayed) return;
    const record = await this.ids.named(account, peer, id);
    const networkId = record?.networkIds.at(-1);
    if (record?.direction !== 'in' || networkId === undefined) return;
    const conversation = conversationName(account.record.id, peer);
    let state = this.#read.get(conversation);
    if (!state) {
      state = { told: '', wanted: undefined, running: false };
      this.#read.set(conversation, state);
    }
    if (record.id <= state.told || (state.wanted && record.id <= state.wanted.id)) return;
    state.wanted = { id: record.id, networkId: networkId as NetworkMessageId };
    if (!state.running) await this.#tell(account, peer, state);
  }

  async #tell(account: Account, peer: Peer, state: ReadState): Promise<void> {
    state.running = true;
    try {
      for (let next = state.wanted; next; next = state.wanted) {
        state.wanted = undefined;
        state.told = next.id;
        await account.session?.receipts?.markDisplayed?.(peer.id, next.networkId);
      }
    } finally {
      state.running = false;
    }
  }
}
