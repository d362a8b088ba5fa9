import { readdirSync, readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { memoryLocales } from '../../support/memory-network/locales.js';

const CORE = new URL('../../../src/core/', import.meta.url);
/** `key: 'x'`, `key: a ? 'x' : 'y'`, and the words given to a helper of that purpose. */
const KEYS = /\bkey: (?:[^\n,}]*? \? )?'([a-z][a-z0-9-]*)'(?: : '([a-z][a-z0-9-]*)')?/g;
const SAID = /#say\([\w.]+, '([a-z]+-[a-z0-9-]+)'\)/g;

function usedKeys(): Set<string> {
  const used = new Set<string>();
  for (const name of readdirSync(CORE, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const source = readFileSync(new URL(name, CORE), 'utf8');
    for (const [, first, second] of [...source.matchAll(KEYS), ...source.matchAll(SAID)]) {
      for (const key of [first, second]) if (key !== undefined) used.add(key);
    }
  }
  return used;
}

/** Message ids with the names of their arguments. */
function messages(source: string): Map<string, string> {
  const { body } = new FluentResource(source);
  return new Map(
    body.map(({ id, value }) => [
      id,
      [...new Set(JSON.stringify(value).match(/"var","name":"\w+"/g) ?? [])].sort().join(),
    ]),
  );
}

describe('the core locales', () => {
  const sources = loadCoreLocales();
  const keys = new Map(Object.entries(sources).map(([language, source]) => [language, messages(source)]));

  it('have the same messages with the same arguments in every language', () => {
    expect([...keys.keys()].sort()).toEqual(['en', 'ru']);
    const sorted = (language: string) => [...(keys.get(language) ?? [])].sort();
    expect(sorted('ru')).toEqual(sorted('en'));
  });

  it('have every key that the core uses, and none that it does not', () => {
    const used = usedKeys();
    const known = new Set(keys.get('en')?.keys());
    expect([...used].filter((key) => !known.has(key))).toEqual([]);
    expect([...known].filter((key) => !used.has(key))).toEqual([]);
  });

  it('are clean Fluent: no entry is lost as junk', () => {
    for (const [language, source] of Object.entries({ ...sources, memory: memoryLocales.ru })) {
      const written = source.match(/^[a-z][a-z0-9-]*(?= =)/gm)?.length;
      expect([language, new FluentResource(source).body.length]).toEqual([language, written]);
    }
  });
});
