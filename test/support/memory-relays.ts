import type { RelayEntries, RelayEntry, RelayTrace } from '../../src/store/relay-store.js';

/** What crosses relays, without a disk. */
export function memoryRelays(): RelayEntries {
  const entries = new Map<string, RelayEntry>();
  const names = new Map<string, Map<string, readonly string[]>>();
  const meanings = new Map<string, string>();
  const waiting = new Map<string, Set<string>>();
  const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);
  const queue = (relay: string, leg: string): Set<string> => {
    const known = waiting.get(nameOf(relay, leg)) ?? new Set();
    waiting.set(nameOf(relay, leg), known);
    return known;
  };
  const call = (relay: string, entry: string, leg: string, ids: readonly string[]): void => {
    const called = ids.filter((id) => !meanings.has(nameOf(relay, leg, id)));
    for (const id of called) meanings.set(nameOf(relay, leg, id), entry);
    if (called.length > 0) names.get(entry)?.set(leg, called);
  };
  return {
    accept: async (entry, ids, legs, also = []) => {
      const { id, relay, leg } = entry;
      if (ids.some((one) => meanings.has(nameOf(relay, leg, one)))) return false;
      entries.set(id, entry);
      names.set(id, new Map());
      for (const one of also) meanings.delete(nameOf(relay, leg, one));
      call(relay, id, leg, [...ids, ...also]);
      for (const one of legs) queue(relay, one).add(id);
      return true;
    },
    crossed: async ({ id, relay }, leg, ids) => {
      queue(relay, leg).delete(id);
      call(relay, id, leg, ids);
    },
    waiting: async (relay, leg, after, limit) =>
      [...queue(relay, leg)]
        .filter((id) => id > after)
        .sort()
        .slice(0, limit)
        .flatMap((id) => entries.get(id) ?? []),
    count: async (relay, leg) => queue(relay, leg).size,
    find: async (relay, leg, id): Promise<RelayTrace | undefined> => {
      const entry = entries.get(meanings.get(nameOf(relay, leg, id)) ?? '');
      if (!entry) return undefined;
      return { id: entry.id, leg: entry.leg, time: entry.time, ids: new Map(names.get(entry.id)) };
    },
    forgetLeg: async (relay, leg) => queue(relay, leg).clear(),
    forgetRelay: async (relay) => {
      for (const [id, entry] of entries) if (entry.relay === relay) entries.delete(id);
      for (const name of [...waiting.keys(), ...meanings.keys()]) {
        if ((JSON.parse(name) as readonly string[])[0] !== relay) continue;
        waiting.delete(name);
        meanings.delete(name);
      }
    },
    purge: async () => 0,
  };
}
