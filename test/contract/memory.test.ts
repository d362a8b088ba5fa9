import { expect } from 'vitest';
import type { AccountId, ContactId, PlaceId, RoomId } from '../../src/gateway/ids.js';
import { MemoryGateway } from '../support/memory-network/gateway.js';
import { contactOf, HALL } from '../support/memory-network/world.js';
import { describeNetwork } from './network.js';
import { describeRooms, type RoomsStage } from './rooms.js';

async function memoryStage(): Promise<RoomsStage> {
  const gateway = new MemoryGateway();
  const { world } = gateway;
  let accounts = 0;
  return {
    gateway,
    addresses: [
      { kind: 'room', id: '#tea' as RoomId },
      { kind: 'contact', id: 'alice' as ContactId },
      { kind: 'place', id: '!hall' as PlaceId },
    ],
    nonsense: ['', '#', '!', '#\0', '/'],
    place: HALL,
    room: (name) => `#${name}` as RoomId,
    contact: contactOf,
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

describeNetwork('in memory', memoryStage);
describeRooms('in memory', memoryStage);
