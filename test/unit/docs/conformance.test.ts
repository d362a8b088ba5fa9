import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TABLE = 'docs/conformance.md';

/** How many checks each area of the acceptance list has: they are numbered from 01 without a gap. */
const AREAS = {
  A: 13,
  B: 18,
  C: 22,
  D: 25,
  E: 13,
  F: 32,
  G: 9,
  H: 32,
  I: 39,
  J: 9,
  K: 8,
  L: 2,
  S: 24,
  Q: 14,
};
const STATES = ['passes', 'partly', 'not done', 'not for these networks'];

const text = readFileSync(TABLE, 'utf8');
const rows = [...text.matchAll(/^\| ([A-Z]\d\d) \| ([^|]*?) \| (.*) \|$/gm)].map(
  ([, id = '', state = '', reason = '']) => ({ id, state, reason, tests: pathsIn(reason) }),
);

/** Paths in code marks, with the abbreviations of the table's head written out. */
function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`((?:S|U|test|docs|src)\/[^`*]+)`/g)].map(([, path = '']) =>
    path.replace(/^S\//, 'test/scenario/').replace(/^U\//, 'test/unit/'),
  );
}

/** Whether a text of the file, such as the name of a test, holds the id. */
function namesId(path: string, id: string): boolean {
  return new RegExp(`['"\`][^'"\`\\n]*\\b${id}\\b`).test(readFileSync(path, 'utf8'));
}

describe(TABLE, () => {
  it('has every check of the list once, in order', () => {
    const ids = Object.entries(AREAS).flatMap(([area, count]) =>
      Array.from({ length: count }, (_, index) => `${area}${String(index + 1).padStart(2, '0')}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it('knows four states, and gives a test or a reason for each', () => {
    const odd = rows.filter(
      ({ state, reason, tests }) =>
        !STATES.includes(state) || reason.trim() === '' || (state === 'passes' && tests.length === 0),
    );
    expect(odd).toEqual([]);
  });

  it('names files that exist', () => {
    expect(pathsIn(text).filter((path) => !existsSync(path))).toEqual([]);
  });

  it('names tests whose names name the check', () => {
    const silent = rows.flatMap(({ id, tests }) =>
      tests
        .filter((path) => path.endsWith('.test.ts') && statSync(path).isFile() && !namesId(path, id))
        .map((path) => `${id} ${path}`),
    );
    expect(silent).toEqual([]);
  });
});
