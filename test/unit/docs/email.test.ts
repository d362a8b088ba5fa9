import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { networks } from '../../../src/registry.js';

const text = readFileSync(new URL('../../../docs/email.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
/** What a whole configuration has besides. */
const BASE = { xmpp: { domain: 'example.org', secret: 'x' } };
const headings = [...text.matchAll(/^##+ (.*)$/gm)].map(([, heading = '']) => heading);

describe('docs/email.md', () => {
  it.each(blocks.map((block, index) => [index + 1, block] as const))('configuration %i loads', (_, block) => {
    const written = stringify({ ...BASE, ...parse(block) });
    const { components } = parseConfig(written, '/etc/isthmus/isthmus.yaml', { environment: {}, networks });
    expect(components.map(({ network }) => network)).toEqual(['email']);
  });

  it('shows mailboxes, agreements and a mail domain', () => {
    for (const option of ['providers:', 'oauth:', 'dkim:'])
      expect(blocks.some((block) => block.includes(option))).toBe(true);
  });

  it('leads to headings that are there', () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});
