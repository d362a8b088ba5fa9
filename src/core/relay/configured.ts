import { areRelay, type LegDefinition, type RelayDefinition } from './definitions.js';
import type { LegId } from './model.js';
import { changed, DEFAULT_LEG_SETTINGS, type SettingsChange } from './settings.js';

/** A relay as the operator's configuration has it, its rooms read. */
export interface ConfiguredRelay {
  readonly name: string;
  readonly legs: readonly {
    readonly id: LegId;
    readonly network?: string | undefined;
    readonly hosted?: boolean | undefined;
    readonly settings: SettingsChange;
    /** What is otherwise for a new leg than the defaults. */
    readonly fresh?: SettingsChange | undefined;
  }[];
}

/** What the configuration makes of the relays that are kept. */
export interface Reconciled {
  /** All that there are now. */
  readonly relays: readonly RelayDefinition[];
  /** Names of those among them that are new or otherwise than they were kept. */
  readonly altered: ReadonlySet<string>;
  readonly ended: readonly RelayDefinition[];
  /** Legs that a relay does not have any more. */
  readonly removed: readonly { readonly relay: string; readonly leg: LegId }[];
  /** Rooms that cannot be a leg, since another relay has them. */
  readonly refused: readonly { readonly relay: string; readonly leg: LegId; readonly other: string }[];
}

/**
 * Makes so what the configuration names: legs and their settings. What was added by command stays, and so does what
 * was set by command and the configuration is silent of. Pure.
 */
export function reconcile(
  kept: readonly RelayDefinition[],
  configured: readonly ConfiguredRelay[],
  now: number,
): Reconciled {
  const named = new Set(configured.map(({ name }) => name));
  const ended = kept.filter((relay) => relay.configured && !named.has(relay.name));
  const relays = new Map<string, RelayDefinition>();
  for (const relay of kept) if (!ended.includes(relay)) relays.set(relay.name, withoutOld(relay, configured));
  const removed = [...relays.values()].flatMap(({ name, legs }) => {
    const before = kept.find((relay) => relay.name === name)?.legs ?? [];
    return before
      .filter(({ id }) => !legs.some((leg) => leg.id === id))
      .map(({ id }) => ({ relay: name, leg: id }));
  });
  const taken = new Map([...relays.values()].flatMap(({ name, legs }) => legs.map(({ id }) => [id, name])));
  const refused: Reconciled['refused'][number][] = [];
  for (const { name, legs } of configured) {
    const before = relays.get(name);
    const own = new Map((before?.legs ?? []).map((leg) => [leg.id, leg]));
    for (const { id, network, hosted, settings, fresh } of legs) {
      const other = taken.get(id);
      if (other !== undefined && other !== name) {
        refused.push({ relay: name, leg: id, other });
        continue;
      }
      taken.set(id, name);
      const { since = now, settings: old = changed(DEFAULT_LEG_SETTINGS, fresh ?? {}) } = own.get(id) ?? {};
      own.set(id, {
        ...{ id, since, configured: true, settings: changed(old, settings) },
        ...(network !== undefined && { network }),
        ...(hosted && { hosted }),
      });
    }
    relays.set(name, { name, blocked: {}, silent: {}, ...before, configured: true, legs: [...own.values()] });
  }
  const living = [...relays.values()].filter(({ legs }) => areRelay(legs));
  const alone = [...relays.values()].filter(({ legs }) => !areRelay(legs));
  const same = (relay: RelayDefinition): boolean =>
    kept.some((before) => JSON.stringify(before) === JSON.stringify(relay));
  return {
    relays: living,
    altered: new Set(living.filter((relay) => !same(relay)).map(({ name }) => name)),
    ended: [...ended, ...alone.filter(({ name }) => kept.some((before) => before.name === name))],
    removed,
    refused,
  };
}

/** Legs that were in the configuration and are not any more go. */
function withoutOld(relay: RelayDefinition, configured: readonly ConfiguredRelay[]): RelayDefinition {
  const now = configured.find(({ name }) => name === relay.name);
  const stays = ({ id, configured: was }: LegDefinition): boolean =>
    !was || now?.legs.some((leg) => leg.id === id) === true;
  return { ...relay, legs: relay.legs.filter(stays) };
}
