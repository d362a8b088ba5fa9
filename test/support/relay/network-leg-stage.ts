import { ircModule } from '../../../gateways/irc/index.js';
import type { LegEvent, LegSignal, Speaker, Whisper } from '../../../src/core/relay/model.js';
import { Bot } from '../../../src/core/relay/network/bot.js';
import { NetworkLeg } from '../../../src/core/relay/network/network-leg.js';
import type { NetworkPort, SessionListener, SpokenAccount } from '../../../src/core/relay/network/port.js';
import type { PuppetOptions } from '../../../src/core/relay/network/puppets.js';
import { DEFAULT_LEG_SETTINGS, type LegSettings } from '../../../src/core/relay/settings.js';
import type { Translator } from '../../../src/core/translator.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { SessionHost } from '../../../src/gateway/session.js';
import { Jid } from '../../../src/xmpp/jid.js';
import { testEnvironment } from '../gateway-environment.js';
import { NoMedia } from '../no-media.js';
import { ScriptedIrcServer } from '../scripted-irc-server.js';

const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const PUPPETS: PuppetOptions = {
  ...{ most: 10, idleMs: 60_000, refusedMs: 60_000, joinMs: 20_000, waitMs: 20_000 },
  ...{ throttledMs: 60_000, restMs: 60_000 },
};

/** A leg in a channel of a server that says what the test wants. */
export interface NetworkLegStage {
  readonly server: ScriptedIrcServer;
  readonly leg: NetworkLeg;
  readonly happened: LegEvent[];
  readonly signals: LegSignal[];
  readonly whispers: { readonly to: Speaker; readonly whisper: Whisper }[];
  close(): Promise<void>;
}

const translator: Pick<Translator, 'say'> = {
  say: ({ key, args }) => `${key} ${JSON.stringify(args ?? {})}`,
};

/** Begins to come into `#c`. */
export async function networkLegStage(
  change: { readonly puppets?: Partial<PuppetOptions>; readonly settings?: Partial<LegSettings> } = {},
): Promise<NetworkLegStage> {
  const server = await ScriptedIrcServer.listen();
  const gateway = ircModule.create(
    ircModule.optionsSchema.parse({
      flood: 'disabled',
      servers: { '127.0.0.1': { port: server.port, tls: false } },
    }),
    testEnvironment({ domain: 'irc.example.org', log }),
  );
  const port: NetworkPort = {
    ...{ domain: 'irc.example.org', gateway, media: new NoMedia() },
    login: {} as NetworkPort['login'],
    open: async (owner, listener) => openAccount(gateway, owner, listener),
    borrow: async () => undefined,
  };
  const bot = new Bot(new Jid('relay', 'relay.example.org', ''), port);
  const happened: LegEvent[] = [];
  const signals: LegSignal[] = [];
  const whispers: NetworkLegStage['whispers'] = [];
  const leg = new NetworkLeg(
    '#c%127.0.0.1@irc.example.org',
    {
      ...{ nick: 'Relay', language: 'en', retryFirstMs: 100, retryLastMs: 1_000, sweepMs: 60_000 },
      ...{ lettersMs: 0, mostMembers: 5_000, puppets: { ...PUPPETS, ...change.puppets } },
      settings: () => ({ ...DEFAULT_LEG_SETTINGS, ...change.settings }),
    },
    {
      ...{ port, bot, room: '#c%127.0.0.1' as RoomId, log, now: Date.now },
      addressOf: (contact) => `${contact}@irc.example.org`,
      labelOf: () => 'xmpp',
      agreed: async () => false,
      translator,
    },
  );
  leg.start({
    happened: async (event) => void happened.push(event),
    signal: (signal) => void signals.push(signal),
    whispered: async (to, _home, whisper) => void whispers.push({ to, whisper }),
    called: () => undefined,
    changed: nothing,
    ended: nothing,
    congested: false,
    relieved: async () => undefined,
  });
  return {
    ...{ server, leg, happened, signals, whispers },
    async close() {
      await leg.stop();
      await gateway.close();
      server.close();
    },
  };
}

function openAccount(gateway: NetworkPort['gateway'], owner: Jid, listener: SessionListener): SpokenAccount {
  const host: SessionHost = {
    emit: (event) => listener.event(event),
    report: (state, place) => listener.state(state, place),
    congested: false,
    relieved: async () => undefined,
  };
  const view = { id: 1 as never, registered: false, settings: {}, secrets: {}, language: 'en' };
  const account = { ...view, suggestedName: owner.local, userAddress: owner.bare };
  const session = gateway.createSession(account, host);
  return { session, close: () => session.disconnect() };
}
