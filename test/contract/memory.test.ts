import { expect } from 'vitest';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { AccountId, ContactId, NetworkMessageId, PlaceId, RoomId } from '../../src/gateway/ids.js';
import { RecordingHost } from '../support/gateway-environment.js';
import { MemoryGateway } from '../support/memory-network/gateway.js';
import { MemoryPost, postError } from '../support/memory-network/post.js';
import { contactOf, HALL, MemoryWorld, memberOf } from '../support/memory-network/world.js';
import { describeNetwork, type NetworkStage } from './network.js';
import { describeRooms, type RoomsStage } from './rooms.js';
import { describeStoredRooms, type StoredRoomsStage } from './stored-rooms.js';

/** What every stage in memory has. */
function common(): Pick<NetworkStage, 'addresses' | 'nonsense' | 'known' | 'faulty' | 'account'> {
  let accounts = 0;
  return {
    addresses: [
      { kind: 'room', id: '#tea' as RoomId },
      { kind: 'contact', id: 'alice' as ContactId },
      { kind: 'place', id: '!hall' as PlaceId },
    ],
    nonsense: ['', '#', '!', '#\0', '/'],
    known: contactOf,
    faulty: ['crash'],
    account: (nick) => ({
      id: ++accounts as AccountId,
      registered: true,
      settings: { nick },
      secrets: {},
      suggestedName: nick,
      userAddress: `${nick.toLowerCase()}@example.org`,
      language: 'en',
    }),
  };
}

async function memoryStage(): Promise<RoomsStage> {
  const gateway = new MemoryGateway();
  const { world } = gateway;
  return {
    ...common(),
    gateway,
    place: HALL,
    room: (name) => `#${name}` as RoomId,
    contact: contactOf,
    stranger: async (nick, ...rooms) => {
      for (const room of rooms) world.enter(room, nick);
      const { heard } = world.person(nick);
      return {
        say: async (room, text) => {
          world.say(room, nick, text);
        },
        hears: async (text) => expect(heard).toContain(text),
      };
    },
    shutRoom: async (name) => {
      const room = world.room(`#${name}`);
      room.password = 'secret';
      return room.id;
    },
    close: () => gateway.close(),
  };
}

/** The same network as it stores and forwards. */
async function postStage(): Promise<StoredRoomsStage> {
  const post = new MemoryPost();
  const world = new MemoryWorld();
  const make = () => new MemoryGateway(world, { post });
  const gateways = [make()];
  let rooms = 0;
  let seen = 0;
  const nickOf = ({ suggestedName }: AccountView) => contactOf(suggestedName);
  return {
    ...common(),
    gateway: gateways[0] ?? make(),
    host: new RecordingHost(),
    room: async (_account, ...nicks) => {
      rooms += 1;
      const name = `#room ${rooms}`;
      for (const nick of nicks) world.enter(name, nick);
      return world.room(name).id;
    },
    says: async (account, room, nick, text, times = 1) => {
      const id = `${room} ${text}` as NetworkMessageId;
      const said = { room, member: memberOf(nick), nick, contact: contactOf(nick), text, id } as const;
      for (let time = 0; time < times; time += 1)
        await post.bring(nickOf(account), { type: 'room-message', style: 'text', ...said });
    },
    arrived: async () => {
      const message = post.taken[seen];
      const id = `post-${post.taken.length}` as NetworkMessageId;
      if (!message) throw new Error('nothing has arrived');
      seen += 1;
      return {
        text: message.text,
        report: async (outcome) => {
          const error = postError('rejected');
          const report = { type: 'delivery-report', message: id, outcome, error } as const;
          for (const session of world.connected.values()) session.observe(report);
        },
      };
    },
    get arrivals() {
      return post.taken.length;
    },
    refuseNext: (room) => post.next(room, postError('rejected')),
    restart: async () => {
      const gateway = make();
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      for (const gateway of gateways) await gateway.close();
    },
  };
}

describeNetwork('in memory', memoryStage);
describeRooms('in memory', memoryStage);
describeNetwork('in memory, stored', postStage);
describeStoredRooms('in memory', postStage);
