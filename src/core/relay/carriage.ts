import type { RelayBook } from './book.js';
import { Guard } from './guard.js';
import type { HubServices } from './hub-services.js';
import { roomMark } from './marks.js';
import type { LegId } from './model.js';
import { Moderation } from './moderation.js';
import { RelayMaker, type RelayMakerParts } from './relay-maker.js';
import { Standby } from './standby.js';

/** What carrying needs of the hub. */
export interface CarriageParts extends Pick<RelayMakerParts, 'forTheRelay' | 'wordOf' | 'ended'> {
  book(): RelayBook;
  /** The address of a room as all gateways know it, whatever their own domains are. */
  placeOf(leg: LegId): string;
}

/** Everything that decides what relays carry, put together. */
export class Carriage {
  /** Who is not carried, and why. */
  readonly moderation: Moderation;
  /** What is carried. */
  readonly guard: Guard;
  readonly relays: RelayMaker;
  readonly #standby: Standby;

  constructor(services: HubServices, { book, placeOf, forTheRelay, wordOf, ended }: CarriageParts) {
    const { domain, options, log, now } = services;
    this.moderation = new Moderation({
      ...{ kickMs: options.moderation.kickMs, now, log },
      definitionOf: (name) => book().find(name),
      settingsOf: (leg) => book().settingsOf(leg),
      personCalled: ({ name }, who) => this.guard.personCalled(name, who),
      keep: (name, change) => book().keep(name, ({ blocked }) => ({ blocked: change(blocked) })),
      dismiss: (name, person, home) => book().relay(name)?.dismiss(person, home),
      obey: async (name, leg, sanction) => book().relay(name)?.obey(leg, sanction),
    });
    this.guard = new Guard(options.flood, {
      ...{ now, moderation: this.moderation },
      say: (name, leg, text) => void book().relay(name)?.say(leg, text),
      keepSilent: (name, change) => {
        book()
          .keep(name, ({ silent }) => ({ silent: change(silent) }))
          .catch((error: unknown) => {
            log.warn({ relay: name, err: error }, 'who does not want to be carried could not be kept');
          });
      },
      dismiss: (name, person, home) => book().relay(name)?.dismiss(person, home),
      placeOf,
    });
    this.#standby = new Standby({
      ...{ instance: roomMark(domain), now },
      waitMs: options.limits.standbyMs,
      distrustMs: options.limits.distrustMs,
      placeOf,
      tell: (name, from, to, event) => book().relay(name)?.tell(from, to, event),
    });
    this.relays = new RelayMaker({
      ...{ services, guard: this.guard, standby: this.#standby, moderation: this.moderation },
      ...{ book, placeOf, forTheRelay, wordOf, ended },
    });
  }

  stop(): void {
    this.guard.stop();
    this.#standby.stop();
  }
}
