import type { RoomId } from '../../../src/gateway/ids.js';
import { asRoomId } from '../ids.js';
import { type Mailbox, mailAddress } from '../mail/mail-address.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import { base32Of } from './digest.js';

/** Headers in which servers write whom they have delivered to; what they name is the user himself. */
const DELIVERED_TO = ['delivered-to', 'x-original-to', 'envelope-to', 'x-forwarded-to'];

/** Who a mail is between, besides the user. */
export type Audience =
  /** The other one alone, whoever of the two wrote it. `others`: further recipients, who are not answered. */
  | { readonly kind: 'person'; readonly person: Mailbox; readonly others: readonly Mailbox[] }
  | {
      readonly kind: 'group';
      readonly room: RoomId;
      /** Everybody but the user: author first, then recipients in their order. */
      readonly members: readonly Mailbox[];
      /** Addresses among the members who only get copies. */
      readonly copied: readonly string[];
      /** The user's own address in it. */
      readonly self: string;
    };

/** What is needed of a mail. */
export type Addressed = Pick<ParsedMail, 'from' | 'to' | 'cc' | 'headers'>;

/**
 * Who a mail is between. A group only when it names the user: who has got a blind copy, or a mail by way of another
 * address, would give himself away by answering all (RFC 5322 §3.6.3). Undefined when nobody is left.
 */
export function audienceOf(
  mail: Addressed,
  own: ReadonlySet<string>,
  byUser: boolean,
  most: number,
): Audience | undefined {
  const named = distinct([...mail.to, ...mail.cc]);
  const selves = byUser ? own : new Set([...own, ...aliases(mail, named)]);
  const others = named.filter(({ address }) => !selves.has(address));
  const author = mail.from;
  if (byUser) {
    const [first] = others;
    if (first === undefined || author === undefined) return undefined;
    if (others.length === 1 || others.length > most) return { kind: 'person', person: first, others: [] };
    return group(others, mail.cc, author.address);
  }
  if (author === undefined) return undefined;
  const rest = others.filter(({ address }) => address !== author.address);
  const self = named.find(({ address }) => selves.has(address));
  if (rest.length === 0 || self === undefined || rest.length >= most || selves.has(author.address))
    return { kind: 'person', person: author, others: rest };
  return group([author, ...rest], mail.cc, self.address);
}

/** The room of these people; the same whoever wrote last. */
export function groupRoom(addresses: readonly string[]): RoomId {
  return asRoomId(`!${base32Of('group', ...[...new Set(addresses)].sort())}`);
}

/** The room of a group of chat mail, which keeps its id while people come and go. */
export function chatGroupRoom(groupId: string): RoomId {
  return asRoomId(`!${base32Of('chat-group', groupId)}`);
}

function group(members: readonly Mailbox[], cc: readonly Mailbox[], self: string): Audience {
  const room = groupRoom([self, ...members.map(({ address }) => address)]);
  const inCopy = new Set(cc.map(({ address }) => address));
  const copied = members
    .slice(1)
    .map(({ address }) => address)
    .filter((address) => inCopy.has(address));
  return { kind: 'group', room, members, copied, self };
}

function distinct(mailboxes: readonly Mailbox[]): readonly Mailbox[] {
  return [
    ...new Map([...mailboxes].reverse().map((mailbox) => [mailbox.address, mailbox])).values(),
  ].reverse();
}

/** Recipients who are the user by another address. */
function aliases({ headers }: Addressed, named: readonly Mailbox[]): readonly string[] {
  const delivered = new Set(
    DELIVERED_TO.flatMap((name) => headers.all(name)).map((value) => mailAddress(value.trim())),
  );
  return named.map(({ address }) => address).filter((address) => delivered.has(address));
}
