import type { PeerId } from '../model.js';

/** First byte of a session in this form. */
const VERSION = 1;
const KEY = 256;
const BOT = 1;

/** What one authorisation consists of: enough to go on after a restart. */
export interface SessionState {
  /** The data centre where the account lives. */
  readonly home: number;
  /** Undefined: not logged in. */
  readonly me: PeerId | undefined;
  readonly bot: boolean;
  /** Keys by data centre, and whether the account was made known there. */
  readonly keys: ReadonlyMap<number, { readonly key: Buffer; readonly authorised: boolean }>;
}

/**
 * One line of base64url: version, home, flags, the account, then centre, flag and key of each data centre. Whoever has
 * it has the account.
 */
export function formatSession({ home, me, bot, keys }: SessionState): string {
  const head = Buffer.alloc(11);
  head.writeUInt8(VERSION, 0);
  head.writeUInt8(home, 1);
  head.writeUInt8(bot ? BOT : 0, 2);
  head.writeBigInt64LE(me === undefined ? 0n : BigInt(me.slice(1)), 3);
  const parts = [...keys].map(([centre, { key, authorised }]) =>
    Buffer.concat([Buffer.from([centre, authorised ? 1 : 0]), key]),
  );
  return Buffer.concat([head, ...parts]).toString('base64url');
}

/** Undefined for what is no session in this form. */
export function parseSession(text: string): SessionState | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const entry = KEY + 2;
  if (bytes.length < 11 || bytes[0] !== VERSION || (bytes.length - 11) % entry !== 0) return undefined;
  const keys = new Map<number, { key: Buffer; authorised: boolean }>();
  for (let at = 11; at < bytes.length; at += entry) {
    const key = Buffer.from(bytes.subarray(at + 2, at + entry));
    keys.set(bytes.readUInt8(at), { key, authorised: bytes[at + 1] === 1 });
  }
  const me = bytes.readBigInt64LE(3);
  return {
    ...{ home: bytes.readUInt8(1), bot: bytes[2] === BOT, keys },
    me: me === 0n ? undefined : `u${me}`,
  };
}

/** Data centre of accounts that nobody has heard of yet: it sends them on to where they belong. */
const FIRST_CENTRE = 2;

/** The session of one client; each change is told, for it to be kept. */
export class Session {
  #state: SessionState;

  /** @throws {Error} for a text that is no session */
  constructor(
    text: string | undefined,
    private readonly changed: (session: string) => void,
    firstCentre = FIRST_CENTRE,
  ) {
    const state =
      text === undefined
        ? { home: firstCentre, me: undefined, bot: false, keys: new Map() }
        : parseSession(text);
    if (!state) throw new Error('not a session of this program');
    this.#state = state;
  }

  get home(): number {
    return this.#state.home;
  }

  get me(): PeerId | undefined {
    return this.#state.me;
  }

  get bot(): boolean {
    return this.#state.bot;
  }

  get(centre: number): Buffer | undefined {
    return this.#state.keys.get(centre)?.key;
  }

  authorised(centre: number): boolean {
    return this.#state.keys.get(centre)?.authorised === true;
  }

  set(centre: number, key: Buffer): void {
    this.#change({ keys: new Map(this.#state.keys).set(centre, { key, authorised: false }) });
  }

  forget(centre: number): void {
    const keys = new Map(this.#state.keys);
    keys.delete(centre);
    this.#change({ keys });
  }

  setAuthorised(centre: number, authorised: boolean): void {
    const known = this.#state.keys.get(centre);
    if (!known || known.authorised === authorised) return;
    this.#change({ keys: new Map(this.#state.keys).set(centre, { key: known.key, authorised }) });
  }

  /** The account turns out to live elsewhere. */
  moveTo(home: number): void {
    this.#change({ home });
  }

  loggedIn(me: PeerId, bot: boolean): void {
    this.#change({ me, bot });
    this.setAuthorised(this.home, true);
  }

  #change(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    this.changed(formatSession(this.#state));
  }
}
