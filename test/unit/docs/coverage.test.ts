import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Paths in code marks, with the abbreviations of the head written out. */
function filesIn(cell: string): string[] {
  return [...cell.matchAll(/`((?:S|U|test|docs|bench|gateways)\/[^`*]+)`/g)].map(([, path = '']) =>
    path.replace(/^S\//, 'test/scenario/').replace(/^U\//, 'test/unit/'),
  );
}

describe.each(['docs/email-coverage.md', 'docs/telegram-coverage.md', 'docs/relays-coverage.md'])(
  '%s',
  (table) => {
    const text = readFileSync(table, 'utf8');
    const rows = [...text.matchAll(/^\| ([^|]+) \| (done|partly|not done) \| (.+) \|$/gm)].map(
      ([, asked = '', state = '', where = '']) => ({ asked, state, where, files: filesIn(where) }),
    );

    it('has a state and a place for everything that was asked', () => {
      const lines = text.split('\n').filter((line) => line.startsWith('|'));
      const heads = lines.filter((line) => line === '| asked | state | where |' || line === '|---|---|---|');
      expect(rows.length).toBeGreaterThan(50);
      expect(lines.length - heads.length).toBe(rows.length);
      expect(rows.filter(({ state, files }) => state === 'done' && files.length === 0)).toEqual([]);
    });

    it('says what is missing where something is', () => {
      const silent = rows.filter(
        ({ state, where }) => state !== 'done' && where.replace(/`[^`]*`/g, '').replace(/\W/g, '') === '',
      );
      expect(silent).toEqual([]);
    });

    it('names files that exist', () => {
      expect(filesIn(text).filter((path) => !existsSync(path))).toEqual([]);
    });
  },
);
