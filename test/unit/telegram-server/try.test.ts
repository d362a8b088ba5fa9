import bigInt from 'big-integer';
import { Api, TelegramClient } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { NewMessage } from 'telegram/events/index.js';
import { PromisedNetSockets } from 'telegram/extensions/index.js';
import { StringSession } from 'telegram/sessions/index.js';
import { expect, it } from 'vitest';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import { post } from '../../servers/telegram/world/posting.js';

it('logs in, moves to the home centre, hears and says', async () => {
  const server = await TelegramServer.start();
  const alice = server.world.addPerson({
    firstName: 'Alice',
    phone: '491701234567',
    homeCentre: 2,
    password: 'geheim',
  });
  const bob = server.world.addPerson({ firstName: 'Bob' });
  _serverKeys.set(server.key.fingerprint.toString(), {
    n: bigInt(server.key.modulus.toString('hex'), 16),
    e: 65537,
  } as never);
  class Redirected extends PromisedNetSockets {
    override connect(_port: number, ip: string): Promise<this> {
      return super.connect(server.portOf(ip) ?? 0, '127.0.0.1') as never;
    }
  }
  const session = new StringSession('');
  session.setDC(1, server.addressOf(1), 443);
  const client = new TelegramClient(session, 1, 'hash', {
    networkSocket: Redirected as never,
    connectionRetries: 1,
  });
  client.setLogLevel('none' as never);
  await client.connect();
  const heard = new Promise((resolve) =>
    client.addEventHandler((event) => resolve(event.message.message), new NewMessage({})),
  );
  await client.start({
    phoneNumber: '+49 170 1234567',
    phoneCode: async () => server.codes.get('491701234567')?.code ?? '',
    password: async () => 'geheim',
    onError: (error) => {
      throw error;
    },
  });
  const me = (await client.getMe()) as Api.User;
  expect(me.firstName).toBe('Alice');
  post(server, bob, alice, { text: 'hello' });
  expect(await heard).toBe('hello');
  const sent = await client.sendMessage(
    new Api.InputPeerUser({ userId: bigInt(bob.id), accessHash: bigInt(bob.accessHash.toString()) }),
    { message: 'hi **there**' },
  );
  expect(sent.id).toBe(2);
  expect(bob.box.newest()[0]?.text).toBe('hi there');
  await client.destroy();
  await server.close();
});
