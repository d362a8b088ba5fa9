import bigInt from 'big-integer';
import { Api, TelegramClient } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { PromisedNetSockets } from 'telegram/extensions/index.js';
import {
  ConnectionTCPAbridged,
  ConnectionTCPFull,
  ConnectionTCPObfuscated,
} from 'telegram/network/connection/index.js';
import { StringSession } from 'telegram/sessions/index.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TelegramServer } from '../../../servers/telegram/telegram-server.js';

let server: TelegramServer;
beforeEach(async () => {
  server = await TelegramServer.start();
  _serverKeys.set(String(server.key.fingerprint), {
    n: bigInt(server.key.modulus.toString('hex'), 16),
    e: 65537,
  } as never);
});
afterEach(() => server.close());

/** The library's own client, with nothing but the addresses of the test server. */
async function connected(connection: object): Promise<TelegramClient> {
  class Redirected extends PromisedNetSockets {
    override connect(_port: number, ip: string): Promise<this> {
      return super.connect(server.portOf(ip) ?? 0, '127.0.0.1') as never;
    }
  }
  const session = new StringSession('');
  session.setDC(1, server.addressOf(1), 443);
  const client = new TelegramClient(session, 1, 'hash', {
    ...{ connection: connection as never, networkSocket: Redirected as never },
    ...{ connectionRetries: 3, retryDelay: 10 },
  });
  client.setLogLevel('none' as never);
  await client.connect();
  return client;
}

describe('transports of the library', () => {
  it.each([
    ['full', ConnectionTCPFull],
    ['abridged', ConnectionTCPAbridged],
    ['obfuscated', ConnectionTCPObfuscated],
  ])('%s: makes a key, asks and is answered', async (_name, connection) => {
    const client = await connected(connection);
    const config = await client.invoke(new Api.help.GetConfig());
    expect(config).toMatchObject({ thisDc: 1, className: 'Config' });
    expect(config.dcOptions.map(({ id }) => id)).toEqual([1, 2]);
    expect(server.keys.size).toBeGreaterThan(0);
    await client.destroy();
  });
});
