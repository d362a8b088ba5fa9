import { GatewayError } from '../../../gateway/error.js';
import type { MemberId } from '../../../gateway/ids.js';
import type { Session } from '../../../gateway/session.js';
import type { LegId, RelayMention, Speaker } from '../model.js';
import type { OwnVoices } from './own-voices.js';
import type { Puppets } from './puppets.js';
import type { Voice } from './voice.js';

/** He is not there, which says nothing against him. */
const ABSENT: ReadonlySet<string> = new Set(['not-joined', 'network-unreachable']);
/** Refusals that concern the words, or the moment, and not who says them. */
const OF_THE_WORDS: ReadonlySet<string> = new Set(['too-long', 'unsupported', 'limit']);

/** The relay's own account in the room. */
export interface BotSeat {
  readonly owner: string;
  readonly member: MemberId | undefined;
  /** @throws {GatewayError} retryable, when it is not in the room */
  session(): Session;
}

/** By whom the people of other legs speak in a room of a network: themselves, a puppet, or the relay's own account. */
export class Voices {
  constructor(
    private readonly bot: BotSeat,
    private readonly puppets: Puppets,
    private readonly own: OwnVoices,
  ) {}

  /** @throws {GatewayError} retryable, when even the relay's own account is not there */
  get relay(): Voice {
    const { owner, member } = this.bot;
    return { kind: 'bot', owner, session: this.bot.session(), member };
  }

  /** Whoever speaks for somebody. @throws {GatewayError} as {@link relay} */
  async of(speaker: Speaker, from: LegId): Promise<Voice> {
    // Where the relay is not, nobody hears what is answered.
    const { relay } = this;
    return (await this.own.enter(speaker, from)) ?? (await this.puppets.enter(speaker, from)) ?? relay;
  }

  /** The same, but for nothing more than a gesture nobody comes in. @throws {GatewayError} as {@link relay} */
  async present(speaker: Speaker, from: LegId): Promise<Voice> {
    return (await this.own.present(speaker, from)) ?? this.puppets.voice(speaker, from) ?? this.relay;
  }

  /** Whoever has said something by that account; undefined: he is not there. @throws {GatewayError} as {@link relay} */
  by(owner: string): Voice | undefined {
    if (owner === this.bot.owner) return this.relay;
    return this.own.voiceBy(owner) ?? this.puppets.voiceBy(owner);
  }

  /** Whether that member speaks for a relay, and may say something of his own too. */
  isOwn(member: MemberId): boolean {
    return this.own.owns(member);
  }

  /** Whether that member is nobody but the relay or a puppet. */
  isOurs(member: MemberId): boolean {
    return member === this.bot.member || this.puppets.personOf(member) !== undefined;
  }

  /** What somebody of another leg is called here, if he is here. */
  nickOf({ leg, key }: Pick<RelayMention, 'leg' | 'key'>): string | undefined {
    return this.puppets.nickOf(leg, { key });
  }

  /** Does something by a voice, or else by the relay's own account. */
  async trying<Result>(
    voice: Voice,
    speaker: Speaker,
    from: LegId,
    act: (voice: Voice) => Promise<Result>,
  ): Promise<Result> {
    if (voice.kind === 'bot') return act(voice);
    try {
      return await act(voice);
    } catch (error) {
      const isOther = error instanceof GatewayError && OF_THE_WORDS.has(error.code);
      if (!(error instanceof GatewayError) || error.outcome === 'unknown' || isOther) throw error;
      if (voice.kind === 'own') this.own.failed(voice.owner, ABSENT.has(error.code));
      else this.puppets.failed(speaker, from);
      return act(this.relay);
    }
  }
}
