import bigInt from 'big-integer';
import { Api, TelegramClient } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { Raw } from 'telegram/events/index.js';
import { PromisedNetSockets } from 'telegram/extensions/index.js';
import { StringSession } from 'telegram/sessions/index.js';
import type { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';

/** The library's own client, pointed to the test server, and what it heard. */
export interface PlainClient {
  readonly client: TelegramClient;
  readonly heard: object[];
  /** Resolves with the first update of that kind that fits, whether it has come or will. */
  next<Update extends object>(
    update: { new (args: never): Update },
    fits?: (update: Update) => boolean,
  ): Promise<Update>;
  close(): Promise<void>;
}

/** A client that nobody is logged in with, or who is. */
export async function plainClient(server: TelegramServer, person?: ScriptedPerson): Promise<PlainClient> {
  const heard: object[] = [];
  const waiting = new Set<() => void>();
  const client = new TelegramClient(sessionOf(server, person), 1, 'hash', {
    networkSocket: redirected(server) as never,
    connectionRetries: 3,
    retryDelay: 10,
    requestRetries: 1,
    floodSleepThreshold: 0,
  });
  client.setLogLevel('none' as never);
  client.addEventHandler((update: object) => {
    heard.push(update);
    for (const look of waiting) look();
  }, new Raw({}));
  await client.connect();
  // From the first request on the server knows where to send updates.
  if (person) await client.invoke(new Api.updates.GetState());
  return {
    client,
    heard,
    next: (kind, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find((one) => one instanceof kind && fits(one as never));
          if (!found) return;
          waiting.delete(look);
          resolve(found as never);
        };
        waiting.add(look);
        look();
      }),
    close: () => client.destroy(),
  };
}

/** Where the client library connects, and with which key. */
function sessionOf(server: TelegramServer, person?: ScriptedPerson): StringSession {
  _serverKeys.set(server.key.fingerprint.toString(), {
    n: bigInt(server.key.modulus.toString('hex'), 16),
    e: 65537,
  } as never);
  const session = new StringSession(person && sessionString(server, person));
  if (!person) session.setDC(1, server.addressOf(1), 443);
  return session;
}

/** A session in the client library's own form, logged in already. */
function sessionString(server: TelegramServer, { person }: ScriptedPerson): string {
  const address = Buffer.from(server.addressOf(person.homeCentre));
  const numbers = Buffer.alloc(4);
  numbers.writeInt16BE(address.length);
  numbers.writeInt16BE(443, 2);
  const parts = [Buffer.from([person.homeCentre]), numbers.subarray(0, 2), address, numbers.subarray(2)];
  return `1${Buffer.concat([...parts, server.logIn(person)]).toString('base64')}`;
}

function redirected(server: TelegramServer) {
  return class extends PromisedNetSockets {
    override connect(_port: number, ip: string): Promise<this> {
      return super.connect(server.portOf(ip) ?? 0, '127.0.0.1') as never;
    }
  };
}

/** How clients name a person. */
export function userOf({ person }: ScriptedPerson): Api.InputUser {
  return new Api.InputUser({ userId: bigInt(person.id), accessHash: bigInt(person.accessHash.toString()) });
}

/** How clients name whom or what they speak to. */
export function peerOf(place: ScriptedPerson | GroupPlace | ChannelPlace): Api.TypeInputPeer {
  if ('person' in place) {
    const { userId, accessHash } = userOf(place);
    return new Api.InputPeerUser({ userId, accessHash });
  }
  if (place.kind === 'group') return new Api.InputPeerChat({ chatId: bigInt(place.id) });
  const { channelId, accessHash } = channelOf(place);
  return new Api.InputPeerChannel({ channelId, accessHash });
}

/** How clients name a channel. */
export function channelOf({ id, accessHash }: ChannelPlace): Api.InputChannel {
  return new Api.InputChannel({ channelId: bigInt(id), accessHash: bigInt(accessHash.toString()) });
}
