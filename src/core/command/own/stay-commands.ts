import type { RoomId } from '../../../gateway/ids.js';
import { jidOf } from '../../service/address.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type ServiceCommand } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** The part of the rooms that these commands need. */
export interface RoomKeeper {
  stay(account: Awaited<ReturnType<typeof currentAccount>>, room: RoomId, nick: string): Promise<void>;
  /** Returns whether the account had stayed there. */
  release(account: Awaited<ReturnType<typeof currentAccount>>, room: RoomId): Promise<boolean>;
}

/** Keeps the user in a room while none of his clients is there, so that nothing said meanwhile is missed. */
export function stayCommand(context: ServiceContext, keeper: RoomKeeper): ServiceCommand {
  return {
    node: 'isthmus:stay',
    word: 'stay',
    title: { key: 'command-stay' },
    scope: 'service',
    allows: ({ account }) => account?.registered === true,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const rooms = [...account.rooms.values()].filter(
        ({ room, state }) => state === 'joined' && account.record.stays[room.id] === undefined,
      );
      if (rooms.length === 0) return done({ key: 'stay-none' });
      return {
        kind: 'form',
        form: {
          title: { key: 'command-stay' },
          instructions: { key: 'stay-instructions' },
          fields: [choice(rooms.map(({ room }) => [room.id, room.jid]))],
        },
        submit: async ({ room: id = '' }) => {
          const occupancy = account.rooms.get(id as RoomId);
          const self = occupancy?.self === undefined ? undefined : occupancy.room.members.get(occupancy.self);
          if (!occupancy || !self) return done({ key: 'stay-none' });
          await keeper.stay(account, occupancy.room.id, self.member.nick);
          return done({ key: 'stay-done', args: { room: occupancy.room.jid } });
        },
      };
    },
  };
}

/** The opposite; the room is left at once when no client is in it. */
export function leaveCommand(context: ServiceContext, keeper: RoomKeeper): ServiceCommand {
  return {
    node: 'isthmus:leave',
    word: 'leave',
    title: { key: 'command-leave' },
    scope: 'service',
    allows: ({ account }) => account !== undefined && Object.keys(account.record.stays).length > 0,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const rooms = Object.keys(account.record.stays).map((id): [string, string] => [
        id,
        jidOf(context, { kind: 'room', id: id as RoomId }),
      ]);
      if (rooms.length === 0) return done({ key: 'leave-none' });
      return {
        kind: 'form',
        form: { title: { key: 'command-leave' }, fields: [choice(rooms)] },
        submit: async ({ room: id = '' }) => {
          const left = await keeper.release(account, id as RoomId);
          return done({ key: left ? 'leave-done' : 'leave-none' });
        },
      };
    },
  };
}

function choice(rooms: readonly (readonly [id: string, jid: string])[]) {
  return {
    name: 'room',
    type: 'choice' as const,
    label: { key: 'join-room' },
    required: true,
    options: rooms.map(([value, jid]) => ({ value, label: { key: 'plain', args: { text: jid } } })),
  };
}
