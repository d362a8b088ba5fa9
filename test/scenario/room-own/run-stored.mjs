// A gateway of its own process over a network that stores and has rooms, as far as these scenarios need one. Lines of
// standard input bring messages to a room (`bring <user> <room> <id>`); lines of standard output tell `online`, what the
// gateway has taken (`taken <user> <id>`), and what it has sent (`sent <room> <text>`).
import { createInterface } from 'node:readline';
import { z } from 'zod';

const [dist, configuration, path] = process.argv.slice(2);
const { runGateway } = await import(new URL('src/compose.js', dist).href);
const { parseConfig } = await import(new URL('src/config/load.js', dist).href);

const tell = (line) => process.stdout.write(`${line}\n`);
const done = { kind: 'done', result: { settings: {}, secrets: {} } };
const traits = {
  ...{ moderated: false, membersOnly: true, hidden: true, passwordProtected: false, openSubject: true },
};
const parse = (local) =>
  local.startsWith('#') ? { kind: 'room', id: local } : { kind: 'contact', id: local };
const member = (nick) => ({
  ...{ id: nick.toLowerCase(), nick, contact: nick.toLowerCase(), affiliation: 'member', role: 'default' },
});
const accounts = new Map();
let gatewayHost;

class StoredSession {
  constructor(account, host) {
    this.host = host;
    this.state = { state: 'idle' };
    accounts.set(account.suggestedName, account.id);
    this.rooms = {
      join: (room, { nick }) =>
        queueMicrotask(() =>
          host.emit({
            ...{ type: 'room-entered', room, place: 'post', self: nick.toLowerCase(), name: 'Tea time' },
            ...{ members: [member('Carol'), member(nick)], traits, created: false, resumed: false },
          }),
        ),
      leave: (room) => queueMicrotask(() => host.emit({ type: 'room-left', room, cause: 'left' })),
    };
  }
  connect() {
    this.state = { state: 'connected' };
    this.host.report(this.state);
  }
  async disconnect() {
    this.state = { state: 'idle' };
  }
  configure() {}
  states() {
    return [{ state: this.state }];
  }
  send({ id }, { key, text }) {
    tell(`sent ${id} ${text}`);
    return { accepted: Promise.resolve({ ids: [`out-${key}`] }) };
  }
}

const network = {
  id: 'stored',
  optionsSchema: z.strictObject({}),
  create: (_options, { host }) => {
    gatewayHost = host;
    return {
      ...{ id: 'stored', identityType: 'smtp', name: { key: 'stored' }, conferenceType: 'text' },
      ...{ defaultPolicy: 'registered', messaging: 'stored', repeatable: false, lasting: true },
      ...{ contactType: 'pc', prompt: { label: { key: 'stored' }, description: { key: 'stored' } } },
      addresses: { parse, format: ({ id }) => id, parseInput: parse },
      ...{ anonymousRooms: false, locales: { en: 'stored = Stored', ru: 'stored = Stored' }, commands: [] },
      registrationForm: () => ({ title: { key: 'stored' }, fields: [] }),
      register: async () => done,
      createSession: (account, host) => new StoredSession(account, host),
      close: async () => undefined,
    };
  },
};

const networks = { stored: network };
const quiet = () => undefined;
const log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: ({ err }, text) => tell(`fault ${text} ${err}`),
};
const config = parseConfig(configuration, path, { environment: process.env, networks });
const gateway = await runGateway(config, { log, networks });
for (;;) {
  if (Object.values(gateway.status()).every((state) => state === 'online')) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
tell('online');
for await (const line of createInterface({ input: process.stdin })) {
  const [, user, room, id] = line.split(' ');
  const message = {
    ...{ type: 'room-message', room, member: 'carol', contact: 'carol', nick: 'Carol' },
    ...{ text: `text ${id}`, style: 'text', id, roomName: 'Tea time' },
  };
  gatewayHost.emit(accounts.get(user), message).then(
    () => tell(`taken ${user} ${id}`),
    () => tell(`refused ${user} ${id}`),
  );
}
await gateway.stop();
