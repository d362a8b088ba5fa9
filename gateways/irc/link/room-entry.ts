import type { RoomEntered } from '../../../src/gateway/event.js';
import { traitsOf } from '../network/modes.js';
import type { Network } from '../network/network.js';
import { memberFor } from '../network/to-event.js';
import type { Entering, Room } from './room.js';

/** Channels named in one JOIN; servers differ in how many they take. */
const channelsPerJoin = 4;

/** JOIN lines for these channels: those with a key alone, the others together. */
export function joinLines(rooms: readonly Room[]): string[] {
  const open = rooms.filter(({ password }) => !password).map(({ name }) => name);
  const lines = rooms.flatMap(({ name, password }) => (password ? [`JOIN ${name} ${password}`] : []));
  for (let at = 0; at < open.length; at += channelsPerJoin)
    lines.push(`JOIN ${open.slice(at, at + channelsPerJoin).join(',')}`);
  return lines;
}

/** What the server has told of a channel, as the entry into a room. */
export function enteredEvent(network: Network, nick: string, room: Room, entering: Entering): RoomEntered {
  const self = network.member(nick);
  const rank = room.channel.rankOf(self);
  const { members, subject, subjectBy, subjectTime } = entering;
  if (!members.has(self)) members.set(self, memberFor(network, nick, rank));
  // IRC does not say that a channel is new; its founder is alone and an operator.
  const founded = members.size === 1 && rank !== '' && rank !== 'v';
  return {
    type: 'room-entered',
    room: room.id,
    place: network.place,
    self,
    members: [...members.values()],
    traits: traitsOf(room.channel.modes),
    created: founded && !entering.again,
    resumed: room.resuming,
    ...(subject === undefined
      ? {}
      : {
          subject: {
            text: subject,
            ...(subjectBy === undefined ? {} : { by: subjectBy }),
            ...(subjectTime === undefined ? {} : { time: subjectTime }),
          },
        }),
  };
}
