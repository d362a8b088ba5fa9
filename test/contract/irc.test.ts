import { ircModule } from '../../gateways/irc/index.js';
import { optionsSchema } from '../../gateways/irc/options.js';
import type { AccountId, ContactId, PlaceId, RoomId } from '../../src/gateway/ids.js';
import { IrcClient } from '../client/irc-client.js';
import { startNgircd } from '../servers/ngircd.js';
import { testEnvironment } from '../support/gateway-environment.js';
import { describeNetwork } from './network.js';
import { describeRooms, type RoomsStage } from './rooms.js';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The IRC gateway on a real ngIRCd. */
async function ircStage(): Promise<RoomsStage> {
  const server = await startNgircd();
  const { host } = server;
  const gateway = ircModule.create(
    optionsSchema.parse({ servers: { [host]: { port: server.port, tls: false } }, flood: 'disabled' }),
    testEnvironment({ domain: 'irc.example.test', log: silent }),
  );
  const clients: IrcClient[] = [];
  let accounts = 0;
  const nameOf = (room: RoomId): string => room.slice(0, room.lastIndexOf('%'));
  const person = async (nick: string, rooms: readonly RoomId[]): Promise<IrcClient> => {
    const client = await IrcClient.connect({ server, nick });
    clients.push(client);
    for (const room of rooms) await client.join(nameOf(room));
    return client;
  };
  return {
    gateway,
    addresses: [
      { kind: 'room', id: `#tea%${host}` as RoomId, place: host as PlaceId },
      {
        kind: 'room',
        id: '#50%-off%irc.example.org' as RoomId,
        place: 'irc.example.org' as PlaceId,
      },
      { kind: 'contact', id: `[away]%${host}` as ContactId, place: host as PlaceId },
      { kind: 'place', id: host as PlaceId },
    ],
    nonsense: ['', '%', '#a b%irc.example.org', 'nick%', '%irc.example.org', 'a,b%irc.example.org'],
    place: host as PlaceId,
    room: (name) => `#${name}%${host}` as RoomId,
    contact: (nick) => `${nick.toLowerCase()}%${host}` as ContactId,
    known: (nick) => `${nick.toLowerCase()}%${host}` as ContactId,
    account: (nick) => ({
      id: ++accounts as AccountId,
      registered: true,
      settings: { nick, servers: { [host]: { connect: true } } },
      secrets: {},
      suggestedName: nick,
      userAddress: `${nick.toLowerCase()}@example.org`,
      language: 'en',
    }),
    stranger: async (nick, ...rooms) => {
      const client = await person(nick, rooms);
      return {
        say: async (room, text) => {
          client.say(nameOf(room), text);
          await client.barrier();
        },
        hears: async (text) => {
          await client.waitForMessage(nick, text);
        },
      };
    },
    shutRoom: async (name) => {
      const room = `#${name}%${host}` as RoomId;
      const keeper = await person('Keeper', [room]);
      keeper.send(`MODE #${name} +i`);
      await keeper.barrier();
      return room;
    },
    close: async () => {
      await gateway.close();
      for (const client of clients) client.drop();
      await server.stop();
    },
  };
}

describeNetwork('IRC on ngIRCd', ircStage);
describeRooms('IRC on ngIRCd', ircStage);
