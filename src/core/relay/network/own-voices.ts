import { GatewayError } from '../../../gateway/error.js';
import type { MemberId, RoomId } from '../../../gateway/ids.js';
import type { LegId, Speaker } from '../model.js';
import type { BorrowedAccount, NetworkPort } from './port.js';
import { Stay } from './stay.js';
import type { Voice } from './voice.js';

/** What own accounts need of the world. */
export interface OwnVoiceServices {
  readonly port: Pick<NetworkPort, 'borrow'>;
  readonly room: RoomId;
  /** Whether somebody who speaks on a leg wants to speak here by his own account. Rejects with the store's error. */
  agreed(owner: string, from: LegId): Promise<boolean>;
  now(): number;
  trouble(speaker: Speaker, error: unknown): void;
}

/** Bounds of it. */
export interface OwnVoiceOptions {
  /** How long a network may take to let him in (ms). */
  readonly joinMs: number;
  readonly waitMs: number;
  /** How long it is not tried again after a failure (ms). */
  readonly refusedMs: number;
  /** How long he is kept in the room without a word, where it was the relay that made him come in (ms). */
  readonly idleMs: number;
}

interface Own {
  readonly owner: string;
  /** Where he has last spoken who agreed to it. */
  from: LegId;
  readonly stay: Stay;
  used: number;
  refusedUntil: number;
  account: BorrowedAccount | undefined;
  entering: Promise<void> | undefined;
}

/** People who have registered with the network and want to speak there by their own accounts. */
export class OwnVoices {
  /** Least recently used first. */
  readonly #byOwner = new Map<string, Own>();
  #closed = false;

  constructor(
    private readonly options: OwnVoiceOptions,
    private readonly services: OwnVoiceServices,
  ) {}

  /** Whether that member of the room speaks for a relay too. */
  owns(member: MemberId): boolean {
    for (const { stay } of this.#byOwner.values()) if (stay.member === member) return true;
    return false;
  }

  /** What he is called in the room by his own account. */
  nickOf(owner: string): string | undefined {
    const stay = this.#byOwner.get(owner)?.stay;
    return stay?.present ? stay.nick : undefined;
  }

  voiceBy(owner: string): Voice | undefined {
    const own = this.#byOwner.get(owner);
    return own && voiceOf(own);
  }

  /** The voice of somebody who speaks by his own account; undefined: he does not, or cannot. Never rejects. */
  async enter(speaker: Speaker, from: LegId): Promise<Voice | undefined> {
    const { address } = speaker;
    if (address === undefined) return undefined;
    const own = this.#byOwner.get(address);
    const agreed = await this.#agreed(speaker, address, from);
    if (this.#closed || agreed === undefined) return undefined;
    if (agreed) return this.#enter(speaker, address, from);
    // What another room says of him changes nothing here.
    if (own?.from === from) this.#release(own);
    return undefined;
  }

  /** The same, if he is in. Never rejects. */
  async present(speaker: Speaker, from: LegId): Promise<Voice | undefined> {
    const { address } = speaker;
    if (address === undefined || !this.voiceBy(address)) return undefined;
    return (await this.#agreed(speaker, address, from)) ? this.voiceBy(address) : undefined;
  }

  /** He could not say something. Where he was just not there any more, he may come in again for his next words. */
  failed(owner: string, absent: boolean): void {
    const own = this.#byOwner.get(owner);
    if (!own) return;
    if (!absent) own.refusedUntil = this.services.now() + this.options.refusedMs;
    this.#letGo(own);
  }

  /** Lets go of who has been silent for long. */
  sweep(): void {
    const before = this.services.now() - this.options.idleMs;
    for (const own of [...this.#byOwner.values()]) if (own.used <= before) this.#release(own);
  }

  /** All are let go of, for good. */
  close(): void {
    this.#closed = true;
    for (const own of [...this.#byOwner.values()]) this.#release(own);
  }

  /** Asked each time: what he has taken back counts at once. Undefined: it is not known. Never rejects. */
  async #agreed(speaker: Speaker, owner: string, from: LegId): Promise<boolean | undefined> {
    try {
      return await this.services.agreed(owner, from);
    } catch (error) {
      this.services.trouble(speaker, error);
      return undefined;
    }
  }

  async #enter(speaker: Speaker, owner: string, from: LegId): Promise<Voice | undefined> {
    const { now } = this.services;
    const own = this.#of(owner, from);
    const voice = voiceOf(own);
    if (voice) return voice;
    if (own.refusedUntil > now()) return undefined;
    own.entering ??= this.#join(own, speaker).finally(() => {
      own.entering = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.waitMs);
    });
    await Promise.race([own.entering, patience]);
    clearTimeout(timer);
    return voiceOf(own);
  }

  /** Never rejects. */
  async #join(own: Own, speaker: Speaker): Promise<void> {
    const { port, room, now, trouble } = this.services;
    try {
      own.account ??= await port.borrow(own.owner, room, own.stay);
      if (!own.account) throw new GatewayError('registered-only', { key: 'relay-own-absent' });
      // He was let go of while his account was looked for.
      if (this.#byOwner.get(own.owner) !== own)
        throw new GatewayError('not-joined', { key: 'relay-room-left' });
      const { session, self } = own.account;
      if (self) own.stay.found(self.member, self.nick);
      else await own.stay.join(session, ['']);
    } catch (error) {
      own.refusedUntil = now() + this.options.refusedMs;
      trouble(speaker, error);
      this.#letGo(own);
    }
  }

  #of(owner: string, from: LegId): Own {
    const known = this.#byOwner.get(owner);
    if (known) {
      known.from = from;
      this.#byOwner.delete(owner);
      known.used = this.services.now();
      this.#byOwner.set(owner, known);
      return known;
    }
    const own: Own = {
      ...{ owner, from, used: this.services.now(), refusedUntil: 0, account: undefined, entering: undefined },
      stay: new Stay({
        ...{ room: this.services.room, joinMs: this.options.joinMs },
        became: () => undefined,
        // He has gone by himself, or was made to: at his next words he is brought back, if he can be.
        left: (_member, { cause }) => {
          if (cause === 'removed' || cause === 'banned')
            own.refusedUntil = this.services.now() + this.options.refusedMs;
          this.#letGo(own);
        },
        renamedByNetwork: () => undefined,
        // His own clients are told.
        whispered: async () => undefined,
      }),
    };
    this.#byOwner.set(owner, own);
    return own;
  }

  #release(own: Own): void {
    this.#byOwner.delete(own.owner);
    this.#letGo(own);
  }

  #letGo(own: Own): void {
    own.stay.forget();
    own.account?.close();
    own.account = undefined;
  }
}

function voiceOf({ account, stay, owner }: Own): Voice | undefined {
  if (!account || !stay.present) return undefined;
  return { kind: 'own', owner, session: account.session, member: stay.member };
}
