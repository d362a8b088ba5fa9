import type { TgClient, TgListener } from '../../../gateways/telegram/client/client.js';
import type { TgEvent, UpdateState } from '../../../gateways/telegram/client/events.js';
import { createClient } from '../../../gateways/telegram/client/gramjs/gramjs-client.js';
import { formatSession } from '../../../gateways/telegram/client/gramjs/session.js';
import type { PeerId } from '../../../gateways/telegram/client/model.js';
import {
  DEFAULT_LIMITS,
  type TgHashStore,
  type TgLimits,
  type TgProxy,
} from '../../../gateways/telegram/client/options.js';
import { type TurnLimits, Turns } from '../../../gateways/telegram/client/turns.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { Person } from '../../servers/telegram/world/world.js';

type EventOf<Type extends TgEvent['type']> = TgEvent & { readonly type: Type };

/** Fast enough for tests: nothing here waits for the clock except where a test is about it. */
const LIMITS: TgLimits = {
  ...DEFAULT_LIMITS,
  ...{ retryFirstMs: 20, retryLastMs: 200, gapMs: 20, burst: 1_000, perSecond: 1_000 },
};

/** One account's client, and what it has told. */
export class StageClient implements TgListener, TgHashStore {
  readonly events: TgEvent[] = [];
  readonly states: string[] = [];
  readonly losses: string[] = [];
  readonly channels = new Map<PeerId, number>();
  readonly hashes = new Map<PeerId, string>();
  at: UpdateState | undefined;
  /** Called before an event counts as taken; rejecting brings it again. */
  taking: ((event: TgEvent) => Promise<void>) | undefined;
  client: TgClient;
  readonly #watchers = new Set<() => void>();

  constructor(
    public saved: string | undefined,
    private readonly make: (listener: StageClient) => TgClient,
  ) {
    this.client = make(this);
  }

  event(event: TgEvent): Promise<void> | undefined {
    const taken = (): void => {
      this.events.push(event);
      this.#changed();
    };
    if (this.taking) return this.taking(event).then(taken);
    taken();
    return undefined;
  }

  state(state: 'connecting' | 'connected' | 'away'): void {
    this.states.push(state);
    this.#changed();
  }

  lost(reason: string): void {
    this.losses.push(reason);
    this.#changed();
  }

  session(session: string): void {
    this.saved = session;
  }

  reached(state: UpdateState): void {
    this.at = state;
    this.#changed();
  }

  channelReached(channel: PeerId, pts: number): void {
    this.channels.set(channel, pts);
    this.#changed();
  }

  async load(peer: PeerId): Promise<string | undefined> {
    return this.hashes.get(peer);
  }

  async save(hashes: ReadonlyMap<PeerId, string>): Promise<void> {
    for (const [peer, hash] of hashes) this.hashes.set(peer, hash);
  }

  /** Resolves once it holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#watchers.add(resolve));
  }

  /** The next event of that kind that was not asked for yet. */
  async next<Type extends TgEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const fits = (event: TgEvent): boolean => event.type === type && matches(event as EventOf<Type>);
    await this.until(() => this.events.some(fits));
    const [found] = this.events.splice(this.events.findIndex(fits), 1);
    return found as EventOf<Type>;
  }

  /** Texts of the messages told so far, in their order. */
  get texts(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'message' ? event.message.text : []));
  }

  /** The program was ended, however that happened, and begins again with what was kept. */
  async restart(): Promise<void> {
    await this.client.stop();
    this.client = this.make(this);
    await this.client.start(this.at, new Map(this.channels));
  }

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const wake of watchers) wake();
  }
}

/** A Telegram and clients of people in it. */
export class ClientStage {
  readonly #clients: StageClient[] = [];
  readonly #turns: Turns;

  private constructor(
    readonly server: TelegramServer,
    turns: TurnLimits,
  ) {
    this.#turns = new Turns(turns);
  }

  static async open(
    centres = 2,
    turns: TurnLimits = { atOnce: 100, perSecond: 1_000 },
  ): Promise<ClientStage> {
    return new ClientStage(await TelegramServer.start({ centres }), turns);
  }

  /** A client that is not logged in. */
  client({
    limits = {},
    proxies = [],
    session,
  }: {
    readonly limits?: Partial<TgLimits>;
    readonly proxies?: readonly TgProxy[];
    readonly session?: string;
  } = {}): StageClient {
    const { server } = this;
    const servers = {
      endpoints: server.centres.map(({ id, port }) => ({ centre: id, host: '127.0.0.1', port })),
      publicKey: server.key.pem,
    };
    const client = new StageClient(session, (listener) =>
      createClient({
        ...{ api: { id: 1, hash: 'hash' }, listener, hashes: listener, proxies },
        ...(listener.saved !== undefined && { session: listener.saved }),
        device: { model: 'gateway', system: 'test', app: '1', language: 'en' },
        network: {
          ...{ servers, ipv6: false, limits: { ...LIMITS, ...limits }, turns: this.#turns },
          resolve: async (host) => host,
        },
      }),
    );
    this.#clients.push(client);
    return client;
  }

  /** A client of somebody that was logged in before, and is started. */
  async login(person: Person, options: Parameters<ClientStage['client']>[0] = {}): Promise<StageClient> {
    const key = this.server.logIn(person, 'gateway');
    const session = formatSession({
      ...{ home: person.homeCentre, me: `u${person.id}`, bot: person.bot },
      keys: new Map([[person.homeCentre, { key, authorised: true }]]),
    });
    const one = this.client({ ...options, session });
    await one.client.start(undefined, new Map());
    return one;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(({ client }) => client.stop()));
    await this.server.close();
  }
}
