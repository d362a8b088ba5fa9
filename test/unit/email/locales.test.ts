import { readdirSync, readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';

const NETWORK = new URL('../../../gateways/email/', import.meta.url);
/** `key: 'x'`. */
const KEYS = /\bkey: '(email-[a-z0-9-]+)'/g;
/** Anything that may be one: some are chosen, or stand in a table. */
const WORDS = /'(email-[a-z0-9-]+)'/g;

function source(language: string): string {
  return readFileSync(new URL(`locales/${language}.ftl`, NETWORK), 'utf8');
}

/** Message ids with the names of their arguments. */
function messages(language: string): Map<string, string> {
  return new Map(
    new FluentResource(source(language)).body.map(({ id, value }) => [
      id,
      [...new Set(JSON.stringify(value).match(/"var","name":"\w+"/g) ?? [])].sort().join(),
    ]),
  );
}

function usedKeys(pattern: RegExp): Set<string> {
  const names = readdirSync(NETWORK, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return new Set(
    names.flatMap((name) =>
      [...readFileSync(new URL(name, NETWORK), 'utf8').matchAll(pattern)].map(([, key = '']) => key),
    ),
  );
}

describe('the locales of email', () => {
  it('have the same messages with the same arguments in every language', () => {
    const sorted = (language: string): unknown[] => [...messages(language)].sort();
    expect(sorted('ru')).toEqual(sorted('en'));
  });

  it('have every key that is used, and none that is not', () => {
    const known = new Set(messages('en').keys());
    expect([...usedKeys(KEYS)].filter((key) => !known.has(key))).toEqual([]);
    const mentioned = usedKeys(WORDS);
    expect([...known].filter((key) => !mentioned.has(key))).toEqual([]);
  });

  it('are clean Fluent, each message once', () => {
    for (const language of ['en', 'ru']) {
      const written = source(language).match(/^[a-z][a-z0-9-]*(?= =)/gm) ?? [];
      expect(new Set(written).size).toBe(written.length);
      expect(new FluentResource(source(language)).body.length).toBe(written.length);
    }
  });
});
