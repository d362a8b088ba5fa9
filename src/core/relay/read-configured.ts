import type { Log } from '../../gateway/gateway.js';
import type { ConfiguredRelay } from './configured.js';
import type { LegPlaces } from './leg-places.js';
import type { RelayOptions } from './options.js';

/** Reads the rooms of the operator's relays; what is none is told in the log and left out. */
export function readConfigured(
  relays: RelayOptions['relays'],
  places: LegPlaces,
  log: Log,
): readonly ConfiguredRelay[] {
  return relays.map(({ name, legs }) => ({
    name,
    legs: legs.flatMap((leg) => {
      const { room, ...settings } = typeof leg === 'string' ? { room: leg } : leg;
      try {
        const { id, kind } = places.read(room);
        const fresh = places.sendsLetters(id) ? ({ direction: 'from' } as const) : undefined;
        const network = places.networkOf(id);
        return { id, hosted: kind === 'hosted', network, settings: defined(settings), fresh };
      } catch (error) {
        log.error({ relay: name, room, err: error }, 'a leg of the configuration is no room');
        return [];
      }
    }),
  }));
}

function defined<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Values>;
}
