import { z } from 'zod';
import type { AccountView, Settings } from '../../../src/gateway/gateway.js';
import type { PeerId } from '../client/model.js';

/** Chats that are switched on or off one by one; with more, those switched first count no more. */
const MOST_CHOSEN = 500;

const peer = z.string().regex(/^[ugc][1-9]\d{0,18}$/);
const schema = z.object({
  chats: z.enum(['all', 'contacts', 'unmuted']).catch('all'),
  topics: z.enum(['threads', 'rooms']).catch('threads'),
  chosen: z.record(peer, z.boolean()).catch({}),
});

/** Which chats come here: all of them, those with contacts only, or those that the user has not silenced. */
export type BridgedChats = z.infer<typeof schema>['chats'];
/** What the topics of a forum are: threads of its one room (XEP-0201), or rooms of their own. */
export type TopicsAs = z.infer<typeof schema>['topics'];

/** What a user has chosen of his chats. */
export interface ChatSettings {
  readonly chats: BridgedChats;
  readonly topics: TopicsAs;
  /** Chats switched on or off by themselves, whatever else is said. */
  readonly chosen: ReadonlyMap<PeerId, boolean>;
}

/** What is on record, or what is usual. */
export function chatSettingsOf(account: Pick<AccountView, 'settings'> | undefined): ChatSettings {
  const { chats, topics, chosen } = schema.parse({ ...account?.settings });
  return { chats, topics, chosen: new Map(Object.entries(chosen) as [PeerId, boolean][]) };
}

/** The account's settings with another choice; everything else in them stays. */
export function settingsWith(
  account: Pick<AccountView, 'settings'> | undefined,
  change: Partial<ChatSettings>,
): Settings {
  const { chats, topics, chosen } = { ...chatSettingsOf(account), ...change };
  const kept = [...chosen].slice(-MOST_CHOSEN);
  return { ...account?.settings, chats, topics, chosen: Object.fromEntries(kept) };
}

/** The choices with one chat switched; undefined: as the setting for all says. */
export function chosenWith(
  chosen: ReadonlyMap<PeerId, boolean>,
  chat: PeerId,
  on: boolean | undefined,
): ReadonlyMap<PeerId, boolean> {
  const changed = new Map(chosen);
  changed.delete(chat);
  if (on !== undefined) changed.set(chat, on);
  return changed;
}
