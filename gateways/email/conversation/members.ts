import type { RoomMember, RoomTraits } from '../../../src/gateway/event.js';
import type { MemberId } from '../../../src/gateway/ids.js';
import { asContactId } from '../ids.js';
import type { Mailbox } from '../mail/mail-address.js';
import type { RoomPerson, RoomRecord } from './room-book.js';
import { shownName } from './shown-name.js';

/** What all rooms of mail are like: who is not named by a mail does not get it. */
export const ROOM_TRAITS: RoomTraits = {
  moderated: false,
  membersOnly: true,
  hidden: true,
  passwordProtected: false,
  openSubject: true,
};

/** A person within a room is his address. */
export const memberIdOf = (address: string): MemberId => address as MemberId;

/** How people of a room are called: by their names, with the address where several have the same. */
export function membersOf({ members }: Pick<RoomRecord, 'members'>): readonly RoomMember[] {
  const taken = new Set<string>();
  return members.map((person) => {
    const name = shownName(person);
    const nick = taken.has(name.toLowerCase()) ? `${name} (${person.address})` : name;
    taken.add(nick.toLowerCase());
    return toMember(person.address, nick);
  });
}

/** The nick of one of them. */
export function nickOf(record: Pick<RoomRecord, 'members'>, mailbox: Mailbox): string {
  const listed = membersOf(record).find(({ id }) => id === mailbox.address);
  return listed?.nick ?? shownName(mailbox);
}

/** A member with that nick. */
export function toMember(address: string, nick: string): RoomMember {
  return {
    id: memberIdOf(address),
    nick,
    contact: asContactId(address),
    affiliation: 'member',
    role: 'participant',
  };
}

/** The members with what a mail says of them: newcomers last, names as he who has one writes it. At most `most`. */
export function mergedMembers(
  before: readonly RoomPerson[],
  now: readonly RoomPerson[],
  most: number,
): readonly RoomPerson[] {
  const people = new Map(before.map((person) => [person.address, person]));
  for (const { address, name } of now) {
    const known = people.get(address);
    if (known?.name !== undefined && name === undefined) continue;
    people.set(address, { address, ...(name !== undefined && { name }) });
  }
  return [...people.values()].slice(-most);
}
