import type { TgClient } from '../client/client.js';
import type { PeerId, TgMessage } from '../client/model.js';

/** Conversations looked at, and messages of one page. */
const DIALOGS = 200;
const PAGE = 100;
/** What was under way when something was last heard (ms). */
const SLACK_MS = 60_000;

/**
 * What was said in private and in basic groups after that message, where Telegram does not tell of each any more: read
 * from the chats themselves, oldest first. `more`: there was too much of it. Rejects with TgError.
 */
export async function missedMessages(
  client: Pick<TgClient, 'dialogs' | 'history'>,
  after: number,
  most: number,
): Promise<{ readonly messages: readonly TgMessage[]; readonly more: boolean }> {
  const all: TgMessage[] = [];
  for (const { peer, top } of await client.dialogs(DIALOGS)) {
    if (peer.startsWith('c') || top <= after) continue;
    all.push(...(await missedIn(client, peer, ({ id }) => id > after, most)));
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
