import { type TgClient, TgError } from '../client/client.js';
import type { TgEvent } from '../client/events.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { isFinal } from '../failure.js';

/** Conversations looked at, and messages of one page. */
const DIALOGS = 200;
const PAGE = 100;
/** What was under way when something was last heard (ms). */
const SLACK_MS = 60_000;

/**
 * What was said in private and in basic groups after that message, where Telegram does not tell of each any more: read
 * from the chats themselves, oldest first; those that may not be read are left out. `more`: there was too much of it.
 * Rejects with TgError.
 */
export async function missedMessages(
  client: Pick<TgClient, 'dialogs' | 'history'>,
  after: number,
  most: number,
): Promise<{ readonly messages: readonly TgMessage[]; readonly more: boolean }> {
  const all: TgMessage[] = [];
  for (const { peer, top } of await client.dialogs(DIALOGS)) {
    if (peer.startsWith('c') || top <= after) continue;
    all.push(...(await missedIn(client, peer, ({ id }) => id > after, most).catch(unlessRefused)));
  }
  all.sort((one, other) => one.id - other.id);
  return { messages: all.slice(-most), more: all.length > most };
}

/**
 * What was said in one channel since then (UTC milliseconds), oldest first; of what is known already the core takes none
 * twice. `more`: there was too much of it. Rejects with TgError.
 */
export async function missedSince(
  client: Pick<TgClient, 'history'>,
  chat: PeerId,
  since: number,
  most: number,
): Promise<{ readonly messages: readonly TgMessage[]; readonly more: boolean }> {
  const all = [...(await missedIn(client, chat, ({ date }) => date >= since - SLACK_MS, most))];
  all.sort((one, other) => one.id - other.id);
  return { messages: all.slice(-most), more: all.length >= most };
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
