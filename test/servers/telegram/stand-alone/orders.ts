import { Api } from 'telegram';
import { floodWait } from '../faults.js';
import type { TelegramServer } from '../telegram-server.js';
import type { ScriptedPerson } from '../world/scripted-person.js';
import type { Cast } from './cast.js';

/** What can be typed while the server runs. */
interface Order {
  readonly usage: string;
  readonly about: string;
  /** Returns what to print. @throws {Error} with what was wrong */
  run(words: readonly string[]): string;
}

/** Takes orders, one a line. */
export class Orders {
  readonly #orders: ReadonlyMap<string, Order>;

  constructor(
    server: TelegramServer,
    private readonly cast: Cast,
  ) {
    const everyCentre = (away: boolean): void => {
      for (const centre of server.centres) {
        centre.away = away;
        if (away) centre.drop();
      }
    };
    const orders: Readonly<Record<string, Order>> = {
      help: { usage: 'help', about: 'this list', run: () => this.help },
      qr: {
        usage: 'qr LINK [robin|sam]',
        about: 'take the link of a QR code, as the camera of a phone does',
        run: ([link = '', who]) => {
          const account = this.#account(who);
          account.scans(link);
          return `${account.person.firstName} has let the other device in`;
        },
      },
      say: {
        usage: 'say WORDS',
        about: 'Alice says something to both accounts',
        run: (words) => {
          for (const account of [cast.robin, cast.sam]) cast.alice.says(words.join(' ') || 'Hello', account);
          return 'Alice has said it';
        },
      },
      password: {
        usage: 'password robin|sam [PASSWORD]',
        about: 'give an account a second factor, or none',
        run: ([who, password]) => {
          this.#account(who).person.password = password;
          return password === undefined ? 'no password is needed' : 'the password is needed from now on';
        },
      },
      end: {
        usage: 'end [robin|sam]',
        about: 'end the last session of an account from another device',
        run: ([who]) => {
          this.#account(who).endsSession();
          return 'ended';
        },
      },
      wait: {
        usage: 'wait SECONDS',
        about: 'have the next message wait (FLOOD_WAIT)',
        run: ([seconds = '']) => {
          const count = Number.parseInt(seconds, 10);
          if (!(count > 0)) throw new Error('how many seconds?');
          server.faults.next(Api.messages.SendMessage, floodWait(count));
          return `the next message has to wait ${count} s`;
        },
      },
      away: {
        usage: 'away',
        about: 'nobody can connect',
        run: () => {
          everyCentre(true);
          return 'the server is away; “back” ends that';
        },
      },
      back: {
        usage: 'back',
        about: 'everybody can connect again',
        run: () => {
          everyCentre(false);
          return 'the server is back';
        },
      },
      migrate: {
        usage: 'migrate',
        about: 'the group “Tea round” becomes a supergroup',
        run: () => {
          if (cast.round.migratedTo) throw new Error('it is one already');
          cast.alice.as.migrates(cast.round);
          return 'it is a supergroup now';
        },
      },
      invite: {
        usage: 'invite',
        about: 'Alice adds both accounts to the group “Open house”',
        run: () => {
          cast.alice.as.adds(cast.openHouse, cast.robin, cast.sam);
          return 'added';
        },
      },
      remove: {
        usage: 'remove [robin|sam]',
        about: 'Alice throws an account out of the group “Tea round”',
        run: ([who]) => {
          cast.alice.as.removes(cast.round, this.#account(who));
          return 'removed';
        },
      },
    };
    this.#orders = new Map(Object.entries(orders));
  }

  get help(): string {
    const all = [...this.#orders.values()];
    const width = Math.max(...all.map(({ usage }) => usage.length));
    return all.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`).join('\n');
  }

  /** What to print. Never throws. */
  take(line: string): string | undefined {
    const [name = '', ...words] = line.trim().split(/\s+/);
    if (name === '') return undefined;
    const order = this.#orders.get(name.toLowerCase());
    if (!order) return `There is no “${name}”. What there is:\n${this.help}`;
    try {
      return order.run(words);
    } catch (error) {
      return `That did not work: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #account(name = 'robin'): ScriptedPerson {
    const { robin, sam } = this.cast;
    const found = [robin, sam].find(({ person }) => person.firstName.toLowerCase() === name.toLowerCase());
    if (!found) throw new Error(`there is no account of ${name}`);
    return found;
  }
}
