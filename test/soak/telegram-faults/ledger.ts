/** What has become of a message. */
interface Entry {
  readonly kind: string;
  /** Ids under which it was shown; each once on the wire, or again with the same id. */
  readonly ids: Map<string, number>;
  /** In a room: whether its archive has it. */
  archived: boolean | undefined;
}

interface OutEntry {
  readonly kind: string;
  /** The stream broke before the gateway was known to have read it. */
  inDoubt: boolean;
  arrived: number;
  failed: number;
}

/** What the messages of one kind of fault have come to. */
export interface Row {
  faults: number;
  /** Until the longest of them was over, in tenths of a second. */
  longest: number;
  /** Of Telegram's, to be shown. */
  in: number;
  shown: number;
  /** On the wire again with the same id, as after a break of the stream: one message to every client. */
  repeated: number;
  lostIn: number;
  /** Shown as more than one message. */
  twiceIn: number;
  /** Of XMPP's, read by the gateway. */
  out: number;
  arrived: number;
  /** Its sender was told that it did not go. */
  refused: number;
  lostOut: number;
  twiceOut: number;
  /** Both told to have failed and there. */
  falseErrors: number;
  /** The stream broke with them on the way; some of them had been read. */
  inDoubt: number;
  inDoubtArrived: number;
}

/** Every message of a run, by the fault in whose time it was said. */
export class Ledger {
  readonly #in = new Map<string, Entry>();
  readonly #out = new Map<string, OutEntry>();
  readonly #faults = new Map<string, number>();
  readonly #longest = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  /** The fault of the moment. */
  kind = 'none';

  fault(kind: string): void {
    this.kind = kind;
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
  }

  /** The fault of the moment is over after so many milliseconds. */
  took(ms: number): void {
    const tenths = Math.ceil(ms / 100);
    this.#longest.set(this.kind, Math.max(tenths, this.#longest.get(this.kind) ?? 0));
  }

  /** Somebody on Telegram has said that, to be shown to one user. */
  said(name: string, where: 'private' | 'room' = 'private'): void {
    if (this.#in.has(name)) return;
    this.#in.set(name, {
      ...{ kind: this.kind, ids: new Map() },
      archived: where === 'room' ? false : undefined,
    });
  }

  /** The archive of a room has it, which counts as shown to whoever was not in the room. */
  archived(name: string, id: string): void {
    const entry = this.#in.get(name);
    if (!entry) return;
    entry.archived = true;
    if (!entry.ids.has(id)) entry.ids.set(id, 1);
  }

  /** It was shown. False: nobody has said such a thing. */
  shown(name: string, id: string): boolean {
    const ids = this.#in.get(name)?.ids;
    ids?.set(id, (ids.get(id) ?? 0) + 1);
    return ids !== undefined;
  }

  /** A user has written that. */
  wrote(name: string): void {
    this.#out.set(name, { kind: this.kind, inDoubt: false, arrived: 0, failed: 0 });
  }

  doubted(name: string): void {
    const entry = this.#out.get(name);
    if (entry) entry.inDoubt = true;
  }

  arrived(name: string): void {
    const entry = this.#out.get(name);
    if (entry) entry.arrived += 1;
  }

  /** Its sender was told so, with that reason. */
  failed(name: string, reason: string): void {
    const entry = this.#out.get(name);
    if (!entry) return;
    entry.failed += 1;
    const known = `${entry.kind}: ${reason}`;
    this.#refusals.set(known, (this.#refusals.get(known) ?? 0) + 1);
  }

  /** Why messages were refused, by kind of fault, and how often. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals;
  }

  /** Messages of which something is still to come. */
  get open(): readonly string[] {
    return [
      ...[...this.#in]
        .filter(([, { ids, archived }]) => ids.size === 0 || archived === false)
        .map(([name]) => name),
      ...[...this.#out]
        .filter(([, { arrived, failed, inDoubt }]) => arrived + failed === 0 && !inDoubt)
        .map(([name]) => name),
    ];
  }

  /** Those that came to more than they should have. */
  get wrong(): readonly string[] {
    return [
      ...[...this.#in].filter(([, { ids }]) => ids.size > 1).map(([name]) => name),
      ...[...this.#out]
        .filter(([, { arrived, failed }]) => arrived > 1 || (arrived > 0 && failed > 0))
        .map(([name]) => name),
    ];
  }

  rows(): ReadonlyMap<string, Row> {
    const rows = new Map<string, Row>();
    const row = (kind: string): Row => {
      const known = rows.get(kind) ?? {
        ...{ faults: this.#faults.get(kind) ?? 0, longest: this.#longest.get(kind) ?? 0 },
        ...{ in: 0, shown: 0, repeated: 0, lostIn: 0, twiceIn: 0 },
        ...{ out: 0, arrived: 0, refused: 0, lostOut: 0, twiceOut: 0, falseErrors: 0 },
        ...{ inDoubt: 0, inDoubtArrived: 0 },
      };
      rows.set(kind, known);
      return known;
    };
    for (const { kind, ids, archived } of this.#in.values()) {
      const one = row(kind);
      one.in += 1;
      if (ids.size === 1 && archived !== false) one.shown += 1;
      if (ids.size === 0 || archived === false) one.lostIn += 1;
      if (ids.size > 1) one.twiceIn += 1;
      if ([...ids.values()].some((times) => times > 1)) one.repeated += 1;
    }
    for (const { kind, inDoubt, arrived, failed } of this.#out.values()) {
      const one = row(kind);
      if (inDoubt) {
        one.inDoubt += 1;
        if (arrived > 0) one.inDoubtArrived += 1;
      } else one.out += 1;
      if (arrived === 1 && !inDoubt) one.arrived += 1;
      if (failed > 0 && arrived === 0) one.refused += 1;
      if (failed > 0 && arrived > 0) one.falseErrors += 1;
      if (arrived > 1) one.twiceOut += 1;
      if (arrived + failed === 0 && !inDoubt) one.lostOut += 1;
    }
    return rows;
  }
}

const COLUMNS: readonly (readonly [keyof Row, string])[] = [
  ['faults', 'faults'],
  ['longest', 'longest (0.1 s)'],
  ['in', 'in'],
  ['shown', 'shown once'],
  ['repeated', 'of these, again with the same id'],
  ['lostIn', 'lost'],
  ['twiceIn', 'twice'],
  ['out', 'out'],
  ['arrived', 'arrived once'],
  ['refused', 'refused'],
  ['lostOut', 'lost'],
  ['twiceOut', 'twice'],
  ['falseErrors', 'refused and there'],
  ['inDoubt', 'on the stream as it broke'],
  ['inDoubtArrived', 'of these, arrived'],
];

/** A table in Markdown, one line for each kind of fault and one for all. */
export function renderRows(rows: ReadonlyMap<string, Row>): string {
  const lines = [...rows].sort(([one], [other]) => one.localeCompare(other));
  const sum = (key: keyof Row): number =>
    key === 'longest'
      ? Math.max(0, ...lines.map(([, row]) => row.longest))
      : lines.reduce((total, [, row]) => total + row[key], 0);
  return [
    `| fault | ${COLUMNS.map(([, title]) => title).join(' | ')} |`,
    `|---|${COLUMNS.map(() => '--:|').join('')}`,
    ...lines.map(([kind, row]) => `| ${kind} | ${COLUMNS.map(([key]) => row[key]).join(' | ')} |`),
    `| **all** | ${COLUMNS.map(([key]) => sum(key)).join(' | ')} |`,
  ].join('\n');
}
