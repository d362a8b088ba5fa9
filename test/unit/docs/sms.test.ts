import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { optionsSchema } from '../../../gateways/sms/options.js';

const text = readFileSync(new URL('../../../docs/sms.md', import.meta.url), 'utf8');
const shown = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);

describe('docs/sms.md', () => {
  it('shows configurations', () => {
    expect(shown.length).toBeGreaterThan(4);
  });

  it.each(shown.map((yaml, index) => [index + 1, yaml] as const))('configuration %i loads', (_, yaml) => {
    expect(optionsSchema.safeParse(parse(yaml)).error?.issues ?? []).toEqual([]);
  });
});
