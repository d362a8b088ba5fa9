import { FluentResource } from '@fluent/bundle';
import { expect } from 'vitest';
import { GatewayError } from '../../src/gateway/error.js';
import type { Form } from '../../src/gateway/form.js';
import type { Gateway } from '../../src/gateway/gateway.js';
import type { Text } from '../../src/gateway/text.js';

/** Checks that a failure is one that a user can be told about. */
export function expectSpeakable(gateway: Gateway, error: unknown): void {
  expect(error).toBeInstanceOf(GatewayError);
  expectTexts(gateway, [(error as GatewayError).text]);
}

/** Every key has a message of its own in every bundle, and every network speaks at least English and Russian. */
export function expectTexts(gateway: Gateway, texts: readonly Text[]): void {
  expect(Object.keys(gateway.locales)).toEqual(expect.arrayContaining(['en', 'ru']));
  for (const [language, source] of Object.entries(gateway.locales)) {
    const known = new Set(new FluentResource(source).body.map(({ id }) => id));
    for (const { key } of texts) expect(known.has(key), `${key} in ${language}`).toBe(true);
  }
}

/** Everything that a form says. */
export function textsOf({ title, instructions, fields }: Form): Text[] {
  return [
    title,
    ...(instructions ? [instructions] : []),
    ...fields.flatMap(({ label, options }) => [label, ...(options ?? []).map((option) => option.label)]),
  ];
}

/** What an attempt was refused with; an error of this function when it was not. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return new Error(`not refused: ${attempt}`);
}
