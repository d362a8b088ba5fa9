import type { RoomId } from '../../../src/gateway/ids.js';
import { EmailAddressCodec } from '../address.js';
import type { EmailContext } from '../context.js';
import { asContactId, asRoomId } from '../ids.js';
import type { Mailbox } from '../mail/mail-address.js';
import { audienceOf, chatGroupRoom } from './audience.js';
import type { ConversationId } from './conversation-book.js';
import type { Incoming } from './incoming.js';
import { receivedAs } from './incoming.js';
import { mergedMembers } from './members.js';
import type { RoomPerson, RoomRecord } from './room-book.js';
import { shownName } from './shown-name.js';

/** Members that give a group its name. */
const NAMING = 4;

/** Where a mail belongs. */
export type Route =
  | {
      readonly kind: 'person';
      readonly id: ConversationId;
      readonly person: Mailbox;
      /** Further recipients, who are not answered. */
      readonly others: readonly Mailbox[];
    }
  | {
      readonly kind: 'room';
      readonly id: RoomId;
      /** The room as it is with this mail. */
      readonly record: RoomRecord;
      /** As it was before. */
      readonly before: RoomRecord | undefined;
    };

const codec = new EmailAddressCodec();

/** Finds where a mail belongs; undefined when it is between nobody, such as a draft to no one. */
export async function routeOf(context: EmailContext, incoming: Incoming): Promise<Route | undefined> {
  const { recipient, mail, byUser, own } = incoming;
  const { participants } = context.options.conversation;
  if (recipient.settings.rooms) {
    const room =
      (await listRoute(context, incoming)) ?? (await chatGroupRoute(context, incoming)) ?? undefined;
    if (room) return room;
  }
  const audience = audienceOf({ ...mail, from: incoming.author }, own, byUser, participants);
  if (audience === undefined) return undefined;
  const { kind } = audience;
  if (kind === 'person') return personRoute(audience.person, audience.others);
  const { members, copied, self, room } = audience;
  if (!recipient.settings.rooms) {
    const [first, ...rest] = members;
    return first && personRoute(first, rest);
  }
  const before = await context.rooms.get(recipient.id, room);
  const people = mergedMembers(before?.members ?? [], members, participants);
  return {
    kind: 'room',
    id: room,
    before,
    record: {
      ...{ room, kind: 'group', members: [...people], copied: [...copied], self },
      name: before?.name || groupName(people),
      wanted: before?.wanted ?? true,
    },
  };
}

function personRoute(person: Mailbox, others: readonly Mailbox[]): Route {
  return { kind: 'person', id: asContactId(person.address), person, others };
}

async function listRoute(context: EmailContext, incoming: Incoming): Promise<Route | undefined> {
  const { recipient, mail, reading, byUser, writer, own } = incoming;
  const { rooms, options } = context;
  const account = recipient.id;
  const { list, kind } = reading.nature;
  // A newsletter is a talk with whoever sends it.
  if (list === undefined || kind !== 'list') {
    // What the user himself sends to a list does not carry its name yet.
    const [only, ...more] = byUser ? [...mail.to, ...mail.cc].filter(({ address }) => !own.has(address)) : [];
    const room = only && more.length === 0 ? await rooms.byPost(account, only.address) : undefined;
    const record = room && (await rooms.get(account, room));
    return record && room && { kind: 'room', id: room, record, before: record };
  }
  const room = asRoomId(`#${list.id}`);
  if (codec.parse(room) === undefined) return undefined;
  const before = await rooms.get(account, room);
  const newcomers = byUser || own.has(writer.address) ? [] : [writer];
  const post = list.post ?? before?.post;
  return {
    kind: 'room',
    id: room,
    before,
    record: {
      ...{ room, kind: 'list', copied: [], self: before?.self ?? receivedAs(incoming) },
      members: [...mergedMembers(before?.members ?? [], newcomers, options.conversation.participants)],
      name: list.name,
      ...(post !== undefined && { post }),
      wanted: before?.wanted ?? false,
    },
  };
}

/** A group of chat mail; who is not in it cannot put himself there by knowing its id. */
async function chatGroupRoute(context: EmailContext, incoming: Incoming): Promise<Route | undefined> {
  const { recipient, mail, reading, author, own, byUser, origin } = incoming;
  const group = reading.chat?.group;
  if (group === undefined) return undefined;
  const account = recipient.id;
  const { participants } = context.options.conversation;
  const room = chatGroupRoom(group.id);
  const before = await context.rooms.get(account, room);
  const isMember = before?.members.some(({ address }) => address === author.address) ?? true;
  if (!byUser && (!isMember || origin.authenticity === 'fail')) return undefined;
  const { id: groupId, added, removed, name } = group;
  const named = [...(byUser ? [] : [author]), ...mail.to, ...mail.cc].filter(
    ({ address }) => !own.has(address),
  );
  // Everybody of the group is named in every mail; who is missing has gone.
  const present = before?.members.filter(({ address }) => named.some((one) => one.address === address)) ?? [];
  const members = mergedMembers(present, named, participants).filter(
    ({ address }) => address !== removed || address === added,
  );
  return {
    kind: 'room',
    id: room,
    before,
    record: {
      ...{ room, kind: 'chat-group', groupId, copied: [], self: before?.self ?? receivedAs(incoming) },
      members,
      name: name || before?.name || groupName(members),
      wanted: before?.wanted ?? true,
    },
  };
}

function groupName(people: readonly RoomPerson[]): string {
  const names = people.slice(0, NAMING).map(shownName).join(', ');
  return people.length > NAMING ? `${names} +${people.length - NAMING}` : names;
}
