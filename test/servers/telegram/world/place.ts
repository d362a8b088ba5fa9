import type { Api } from 'telegram';
import type { Box } from './box.js';
import type { Person } from './person.js';

/** What somebody may do in a group. */
export interface Membership {
  readonly person: Person;
  readonly since: number;
  role: 'creator' | 'admin' | 'member' | 'restricted' | 'banned' | 'left';
  invitedBy: Person | undefined;
  /** A word under the name of an administrator. */
  title?: string;
  /** Of an administrator; undefined: all but that of making others. */
  rights?: Api.ChatAdminRights;
  /** Of a restricted one; undefined: nothing may be sent. */
  limits?: Api.ChatBannedRights;
  /** Who promoted, restricted or banned him. */
  by?: Person;
}

/** A link by which people come in. */
export interface Invite {
  readonly hash: string;
  readonly by: Person;
  readonly created: number;
  approval: boolean;
  permanent: boolean;
  revoked: boolean;
  title: string | undefined;
  /** How many may use it; undefined: any number. */
  limit: number | undefined;
  /** UTC seconds. */
  expires: number | undefined;
  used: number;
}

interface Place {
  readonly id: number;
  title: string;
  about: string;
  photo: ShownPhoto | undefined;
  readonly created: number;
  readonly members: Map<Person, Membership>;
  /** By the part of the link that counts. */
  readonly invites: Map<string, Invite>;
  /** Who waits for being let in, since when (UTC seconds). */
  readonly requests: Map<Person, { readonly since: number; readonly invite: Invite | undefined }>;
  /** Emojis, custom ones as `#` and their number. Undefined: all; empty: none. */
  reactions: readonly string[] | undefined;
  /** Different reactions of one message; undefined: the server's own limit. */
  reactionsLimit: number | undefined;
  /** What ordinary members may not do. */
  limits: Api.ChatBannedRights;
  /** Nothing may be forwarded from there. */
  closedToForwards: boolean;
}

/** A basic group: its messages lie in the boxes of its members. */
export interface GroupPlace extends Place {
  readonly kind: 'group';
  /** It has become that supergroup. */
  migratedTo: ChannelPlace | undefined;
  /** Rises with every change of who is in it. */
  version: number;
}

/** A topic of a forum. */
export interface Topic {
  /** Its first message; 1 is the general one, which has none. */
  readonly id: number;
  readonly by: Person;
  readonly created: number;
  title: string;
  closed: boolean;
  hidden: boolean;
  pinned: boolean;
}

/** A supergroup, a forum or a broadcast channel: it has a box of its own. */
export interface ChannelPlace extends Place {
  readonly kind: 'channel';
  readonly accessHash: bigint;
  readonly broadcast: boolean;
  username: string | undefined;
  forum: boolean;
  readonly topics: Map<number, Topic>;
  /** Discussion group of a broadcast channel, or the other way round. */
  linked: ChannelPlace | undefined;
  slowModeSeconds: number;
  readonly lastWords: Map<Person, number>;
  /** The basic group that it was, and the last message there of whoever migrated it. */
  migratedFrom: { readonly group: GroupPlace; readonly maxId: number } | undefined;
  /** Posts of a channel bear the name of their author. */
  signatures: boolean;
  /** Whoever wants to come in has to be let in. */
  approval: boolean;
  /** Only administrators see who is in it. */
  membersHidden: boolean;
  /** Nobody is left to see it. */
  deleted: boolean;
  readonly box: Box;
}

/** A picture of a person or a group. */
export interface ShownPhoto {
  readonly id: bigint;
  /** Data centre where it lies. */
  readonly centre: number;
}
