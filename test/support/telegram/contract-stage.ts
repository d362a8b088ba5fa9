import { Api } from 'telegram';
import { formatSession } from '../../../gateways/telegram/client/gramjs/session.js';
import type { PeerId } from '../../../gateways/telegram/client/model.js';
import { TelegramGateway } from '../../../gateways/telegram/gateway.js';
import { asContactId, asRoomId } from '../../../gateways/telegram/ids.js';
import { optionsSchema } from '../../../gateways/telegram/options.js';
import { accessHashes } from '../../../gateways/telegram/people/access-hashes.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { Inbox } from '../../client/inbox.js';
import type { RememberingStage } from '../../contract/history.js';
import type { StoredStage } from '../../contract/stored.js';
import { twice } from '../../servers/telegram/faults.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { MemoryState, RecordingHost, testEnvironment } from '../gateway-environment.js';
import { telegramOptions } from './options.js';

/** How long a request waits for a connection (ms): here nobody has patience. */
const PATIENCE_MS = 200;

/** The Telegram gateway and a Telegram in which every account is somebody, and Carol is everybody else. */
export async function telegramStage(): Promise<StoredStage & RememberingStage> {
  const server = await TelegramServer.start();
  const carol = server.person('Carol');
  const host = new RecordingHost();
  const state = new MemoryState();
  const { limits, ...options } = telegramOptions(server);
  const make = (): TelegramGateway =>
    new TelegramGateway(
      optionsSchema.parse({ ...options, limits: { ...(limits as object), patienceMs: PATIENCE_MS } }),
      testEnvironment({ host, state }),
    );
  let gateway = make();
  const gateways = [gateway];
  const people = new Map<number, ScriptedPerson>();
  const begun = new Set<ScriptedPerson>();
  const said = new Map<string, ReturnType<ScriptedPerson['says']>>();
  const arrivals = new Inbox<string>((text) => text);
  void watch(server, arrivals);

  /** Whoever has asked for the state hears what happens from then on. */
  async function listens(person: ScriptedPerson): Promise<void> {
    if (begun.has(person)) return;
    begun.add(person);
    await server.asked(Api.updates.GetState, (asked) => asked.person === person.person);
  }

  return {
    get gateway() {
      return gateway;
    },
    host,
    person: asContactId(`u${carol.id}`),
    addresses: [
      { kind: 'contact', id: asContactId('u777') },
      { kind: 'room', id: asRoomId('g123') },
      { kind: 'room', id: asRoomId('c456') },
      { kind: 'room', id: asRoomId('c456', 12) },
    ],
    nonsense: ['', 'u', 'u0', 'x5', 'g12.3', 'c456.', 'u99999999999999999999', 'U777', '@carol'],
    known: () => asContactId(`u${carol.id}`),
    account: (nick): AccountView => {
      const person = server.person(nick);
      const id = (people.size + 1) as AccountId;
      people.set(id, person);
      const me: PeerId = `u${person.id}`;
      const hash = new Map<PeerId, string>([[`u${carol.id}`, String(carol.person.accessHash)]]);
      void accessHashes(state, id, me).save(hash);
      const session = formatSession({
        ...{ home: person.person.homeCentre, me, bot: false },
        keys: new Map([
          [person.person.homeCentre, { key: server.logIn(person.person, 'gateway'), authorised: true }],
        ]),
      });
      return {
        ...{ id, registered: true, suggestedName: nick, language: 'en' },
        userAddress: `${nick.toLowerCase().replaceAll(' ', '-')}@example.org`,
        secrets: { session },
        settings: { user: me },
      };
    },
    arrived: async () => ({
      text: await arrivals.wait(() => true, 'a message to Telegram'),
      // What Telegram has taken is delivered.
      report: async () => undefined,
    }),
    get arrivals() {
      return arrivals.all.length;
    },
    next: (answer) => {
      const refused = { kind: 'error', code: 403, text: 'CHAT_WRITE_FORBIDDEN' } as const;
      server.faults.next(Api.messages.SendMessage, answer === 'refuse' ? refused : { kind: 'drop' });
    },
    reachable: async (reachable) => {
      for (const centre of server.centres) {
        centre.away = !reachable;
        if (!reachable) centre.drop();
      }
    },
    writes: async (account, text, times = 1) => {
      const person = people.get(account);
      if (!person) return;
      await listens(person);
      if (times > 1) server.faults.delivery = twice;
      carol.says(text, person);
      server.faults.delivery = undefined;
    },
    strange: asRoomId('c999'),
    remembered: async ({ id }, texts) => {
      const place = carol.as.createsChannel({ title: 'Remembered' }, people.get(id) ?? carol);
      const room = asRoomId(`c${place.id}`);
      for (const text of texts) said.set(`${room} ${text}`, carol.says(text, place));
      return room;
    },
    forget: (room, text) => {
      const posted = said.get(`${room} ${text}`);
      if (posted) carol.deletes(posted);
    },
    restart: async () => {
      gateway = make();
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      for (const one of gateways) await one.close();
      await server.close();
    },
  };
}

/** Notes each message that reaches the server, however often it is sent. */
async function watch(server: TelegramServer, arrivals: Inbox<string>): Promise<never> {
  const known = new Set<string>();
  for (;;) {
    const { request } = await server.asked(Api.messages.SendMessage);
    const { message, randomId } = request as unknown as Api.messages.SendMessage;
    if (known.has(String(randomId))) continue;
    known.add(String(randomId));
    arrivals.push(message);
  }
}
