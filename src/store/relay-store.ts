/** Something said or done on one leg of a relay that is to cross to the others. */
export interface RelayEntry {
  /** UUIDv7: entries of a relay cross in the order of their ids. */
  readonly id: string;
  /** Address of the relay. */
  readonly relay: string;
  /** The leg that it comes from. */
  readonly leg: string;
  /** UTC milliseconds. */
  readonly time: number;
  /** JSON; encrypted at rest, and gone when it has crossed to all legs. */
  readonly content: string;
}

/** An entry in the map of message ids: what it is called on every leg where it is. */
export interface RelayTrace extends Pick<RelayEntry, 'id' | 'leg' | 'time'> {
  /** By leg, in the order of its parts. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

/** What crosses relays, and where it is called how. Durable when the promises resolve; many calls share one transaction. */
export interface RelayEntries {
  /**
   * Takes what came from a leg under these ids, for `legs`. False: one of the ids is known already, and nothing is
   * changed. By `names` it is found too; who was called so before is so no more.
   */
  accept(
    entry: RelayEntry,
    ids: readonly string[],
    legs: readonly string[],
    names?: readonly string[],
  ): Promise<boolean>;
  /** It has crossed to that leg and is called so there; no ids: it was given up, or has no name there. */
  crossed(entry: Pick<RelayEntry, 'id' | 'relay'>, leg: string, ids: readonly string[]): Promise<void>;
  /** What has still to cross to a leg, in order, behind the entry `after`. */
  waiting(relay: string, leg: string, after: string, limit: number): Promise<readonly RelayEntry[]>;
  /** How much has still to cross to a leg. */
  count(relay: string, leg: string): Promise<number>;
  /** What is called so on that leg, wherever it came from. */
  find(relay: string, leg: string, id: string): Promise<RelayTrace | undefined>;
  /** Nothing waits for a leg any more that is gone; its ids stay for late edits until they are old. */
  forgetLeg(relay: string, leg: string): Promise<void>;
  forgetRelay(relay: string): Promise<void>;
  /** Removes what is older than that (UTC milliseconds) and waits for no leg; how many. */
  purge(before: number): Promise<number>;
}
