import { BoundedMap } from '../limit/bounded-map.js';
import type { LegId, Speaker } from './model.js';
import { bareName, foldWords, isNamed, splitsOf } from './signature.js';

/** How echoes are told from words. */
export interface EchoOptions {
  /** How long it is remembered what has crossed (ms). */
  readonly echoMs: number;
  /** As often as that within that time, the same words go round in a circle. */
  readonly storm: number;
  /** How long somebody is not carried then (ms). */
  readonly stormMs: number;
}

/** What comes of words: they are news, an echo, or the relay goes round in a circle with them. */
export type Verdict = 'news' | 'echo' | 'storm';

/** Messages and speakers that are remembered. */
const REMEMBERED = 20_000;
/** Sayings of the same words that are remembered. */
const SAME_WORDS = 16;
/** Lines of one message that are remembered each. */
const MOST_LINES = 20;
/** So many words of his own, and no echo, make a person of a speaker. */
const TRUSTED_AFTER = 3;

interface Saying {
  readonly leg: LegId;
  readonly key: string;
  readonly name: string;
  readonly time: number;
  /** Who has repeated it: each bridge does so once on a leg. */
  readonly repeatedBy: Set<string>;
}

interface Heard {
  readonly leg: LegId;
  readonly speaker: Speaker;
  readonly at: number;
}

interface Record {
  own: number;
  echoes: number;
}

/**
 * Knows words again that other bridges bring back, whatever they do to the name of the speaker: put it before the words,
 * or make a puppet of that name. What nobody could confuse is left alone: the same words of people who are called
 * differently, and of somebody who has shown that he says things of his own.
 */
export class Echoes {
  readonly #said = new BoundedMap<string, Saying[]>(REMEMBERED);
  readonly #speakers = new BoundedMap<string, Record>(REMEMBERED);
  readonly #storms = new BoundedMap<string, number>(REMEMBERED);

  constructor(
    private readonly options: EchoOptions,
    private readonly now: () => number,
  ) {}

  /**
   * Judges words that somebody has said on a leg, and remembers them if they are news.
   * @param at when it was said, UTC milliseconds: what is caught up on comes all at once
   */
  hear(relay: string, leg: LegId, speaker: Speaker, text: string, at = this.now()): Verdict {
    const who = personOf(relay, leg, speaker);
    const until = this.#storms.get(who);
    if (until !== undefined && until > this.now()) return 'storm';
    const words = foldWords(text);
    // Of signs and pictures alone nothing can be told.
    if (words === '') return 'news';
    const known = this.#record(who);
    if (this.#isEcho(relay, { leg, speaker, at }, text, known)) {
      known.echoes += 1;
      // Bridges that feed each other put one name before the other.
      this.#remember(relay, words, { leg, speaker, at });
      return 'echo';
    }
    const said = this.#remember(relay, words, { leg, speaker, at });
    // Bridges to networks of single lines bring them back one by one.
    const lines = text.split('\n', MOST_LINES);
    if (lines.length > 1)
      for (const line of lines.map(foldWords))
        if (line !== '') this.#remember(relay, line, { leg, speaker, at });
    // Who addresses somebody looks like a bridge: that counts for nothing.
    if (!isNamed(text)) known.own += 1;
    const own = said.filter((one) => one.key === speaker.key && one.leg === leg).length;
    if (own < this.options.storm) return 'news';
    this.#storms.set(who, this.now() + this.options.stormMs);
    return 'storm';
  }

  /** Forgets what `hear` has just remembered: it turned out to be known. */
  unhear(relay: string, leg: LegId, speaker: Speaker, text: string): void {
    const said = this.#said.get(wordsOf(relay, foldWords(text)));
    const index = said?.findLastIndex((one) => one.leg === leg && one.key === speaker.key) ?? -1;
    if (index < 0) return;
    said?.splice(index, 1);
    const known = this.#record(personOf(relay, leg, speaker));
    known.own = Math.max(0, known.own - 1);
  }

  /** Whether somebody is not carried because his words went round. */
  storms(relay: string, leg: LegId, speaker: Speaker): boolean {
    const until = this.#storms.get(personOf(relay, leg, speaker));
    return until !== undefined && until > this.now();
  }

  #isEcho(relay: string, { leg, speaker, at }: Heard, text: string, { own, echoes }: Record): boolean {
    const trusted = own >= TRUSTED_AFTER && echoes === 0;
    const who = `${leg}\n${speaker.key}`;
    const name = bareName(speaker.nick);
    // Of the same name: a puppet of another bridge, or the same person, who may say it again.
    const isNamesake = (saying: Saying): boolean => !trusted && saying.name === name && name !== '';
    if (this.#find(relay, foldWords(text), { who, at }, isNamesake, true)) return true;
    return splitsOf(text).some(({ words, names, addresses }) => {
      // `ann: ok` is said by people, too.
      if (addresses && trusted) return false;
      const isNamed = (saying: Saying): boolean => saying.name !== '' && names.includes(saying.name);
      return this.#find(relay, words, { who, at }, isNamed, addresses);
    });
  }

  /** @param once the same one could say it without being a bridge, so that it is taken for an echo only once */
  #find(
    relay: string,
    words: string,
    { who, at }: { readonly who: string; readonly at: number },
    matches: (saying: Saying) => boolean,
    once: boolean,
  ): boolean {
    if (words === '') return false;
    const after = at - this.options.echoMs;
    for (const saying of this.#said.get(wordsOf(relay, words)) ?? []) {
      if (saying.time <= after || `${saying.leg}\n${saying.key}` === who) continue;
      if ((once && saying.repeatedBy.has(who)) || !matches(saying)) continue;
      if (once) saying.repeatedBy.add(who);
      return true;
    }
    return false;
  }

  #remember(relay: string, words: string, { leg, speaker, at }: Heard): readonly Saying[] {
    const said = this.#sayings(relay, words, at);
    const { key, nick } = speaker;
    said.push({ leg, key, name: bareName(nick), time: at, repeatedBy: new Set() });
    if (said.length > SAME_WORDS) said.shift();
    return said;
  }

  #sayings(relay: string, words: string, at: number): Saying[] {
    const key = wordsOf(relay, words);
    const after = at - this.options.echoMs;
    const fresh = (this.#said.get(key) ?? []).filter(({ time }) => time > after);
    this.#said.set(key, fresh);
    return fresh;
  }

  #record(who: string): Record {
    const known = this.#speakers.get(who) ?? { own: 0, echoes: 0 };
    this.#speakers.set(who, known);
    return known;
  }
}

function wordsOf(relay: string, words: string): string {
  return `${relay}\n${words}`;
}

function personOf(relay: string, leg: LegId, { key }: Speaker): string {
  return JSON.stringify([relay, leg, key]);
}
