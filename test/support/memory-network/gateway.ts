import { EventEmitter } from 'node:events';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Form, FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView, Gateway } from '../../../src/gateway/gateway.js';
import type { SessionHost } from '../../../src/gateway/session.js';
import { memoryAddresses } from './addresses.js';
import { type Elsewhere, memoryCommands } from './commands.js';
import type { MemoryContactLists } from './contacts.js';
import type { MemoryDirectory } from './directory.js';
import { memoryLocales } from './locales.js';
import type { MemoryMessaging } from './messaging.js';
import type { MemoryPast } from './past.js';
import type { MemoryPost } from './post.js';
import { MemorySession, WRONG_PASSWORD } from './session.js';
import { MemoryWorld } from './world.js';

/** The code of a login in two stages. */
const LOGIN_CODE = '4711';

/** What differs between tests. */
export interface MemoryOptions {
  /** Registration asks for {@link LOGIN_CODE} in a second stage. */
  readonly asksCode?: boolean;
  /** A required field that plain `jabber:iq:register` has no element for. */
  readonly asksServer?: boolean;
  /** Rooms hide people's addresses. Default false. */
  readonly anonymousRooms?: boolean;
  /** The network's contact lists. Default: it has none. */
  readonly contacts?: MemoryContactLists;
  /** What it can do with private messages. Default: it carries text, without ids. */
  readonly messaging?: MemoryMessaging;
  /** It stores and forwards messages. Default: it delivers at once or not at all. */
  readonly post?: MemoryPost;
  /** It remembers what was said. Default: it does not. */
  readonly past?: MemoryPast;
  /** Profiles, pictures and a search. Default: people are only described. */
  readonly directory?: MemoryDirectory;
  /** Sessions live as long as registrations. Default false. */
  readonly lasting?: boolean;
}

/** A network that is nothing but memory: the second one, which proves the seam. */
export class MemoryGateway implements Gateway {
  readonly id = 'memory';
  readonly identityType = 'memory';
  readonly name = { key: 'memory-name' };
  readonly conferenceType = 'text';
  readonly defaultPolicy = 'registered';
  readonly messaging: Gateway['messaging'];
  readonly repeatable: boolean;
  readonly lasting: boolean;
  readonly contactType = 'pc';
  readonly prompt = { label: { key: 'memory-prompt' }, description: { key: 'memory-prompt-description' } };
  readonly addresses = memoryAddresses;
  readonly anonymousRooms: boolean;
  readonly locales = memoryLocales;
  readonly elsewhere: Elsewhere = new EventEmitter();
  readonly commands = memoryCommands(this.elsewhere);
  readonly sessions: MemorySession[] = [];

  constructor(
    readonly world = new MemoryWorld(),
    readonly options: MemoryOptions = {},
  ) {
    this.anonymousRooms = options.anonymousRooms ?? false;
    this.messaging = options.post ? 'stored' : 'live';
    this.repeatable = options.post?.repeatable ?? false;
    this.lasting = options.lasting ?? false;
  }

  registrationForm(account: AccountView | undefined): Form {
    const { nick } = account?.settings ?? {};
    return {
      title: { key: 'memory-register' },
      instructions: { key: 'memory-register-hint' },
      fields: [
        {
          name: 'handle',
          legacy: 'nick',
          type: 'text',
          label: { key: 'memory-nick' },
          required: true,
          ...(typeof nick === 'string' && { value: nick }),
        },
        {
          name: 'password',
          legacy: 'password',
          type: 'secret',
          label: { key: 'memory-password' },
          required: true,
        },
        { name: 'greet', type: 'boolean', label: { key: 'memory-greet' } },
        ...(this.options.asksServer
          ? [{ name: 'server', type: 'text', label: { key: 'memory-server' }, required: true } as const]
          : []),
      ],
    };
  }

  /** Handles `unreachable`, `taken` and the password `wrong` are refused, each in its way. */
  async register(
    values: Readonly<Record<string, string>>,
    account: AccountView | undefined,
  ): Promise<Step<AccountChange>> {
    if (values.handle === 'unreachable') {
      throw new GatewayError('network-unreachable', { key: 'memory-refused' }, 'not-sent', true);
    }
    if (values.handle === 'taken') throw new GatewayError('nick-in-use', { key: 'memory-refused' });
    if (values.password === WRONG_PASSWORD) {
      return {
        kind: 'form',
        form: this.registrationForm(account),
        problem: { key: 'memory-bad-password' },
        submit: (again) => this.register(again, account),
      };
    }
    const { password: _password, handle: nick = '', ...rest } = values;
    const password = values.password || account?.secrets.password || '';
    const done: Step<AccountChange> = {
      kind: 'done',
      result: { settings: { nick, ...rest }, secrets: { password } },
    };
    return this.options.asksCode ? askCode(done) : done;
  }

  createSession(account: AccountView, host: SessionHost): MemorySession {
    const session = new MemorySession(this.world, account, host, this.options);
    this.sessions.push(session);
    return session;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) await session.disconnect();
  }
}

function askCode(done: Step<AccountChange>, wrong = false): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'memory-code' },
      fields: [{ name: 'code', type: 'secret', label: { key: 'memory-code' }, required: true }],
    },
    ...(wrong && { problem: { key: 'memory-wrong-code' } }),
    submit: async ({ code }) => (code === LOGIN_CODE ? done : askCode(done, true)),
  };
}
