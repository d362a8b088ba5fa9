import { BoundedMap } from '../limit/bounded-map.js';
import { personOf } from './blocks.js';
import type { LegId, Speaker } from './model.js';

/** People that are remembered. */
const REMEMBERED = 20_000;

interface Person {
  readonly speaker: Speaker;
  readonly home: LegId;
}

/** Who has spoken lately on the legs of relays. */
export class SpokenLately {
  readonly #byPerson = new BoundedMap<string, Person>(REMEMBERED);
  /** By relay, and what he is called in small letters or his address. */
  readonly #byName = new BoundedMap<string, Person>(REMEMBERED);

  add(relay: string, home: LegId, speaker: Speaker): void {
    const person = { speaker, home };
    this.#byPerson.set(personOf(home, speaker), person);
    this.#byName.set(nameOf(relay, speaker.nick), person);
    if (speaker.address !== undefined) this.#byName.set(nameOf(relay, speaker.address), person);
  }

  has(home: LegId, speaker: Speaker): boolean {
    return this.#byPerson.get(personOf(home, speaker)) !== undefined;
  }

  /** Where several are called so: who has spoken last. */
  called(relay: string, who: string): Person | undefined {
    return this.#byName.get(nameOf(relay, who));
  }
}

function nameOf(relay: string, name: string): string {
  return `${relay}\n${name.toLowerCase()}`;
}
