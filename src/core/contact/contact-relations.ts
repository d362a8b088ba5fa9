import type {
  ContactAnswered,
  ContactChanged,
  ContactListed,
  ContactRemoved,
  ContactRequested,
  PresenceChanged,
} from '../../gateway/event.js';
import type { Account } from '../account/account.js';

/** What the network says of people as contacts. */
export type RelationEvent =
  | ContactAnswered
  | ContactChanged
  | ContactListed
  | ContactRemoved
  | ContactRequested
  | PresenceChanged;

/** Who is whose contact, and who is there. */
export class ContactRelations {
  handle(_account: Account, _event: RelationEvent): Promise<void> | undefined {
    return undefined;
  }
}
