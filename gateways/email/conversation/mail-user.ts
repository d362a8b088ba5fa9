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
  readonly ways: readonly Way[];
  /** His own mailbox elsewhere. */
  readonly mailbox: Mailbox | undefined;
  readonly post: Post;
  readonly rooms: MailRooms;
}

/** Addresses that are the user's. */
export function ownAddresses({ mailbox, domainAddress }: EmailSettings): ReadonlySet<string> {
  return new Set([mailbox?.address, domainAddress].filter((address) => address !== undefined));
}
