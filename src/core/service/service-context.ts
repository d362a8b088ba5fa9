import type { Session } from '../../gateway/session.js';
import type { Account } from '../account/account.js';
import type { PeopleFacts } from '../contact/people.js';
import type { DomainContext } from '../domain.js';
import type { RoomBookmarks } from '../room/room-bookmarks.js';
import type { RoomFaces } from '../room/room-faces.js';

/** The part of the sessions that registration and commands need. */
export interface SessionKeeper {
  /** Creates and connects the account's session, or returns the one it has. */
  ensure(account: Account): Session;
  get(account: Account): Session | undefined;
  /** Lets the network know that the registration is about to be removed. Rejects when that must not be. */
  logout(account: Account): Promise<void>;
  /** Leaves the rooms, with an unavailable presence to each occupant, then disconnects. */
  end(account: Account, reason?: string): Promise<void>;
}

/** What the gateway's own face to its users works on. */
export type ServiceContext = DomainContext & {
  readonly sessions: SessionKeeper;
  readonly people: PeopleFacts;
  /** How rooms look to their accounts. */
  readonly faces: Pick<RoomFaces, 'of' | 'listed'>;
  readonly bookmarks: Pick<RoomBookmarks, 'wanted' | 'want' | 'forget'>;
};
