import type { TgEntity } from '../client/model.js';

/** One line of a text and the blocks that it is in. */
export interface TextLine {
  readonly start: number;
  /** Without the line end. */
  readonly end: number;
  /** The block of code, or the quotation, that it belongs to. */
  readonly pre: TgEntity | undefined;
  readonly quote: TgEntity | undefined;
}

/**
 * The lines of a text, where a block that begins or ends within a line begins another one. Takes sound entities in
 * their order; of blocks of one kind that overlap, the earlier one has the text.
 */
export function textLines(text: string, entities: readonly TgEntity[]): readonly TextLine[] {
  const pres = blocks(entities, 'pre');
  const quotes = blocks(entities, 'quote');
  const bounds = [...pres, ...quotes]
    .flatMap(({ offset, length }) => [offset, offset + length])
    .sort((a, b) => a - b);
  const lines: TextLine[] = [];
  let bound = 0;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const stop = newline < 0 ? text.length : newline;
    while ((bounds[bound] ?? Number.POSITIVE_INFINITY) <= start) bound += 1;
    const cut = bounds[bound];
    // A block that ends with its line needs no other line.
    const end = cut !== undefined && cut < stop ? cut : stop;
    lines.push({ start, end, pre: pres.at(start), quote: quotes.at(start) });
    start = end === stop ? stop + 1 : end;
  }
  return lines;
}

/** Blocks of one kind, none over another, asked for positions that only grow. */
class Blocks implements Iterable<TgEntity> {
  #next = 0;

  constructor(private readonly found: readonly TgEntity[]) {}

  [Symbol.iterator](): Iterator<TgEntity> {
    return this.found[Symbol.iterator]();
  }

  at(position: number): TgEntity | undefined {
    for (let block = this.found[this.#next]; block; block = this.found[++this.#next])
      if (block.offset + block.length > position) return block.offset <= position ? block : undefined;
    return undefined;
  }
}

function blocks(entities: readonly TgEntity[], kind: 'pre' | 'quote'): Blocks {
  const found: TgEntity[] = [];
  let end = 0;
  for (const entity of entities) {
    if (entity.kind !== kind || entity.offset < end) continue;
    end = entity.offset + entity.length;
    found.push(entity);
  }
  return new Blocks(found);
}
