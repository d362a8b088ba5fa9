import type { Crossing, Leg, LegHost, LegState } from '../../../src/core/relay/leg.js';
import type { NamedPerson } from '../../../src/core/relay/mentions.js';
import type { LegEvent, RelayWords, Speaker, Whisper } from '../../../src/core/relay/model.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Text } from '../../../src/gateway/text.js';

/** A room that remembers what was told there. */
export class MemoryLeg implements Leg {
  readonly window = 4;
  state: LegState = { state: 'joining' };
  /** In the order in which it was taken. */
  readonly taken: Crossing[] = [];
  readonly notices: Text[] = [];
  /** What was said to its people in private. */
  readonly whispers: string[] = [];
  stopped = false;
  /** How many of the next crossings fail, and may be tried again. */
  failing = 0;
  /** Crossings end only when this is called, while it is set. */
  held: (() => void)[] | undefined;
  #host: LegHost | undefined;
  #number = 0;

  /** Its people, by name. */
  readonly people = new Set<string>();

  constructor(readonly id: string) {}

  get host(): LegHost {
    if (!this.#host) throw new Error('the leg was not started');
    return this.#host;
  }

  start(host: LegHost): void {
    this.#host = host;
  }

  async stop(words?: Text): Promise<void> {
    if (words) this.notices.push(words);
    this.stopped = true;
  }

  up(): void {
    this.#become({ state: 'joined' });
  }

  down(): void {
    this.#become({ state: 'away', reason: { key: 'relay-away' } });
  }

  async cross(crossing: Crossing): Promise<readonly string[]> {
    const { held } = this;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    if (this.failing > 0 || this.state.state !== 'joined') {
      this.failing = Math.max(0, this.failing - 1);
      throw new GatewayError('network-unreachable', { key: 'relay-away' }, 'not-sent', true);
    }
    this.taken.push(crossing);
    return [`${this.id}:${crossing.id}`];
  }

  async whisper(_to: Speaker, { words }: Whisper): Promise<void> {
    this.whispers.push(words.text);
  }

  signal(): void {}

  called(name: string): NamedPerson | undefined {
    return this.people.has(name) ? { leg: this.id, key: name, nick: name, name } : undefined;
  }

  async say(text: Text): Promise<void> {
    this.notices.push(text);
  }

  describe(): readonly Text[] {
    return [];
  }

  /** Somebody says something here. */
  says(nick: string, text: string, more: Partial<LegEvent> & { readonly words?: Partial<RelayWords> } = {}) {
    this.#number += 1;
    const speaker: Speaker = { key: nick, nick };
    const { words, ...event } = more;
    return this.host.happened({
      content: { kind: 'said', speaker, words: { text, ...words } },
      ids: [`${this.id}-${this.#number}`],
      ...event,
    });
  }

  /** The words that were told here. */
  get heard(): readonly string[] {
    return this.taken.flatMap(({ content }) => (content.kind === 'said' ? [content.words.text] : []));
  }

  #become(state: LegState): void {
    this.state = state;
    this.#host?.changed(state);
  }
}
