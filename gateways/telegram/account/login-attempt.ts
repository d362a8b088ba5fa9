import type { LoginStage, TgClient, TgListener } from '../client/client.js';
import type { PeerId, TgPerson } from '../client/model.js';
import type { TgHashStore } from '../client/options.js';

/** What a login has led to. */
export interface LoggedIn {
  readonly me: TgPerson;
  readonly session: string;
}

/** How a QR code stands. */
export type QrState =
  | { readonly kind: 'open' | 'expired' }
  | { readonly kind: 'taken'; readonly stage: LoginStage }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A QR code that is shown. */
export interface ShownQr {
  readonly link: string;
  readonly state: QrState;
  /** Resolves when it was taken, or cannot be any more; not when it has only become too old. */
  readonly answered: Promise<void>;
}

/** One login under way: a client of its own, so that nobody's code can be taken by anybody else (C21). */
export class LoginAttempt {
  readonly client: TgClient;
  #session: string | undefined;
  #me: TgPerson | undefined;
  #used = false;
  #ended = false;
  #qr: ShownQr | undefined;
  /** Codes sent so far. */
  codes = 0;

  constructor(make: (listener: TgListener, hashes: TgHashStore) => TgClient) {
    const listener: TgListener = {
      event: () => undefined,
      state: () => undefined,
      lost: () => undefined,
      reached: () => undefined,
      channelReached: () => undefined,
      session: (session) => {
        this.#session = session;
      },
    };
    this.client = make(listener, NO_HASHES);
  }

  /** Somebody else may not go on with it, and neither may its user: it took too long, or he has begun anew. */
  get ended(): boolean {
    return this.#ended;
  }

  get qr(): ShownQr | undefined {
    return this.#qr;
  }

  /** Makes another QR code. Rejects with TgError. */
  async showQr(): Promise<void> {
    const { link, taken } = await this.client.login.qr();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const shown: { link: string; state: QrState; answered: Promise<void> } = {
      ...{ link, state: { kind: 'open' }, answered },
    };
    this.#qr = shown;
    taken.then(
      (stage) => {
        shown.state = stage.kind === 'expired' ? { kind: 'expired' } : { kind: 'taken', stage };
        if (stage.kind === 'done') this.#me = stage.me;
        if (stage.kind !== 'expired') answer();
      },
      (error: unknown) => {
        shown.state = { kind: 'failed', error };
        answer();
      },
    );
    // A link that leads nowhere: it was taken at once.
    if (link === '') await taken.catch(() => undefined);
  }

  /** The end that was wanted: the session goes on, this client does not. */
  async use(me: TgPerson): Promise<LoggedIn> {
    this.#me = me;
    this.#used = true;
    await this.end();
    return { me, session: this.#session ?? '' };
  }

  /** Resolves when its connection is closed; a session that nobody will use is ended on the server. Never rejects. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#me && !this.#used) await this.client.logOut().catch(() => undefined);
    await this.client.stop().catch(() => undefined);
  }
}

/** Those that matter are heard again by the client that goes on. */
const NO_HASHES: TgHashStore = {
  load: async (_peer: PeerId) => undefined,
  save: async () => undefined,
};
