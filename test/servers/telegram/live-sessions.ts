import type { DataCentre } from './wire/data-centre.js';
import type { MtprotoSession } from './wire/mtproto-session.js';
import type { Authorisations } from './world/authorisations.js';
import type { Person } from './world/world.js';

/** Sessions that have a connection, by person; counted anew only when something has moved. */
export class LiveSessions {
  #sessions: ReadonlyMap<Person, readonly MtprotoSession[]> | undefined;
  #countedAt = -1;

  constructor(
    private readonly centres: readonly DataCentre[],
    private readonly authorisations: Authorisations,
  ) {}

  /** A session has got a connection, or lost it. */
  moved(): void {
    this.#sessions = undefined;
  }

  byPerson(): ReadonlyMap<Person, readonly MtprotoSession[]> {
    const { authorisations } = this;
    if (this.#sessions && this.#countedAt === authorisations.version) return this.#sessions;
    const sessions = new Map<Person, MtprotoSession[]>();
    for (const { live } of this.centres)
      for (const session of live) {
        const person = authorisations.get(session.authKey.name)?.person;
        if (!person) continue;
        const known = sessions.get(person);
        if (known) known.push(session);
        else sessions.set(person, [session]);
      }
    this.#sessions = sessions;
    this.#countedAt = authorisations.version;
    return sessions;
  }
}
