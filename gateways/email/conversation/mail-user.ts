import type { AccountView } from '../../../src/gateway/gateway.js';
import type { EmailSettings } from '../account/settings.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { MailRooms } from './mail-rooms.js';
import type { Post } from './post.js';
import type { Way } from './way.js';

/** A user of the gateway as long as he has a session. */
export interface MailUser {
  readonly account: AccountView;
  readonly settings: EmailSettings;
  /** Empty until {@link ready}. */
  readonly ways: readonly Way[];
  /** Resolves when the ways are there, as far as they can be; never rejects. */
  readonly ready: Promise<void>;
  /** His own mailbox elsewhere. */
  readonly mailbox: Mailbox | undefined;
  readonly post: Post;
  readonly rooms: MailRooms;
}

/** Addresses that are the user's. */
export function ownAddresses({ settings, ways }: Pick<MailUser, 'settings' | 'ways'>): ReadonlySet<string> {
  const { mailbox } = settings;
  return new Set([...(mailbox ? [mailbox.address] : []), ...ways.map(({ address }) => address)]);
}
