import { TelegramServer } from '../../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../../servers/telegram/world/scripted-person.js';
import { type PlainClient, plainClient } from '../../../support/telegram/plain-client.js';

/** A server with two people who know each other, and a client of the first. */
export interface Stage extends PlainClient {
  readonly server: TelegramServer;
  readonly alice: ScriptedPerson;
  readonly bob: ScriptedPerson;
  /** Another client, of anybody. */
  join(person?: ScriptedPerson): Promise<PlainClient>;
}

/** Opens stages, and closes all that it has opened. */
export class Stages {
  readonly #open: { close(): Promise<void> }[] = [];

  async open(): Promise<Stage> {
    const server = await TelegramServer.start();
    this.#open.push(server);
    const join = async (person?: ScriptedPerson): Promise<PlainClient> => {
      const client = await plainClient(server, person);
      this.#open.push(client);
      return client;
    };
    const alice = server.person('Alice', { phone: '491701234567' });
    const bob = server.person('Bob', { phone: '491707654321', username: 'bobby' });
    return { server, alice, bob, join, ...(await join(alice)) };
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0).reverse()) await one.close();
  }
}
