import { expect } from 'vitest';
import type { InboundEvent } from '../../src/gateway/event.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { AccountId, ContactId, NetworkMessageId, PlaceId, RoomId } from '../../src/gateway/ids.js';
import { RecordingHost } from '../support/gateway-environment.js';
import { MemoryGateway, type MemoryOptions } from '../support/memory-network/gateway.js';
import { EVERYTHING, MemoryMessaging } from '../support/memory-network/messaging.js';
import { MemoryPast } from '../support/memory-network/past.js';
import { MemoryPost, postError } from '../support/memory-network/post.js';
import { contactOf, HALL, MemoryWorld, memberOf } from '../support/memory-network/world.js';
import { describeHistory, type RememberingStage } from './history.js';
import { describeNetwork, type NetworkStage } from './network.js';
import { describeRoomChanges, type RoomChangesStage } from './room-changes.js';
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
  return storing().stage;
}

function storing(options: MemoryOptions = {}) {
  const post = new MemoryPost();
  const world = new MemoryWorld();
  const make = () => new MemoryGateway(world, { ...options, post });
  const gateways = [make()];
  let rooms = 0;
  let seen = 0;
  const nickOf = ({ suggestedName }: AccountView) => contactOf(suggestedName);
  const stage: StoredRoomsStage = {
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
  return { stage, post };
}

/** Rooms of it, with all that can be done to messages. */
async function changesStage(): Promise<RoomChangesStage> {
  const messaging = new MemoryMessaging(EVERYTHING);
  const unknown = 'unknown' as NetworkMessageId;
  messaging.missing.add(unknown);
  const { stage, post } = storing({ messaging });
  /** What was done to a message last, in words. */
  const last = (word: string, room: RoomId, id: NetworkMessageId) =>
    messaging.asked.findLast((line) => line.startsWith(`${word} ${room} `) && line.includes(` ${id}`));
  return {
    ...stage,
    unknown,
    emojis: ['👍', '🍰'],
    room: async (account, ...nicks) => {
      const room = await stage.room(account, ...nicks);
      const listed = { type: 'room-list-changed', room: { room, name: 'A room' }, listed: true } as const;
      await post.bring(contactOf(account.suggestedName), listed);
      return room;
    },
    does: async (account, room, nick, deed) => {
      const by = { room, member: memberOf(nick), nick, contact: contactOf(nick) };
      const tell = (event: InboundEvent) => post.bring(contactOf(account.suggestedName), event);
      switch (deed.kind) {
        case 'type':
          return tell({ type: 'room-typing', ...by, composing: deed.composing });
        case 'edit': {
          const message = { id: deed.message, own: false };
          return tell({ type: 'room-message-edited', ...by, message, text: deed.text });
        }
        case 'retract':
          return tell({ type: 'room-message-retracted', room, message: { id: deed.message, own: false } });
        case 'react': {
          const message = { id: deed.message, own: false };
          return tell({ type: 'room-reactions-changed', ...by, message, emojis: deed.emojis });
        }
      }
    },
    current: (room, id) => {
      if (last('retract', room, id) !== undefined) return undefined;
      return last('edit', room, id)?.split(' ').at(-1);
    },
    reactions: (room, id) =>
      last('react', room, id)
        ?.split(' ')
        .filter((word) => ['👍', '🍰'].includes(word)) ?? [],
    get arrivals() {
      return stage.arrivals;
    },
  };
}

/** The same, and it remembers. */
async function rememberingStage(): Promise<RememberingStage> {
  const past = new MemoryPast();
  past.strict = true;
  const { stage } = storing({ past });
  return {
    ...stage,
    strange: '#strange' as RoomId,
    remembered: async (account, texts) => {
      const room = await stage.room(account, 'Anna');
      for (const [index, text] of texts.entries()) past.say(room, text, 1_000 * index);
      return room;
    },
    forget: (room, text) => {
      const said = past.of(room).find((one) => one.text === text);
      if (said) past.forget(room, said.id);
    },
  };
}

describeHistory('in memory', rememberingStage);
describeNetwork('in memory', memoryStage);
describeRooms('in memory', memoryStage);
describeNetwork('in memory, stored', postStage);
describeStoredRooms('in memory', postStage);
describeRoomChanges('in memory', changesStage);
