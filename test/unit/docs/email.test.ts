import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { knownProviders } from '../../../gateways/email/account/provider/known-providers.js';
import { parseConfig } from '../../../src/config/load.js';
import { networks } from '../../../src/registry.js';

const text = readFileSync(new URL('../../../docs/email.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
/** What a whole configuration has besides. */
const BASE = { xmpp: { domain: 'example.org', secret: 'x' } };

describe('docs/email.md', () => {
  it.each(blocks.map((block, index) => [index + 1, block] as const))('configuration %i loads', (_, block) => {
    const written = stringify({ ...BASE, ...parse(block) });
    const { components, http } = parseConfig(written, '/etc/isthmus/isthmus.yaml', {
      environment: {},
      networks,
    });
    expect(components.map(({ network }) => network)).toEqual(['email']);
    const needsHttp = components.some(({ options }) => networks.email?.needsHttp?.(options));
    expect(http.enabled || !needsHttp).toBe(true);
  });

  it('names every provider that is known', () => {
    for (const { name } of knownProviders) expect(text).toContain(`\`${name}\``);
  });
});
