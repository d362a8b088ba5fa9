import { type TgClient, TgError } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { isFinal } from '../failure.js';

/** Conversations looked at, and messages of one page. */
const DIALOGS = 200;
const PAGE = 100;
/** What was under way when something was last heard (ms). */
const SLACK_MS = 60_000;

/** What an account has not been told. */
export interface Missed {
  /** Oldest first. */
  readonly messages: readonly TgMessage[];
  /** In which something was said. */
  readonly chats: readonly PeerId[];
  /** There was too much of it: the oldest are left out. */
  readonly more: boolean;
}

/** From where on an account has heard nothing. */
export interface LastHeard {
  /** The newest message that it was told of those that its own box counts; 0: none. */
  readonly message: number;
  /** UTC milliseconds. */
  readonly time: number;
}

/**
 * What was said in private and in basic groups after that, where Telegram does not tell of each any more: read from the
 * chats themselves; those that may not be read are left out. Rejects with TgError.
 */
export async function missedMessages(
  client: Pick<TgClient, 'dialogs' | 'history'>,
  { message, time }: LastHeard,
  most: number,
): Promise<Missed> {
  const all: TgMessage[] = [];
  const chats: PeerId[] = [];
  for (const { peer, top } of await client.dialogs(DIALOGS)) {
    if (peer.startsWith('c') || top <= message) continue;
    const isNew = (one: TgMessage): boolean => (message > 0 ? one.id > message : one.date >= time - SLACK_MS);
    const found = await missedIn(client, peer, isNew, most).catch(unlessRefused);
    if (found.length > 0) chats.push(peer);
    all.push(...found);
  }
  all.sort((one, other) => one.id - other.id);
  return { messages: all.slice(-most), chats, more: all.length > most };
}

/**
 * What was said in one channel since then (UTC milliseconds), oldest first, the newest if there was too much; of what is
 * known already the core takes none twice. Rejects with TgError.
 */
export async function missedSince(
  client: Pick<TgClient, 'history'>,
  chat: PeerId,
  since: number,
  most: number,
): Promise<readonly TgMessage[]> {
  const all = [...(await missedIn(client, chat, ({ date }) => date >= since - SLACK_MS, most))];
  all.sort((one, other) => one.id - other.id);
  return all.slice(-most);
}

/** Takes these messages one after the other; one that would fail each time must not keep away those after it. */
export async function eachOf(
  messages: readonly TgMessage[],
  passedOver: (event: TgEvent, error: unknown) => void,
  take: (event: { readonly type: 'message'; readonly message: TgMessage }) => Promise<void>,
): Promise<void> {
  for (const message of messages) {
    const event = { type: 'message', message } as const;
    try {
      await take(event);
    } catch (error) {
      if (!isFinal(error)) throw error;
      passedOver(event, error);
    }
  }
}

async function missedIn(
  client: Pick<TgClient, 'history'>,
  chat: PeerId,
  isNew: (message: TgMessage) => boolean,
  most: number,
): Promise<readonly TgMessage[]> {
  const found: TgMessage[] = [];
  // From the newest back: what is older than the bound is of least use.
  for (let before: number | undefined; found.length < most; ) {
    const page = await client.history(chat, { limit: PAGE, ...(before !== undefined && { before }) });
    const fresh = page.messages.filter(isNew);
    found.push(...fresh);
    const oldest = page.messages.at(-1)?.id;
    if (!page.more || fresh.length < page.messages.length || oldest === undefined) break;
    before = oldest;
  }
  return found;
}

/** One chat that cannot be read must not keep all others away. */
function unlessRefused(error: unknown): readonly TgMessage[] {
  if (error instanceof TgError && error.kind === 'refused') return [];
  throw error;
}
