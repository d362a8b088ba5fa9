import type { InboundEvent } from '../../../gateway/event.js';
import type { Gateway } from '../../../gateway/gateway.js';
import type { MemberId, PlaceId, RoomId } from '../../../gateway/ids.js';
import type { ConnectionState, Session } from '../../../gateway/session.js';
import type { Jid } from '../../../xmpp/jid.js';
import type { Media } from '../../media/media.js';
import type { OwnLogin } from './own-login.js';

/** Who hears what an account's session has to tell, in place of a user's clients. */
export interface SessionListener {
  /** As `SessionHost.emit`. Never throws. */
  event(event: InboundEvent): Promise<void> | undefined;
  state(state: ConnectionState, place: PlaceId | undefined): void;
  readonly congested: boolean;
  relieved(): Promise<void>;
}

/** An account that speaks for a relay. */
export interface SpokenAccount {
  readonly session: Session;
  /** Lets go of it; an account that nobody has logged in is no more then. Never rejects. */
  close(): Promise<void>;
}

/** The account of a user who lets a relay speak by it in one room. His clients go on hearing all. */
export interface BorrowedAccount {
  readonly session: Session;
  /** Who he is in the room, where he is there by himself already. */
  readonly self?: { readonly member: MemberId; readonly nick: string };
  /** Lets go of it; he leaves the room if he is not there by himself. */
  close(): void;
}

/** What the domain of one network gives to relays. */
export interface NetworkPort {
  readonly domain: string;
  readonly gateway: Gateway;
  readonly media: Media;
  /** How the relays' own accounts come to be there, and end. */
  readonly login: OwnLogin;
  /**
   * The account of an address of the relay's domain, made where the network lets anybody in without a registration.
   * @throws {GatewayError} `registered-only` where the operator has to log it in first
   */
  open(owner: Jid, listener: SessionListener): Promise<SpokenAccount>;
  /**
   * The account of a user who has registered with the network. Undefined: he has not. What concerns the room, or a whole
   * place, is told to `listener` besides.
   */
  borrow(owner: string, room: RoomId, listener: SessionListener): Promise<BorrowedAccount | undefined>;
}
