import { TokenBucket } from 'limiter';
import { BoundedMap } from '../limit/bounded-map.js';
import { personOf } from './blocks.js';
import type { RelayDefinition } from './definitions.js';
import type { LegEvent, LegId, RelayContent, Speaker } from './model.js';
import type { Moderation } from './moderation.js';
import { SpokenLately } from './spoken-lately.js';

/** Bounds of what is carried. */
export interface GuardOptions {
  readonly perMinute: number;
  readonly burst: number;
  /** How long it is remembered what has crossed (ms). */
  readonly echoMs: number;
}

/** Speakers, and messages, that are remembered. */
const REMEMBERED = 20_000;
/** How bridges put a name before words: `<ann> …`, `[ann] …`, `*ann*: …`, `ann: …`. */
const NAMED = /^(?:<([^>]{1,64})>|\[([^\]]{1,64})\]|\*{1,2}([^*]{1,64})\*{1,2}:?|([^\s:]{1,64}):)\s+/u;

interface Crossed {
  readonly leg: LegId;
  readonly time: number;
}

/** Decides what of a relay's legs is carried: nobody who is blocked, no flood, and nothing that comes back. */
export class Guard {
  readonly #buckets = new BoundedMap<string, TokenBucket>(REMEMBERED);
  readonly #spoke = new SpokenLately();
  readonly #crossed = new BoundedMap<string, Crossed>(REMEMBERED);

  constructor(
    private readonly options: GuardOptions,
    private readonly now: () => number,
    private readonly moderation: Pick<Moderation, 'withholds' | 'spoke'>,
  ) {}

  /** Whether something of a person is to be told on a leg, now that its turn has come. */
  wanted(definition: RelayDefinition, from: LegId, to: LegId, content: RelayContent): boolean {
    const speaker = 'speaker' in content ? content.speaker : undefined;
    if (!speaker) return true;
    if (definition.silent[personOf(from, speaker)] !== undefined) return false;
    return this.moderation.withholds(definition, from, speaker, to) === undefined;
  }

  /** What is over in a moment, of people who are carried. */
  shows(definition: RelayDefinition, leg: LegId, speaker: Speaker): boolean {
    if (definition.silent[personOf(leg, speaker)] !== undefined) return false;
    return this.moderation.withholds(definition, leg, speaker) === undefined;
  }

  admits(definition: RelayDefinition, leg: LegId, event: LegEvent): boolean {
    const { content } = event;
    const speaker = 'speaker' in content ? content.speaker : undefined;
    if (!speaker) return true;
    const person = personOf(leg, speaker);
    this.moderation.spoke(definition, leg, speaker);
    if (definition.silent[person] !== undefined) return false;
    if (this.moderation.withholds(definition, leg, speaker)) return false;
    if (content.kind === 'presence') return true;
    this.#spoke.add(definition.name, leg, speaker);
    if (!this.#bucket(`${definition.name}\n${person}`).tryRemoveTokens(1)) return false;
    return content.kind !== 'said' || !this.#returns(definition.name, leg, speaker, content.words.text);
  }

  /** That was admitted, and turned out to be known already: as if it had not been asked about. */
  repeated(definition: RelayDefinition, leg: LegId, { content }: LegEvent): void {
    const speaker = 'speaker' in content ? content.speaker : undefined;
    if (!speaker || content.kind === 'presence') return;
    const bucket = this.#bucket(`${definition.name}\n${personOf(leg, speaker)}`);
    bucket.content = Math.min(bucket.content + 1, this.options.burst);
    if (content.kind !== 'said') return;
    const words = signature(definition.name, speaker.nick, content.words.text);
    if (this.#crossed.get(words)?.leg === leg) this.#crossed.delete(words);
  }

  /** Somebody who has spoken lately, by what he is called or by his address. */
  personCalled(relay: string, who: string): ReturnType<SpokenLately['called']> {
    return this.#spoke.called(relay, who);
  }

  /** Whether somebody has said something lately, as far as is remembered. */
  spoke(leg: LegId, speaker: Speaker): boolean {
    return this.#spoke.has(leg, speaker);
  }

  /** Whether those words have just crossed from another leg, and come back from there by some other bridge. */
  #returns(relay: string, leg: LegId, speaker: Speaker, text: string): boolean {
    const named = NAMED.exec(text);
    const after = this.now() - this.options.echoMs;
    const bare = named ? text.slice(named[0].length) : text;
    const names = [speaker.nick, ...(named?.slice(1).filter((name) => name !== undefined) ?? [])];
    for (const name of names)
      for (const words of new Set([text, bare])) {
        const before = this.#crossed.get(signature(relay, name, words));
        if (before && before.leg !== leg && before.time > after) return true;
      }
    this.#crossed.set(signature(relay, speaker.nick, text), { leg, time: this.now() });
    return false;
  }

  #bucket(person: string): TokenBucket {
    const known = this.#buckets.get(person);
    if (known) return known;
    const { burst, perMinute } = this.options;
    const bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perMinute, interval: 'minute' });
    bucket.content = burst;
    this.#buckets.set(person, bucket);
    return bucket;
  }
}

/** Bridges decorate names with zero-width characters, underscores and labels. */
function signature(relay: string, nick: string, text: string): string {
  const name = nick
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\[[^\]]*\]|[\p{Cf}_\s]/gu, '');
  return JSON.stringify([relay, name, text.trim()]);
}
