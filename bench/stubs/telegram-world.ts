// Telegram: the test server, with accounts that are logged in and know people who write to them. Own process.

import { formatSession } from '../../gateways/telegram/client/gramjs/session.js';
import { TelegramServer } from '../../test/servers/telegram/telegram-server.js';
import { contact } from '../../test/servers/telegram/world/people.js';
import { post } from '../../test/servers/telegram/world/posting.js';
import type { Person } from '../../test/servers/telegram/world/world.js';
import { serve } from '../harness/channel.js';
import { monotonicMicros } from '../harness/clock.js';
import type { Sent } from '../harness/sender.js';
import { benchBody, sequenceOf, type Tallied, Tally } from '../harness/tally.js';
import { friendId, ownerId } from './telegram-people.js';

const POLL_MS = 20;
/** UTC seconds. */
const LONG_AGO = 1_700_000_000;
/** Messages said before others may have their turn. */
const PIECE = 50;

/** Where the stub listens, on 127.0.0.1, and by which RSA key it is known. */
export interface TelegramPlace {
  readonly port: number;
  readonly publicKey: string;
}

/** Accounts, the people whom all of them have spoken with, and how many of these are their contacts. */
export interface Accounts {
  readonly accounts: number;
  readonly people: number;
  readonly contacts: number;
}

/** An account that is logged in. */
export interface LoggedIn {
  /** As in `TgPerson.id`. */
  readonly user: string;
  readonly session: string;
}

/** What has come since the last reset. */
export interface TelegramCounters {
  /** Different messages of users. */
  readonly said: number;
  readonly saidAgain: number;
  /** Accounts with a connection. */
  readonly online: number;
  /** Requests of all kinds. */
  readonly requests: number;
}

class TelegramWorld {
  readonly #accounts: Person[] = [];
  readonly #friends: Person[] = [];
  readonly #said = new Map<number, number>();
  readonly #arrivals = new Tally();
  #server: TelegramServer | undefined;
  #saidAgain = 0;
  #told = 0;
  #requests = 0;

  async listen(): Promise<TelegramPlace> {
    const server = await TelegramServer.start({ centres: 1 });
    server.doings.on('said', ({ posted }) => {
      const sequence = sequenceOf(posted.message.text);
      if (sequence === undefined) return;
      if (this.#said.has(sequence)) this.#saidAgain += 1;
      else {
        this.#said.set(sequence, monotonicMicros());
        this.#arrivals.add();
      }
    });
    server.doings.on('asked', () => {
      this.#requests += 1;
    });
    this.#server = server;
    return { port: server.centres[0]?.port ?? 0, publicKey: server.key.pem };
  }

  /** Makes accounts, each with a conversation with each of the people; resolves with their logins. */
  add({ accounts, people, contacts }: Accounts): readonly LoggedIn[] {
    const server = this.#running;
    for (let person = this.#friends.length; person < people; person += 1)
      this.#friends.push(
        server.world.addPerson({
          ...{ id: friendId(person), firstName: `Friend ${person}`, lastName: 'of many' },
          username: `friend${person}`,
          // Every other one was there lately.
          status: person % 2 === 0 ? 'recently' : { online: false, at: LONG_AGO },
        }),
      );
    return Array.from({ length: accounts }, (_, index): LoggedIn => {
      const user = this.#accounts.length;
      const owner = server.world.addPerson({ id: ownerId(user), firstName: `Person ${index}` });
      this.#accounts.push(owner);
      for (const [place, friend] of this.#friends.entries()) {
        if (place < contacts) contact(server, owner, friend, { firstName: friend.firstName, lastName: '' });
        post(server, friend, owner, { text: 'hello' });
      }
      const key = server.logIn(owner, 'gateway');
      const keys = new Map([[1, { key, authorised: true }]]);
      return {
        user: `u${owner.id}`,
        session: formatSession({ home: 1, me: `u${owner.id}`, bot: false, keys }),
      };
    });
  }

  reset(): void {
    this.#said.clear();
    this.#arrivals.reset();
    this.#requests = 0;
    this.#saidAgain = 0;
  }

  counters(): TelegramCounters {
    return {
      ...{ said: this.#said.size, saidAgain: this.#saidAgain },
      ...{ online: this.#running.online().length, requests: this.#requests },
    };
  }

  /** Resolves when so many accounts have a connection. */
  async expectOnline({ count }: { readonly count: number }): Promise<Tallied> {
    while (this.#running.online().length < count)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return { finishedAt: monotonicMicros() };
  }

  expectSaid({ count }: { readonly count: number }): Promise<Tallied> {
    return this.#arrivals.reach(count);
  }

  /** The people say so many things to the first so many accounts, in turn; resolves when all are said. */
  async say({ accounts, count }: { readonly accounts: number; readonly count: number }): Promise<Sent> {
    const startedAt = monotonicMicros();
    for (let said = 0; said < count; said += 1) {
      const friend = this.#friends[Math.floor(this.#told / accounts) % this.#friends.length];
      const owner = this.#accounts[this.#told % accounts];
      this.#told += 1;
      if (friend && owner) post(this.#running, friend, owner, { text: benchBody(this.#told) });
      if (said % PIECE === PIECE - 1) await new Promise((resolve) => setImmediate(resolve));
    }
    return { startedAt };
  }

  get #running(): TelegramServer {
    if (!this.#server) throw new Error('the server does not run');
    return this.#server;
  }
}

const world = new TelegramWorld();

/** Operations of the stub, for the process that calls it. */
export type TelegramOperations = typeof operations;

const operations = {
  listen: () => world.listen(),
  add: (accounts: Accounts) => world.add(accounts),
  reset: () => world.reset(),
  counters: () => world.counters(),
  expectOnline: (argument: { readonly count: number }) => world.expectOnline(argument),
  expectSaid: (argument: { readonly count: number }) => world.expectSaid(argument),
  say: (argument: { readonly accounts: number; readonly count: number }) => world.say(argument),
};

serve(operations);
