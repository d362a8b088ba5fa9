import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { relayOptionsSchema } from '../../../src/core/relay/options.js';
import { DEFAULT_LEG_SETTINGS, SETTING_NAMES } from '../../../src/core/relay/settings.js';
import { networks } from '../../../src/registry.js';

const text = readFileSync(new URL('../../../docs/relays.md', import.meta.url), 'utf8');
const [prose = '', crossing = ''] = text.split('\n## What crosses between which networks\n');
/** What a whole configuration has besides. */
const BASE = { xmpp: { domain: 'example.org', secret: 'x' } };

/** Cells of a line of a table. */
function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

const lines = crossing.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('|---'));
const heads = lines.filter((line) => line.startsWith('| feature |')).map(cellsOf);
const rows = lines.filter((line) => !line.startsWith('| feature |')).map(cellsOf);
const cells = rows.flatMap(([feature = '', ...rest]) => rest.map((cell) => ({ feature, cell })));
const scenarios = [...crossing.matchAll(/^- \*\*(\w+)\*\* `([^`]+)`: “(.+)”$/gm)].map(
  ([, code = '', file = '', title = '']) => ({ code, file, title }),
);

describe('what docs/relays.md says of each feature between each pair of networks', () => {
  it('leaves no cell empty', () => {
    const widths = new Set(heads.map((head) => head.length));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !widths.has(row.length))).toEqual([]);
    expect(cells.filter(({ cell }) => cell === '')).toEqual([]);
  });

  it('names a scenario of the list in each, or says that there is none', () => {
    const codes = new Set(scenarios.map(({ code }) => code));
    const wrong = cells.filter(
      ({ cell }) =>
        cell !== 'not done' && cell !== 'n/a' && !cell.split(' ').every((code) => codes.has(code)),
    );
    expect(wrong).toEqual([]);
  });

  it('lists scenarios that there are, each once, and none that no cell names', () => {
    const codes = scenarios.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    const named = new Set(cells.flatMap(({ cell }) => cell.split(' ')));
    expect(codes.filter((code) => !named.has(code))).toEqual([]);
    const gone = scenarios.filter(
      ({ file, title }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(title),
    );
    expect(gone).toEqual([]);
  });
});

describe('docs/relays.md', () => {
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);

  it.each(blocks.map((block, index) => [index + 1, block] as const))('configuration %i loads', (_, block) => {
    const written = stringify({ ...BASE, ...parse(block) });
    const { components } = parseConfig(written, '/etc/isthmus/isthmus.yaml', { environment: {}, networks });
    expect(components.map(({ network }) => network)).toContain('relay');
  });

  it('names options that there are, with their defaults', () => {
    const sections: Readonly<Record<string, unknown>> = relayOptionsSchema.parse({});
    const limits = prose.slice(prose.indexOf('\n### Limits'), prose.indexOf('\n### What is kept'));
    const named = [
      ...prose.matchAll(/`((?:standIns|puppets|queue|flood|moderation|hosted|limits)\.(\w+))`/g),
    ];
    const known = new Map<string, unknown>(
      Object.entries(sections).flatMap(([section, values]) =>
        Object.entries(values ?? {}).map(([name, value]) => [`${section}.${name}`, value] as const),
      ),
    );
    expect(named.map(([, path = '']) => path).filter((path) => !known.has(path))).toEqual([]);
    const shown = limits
      .split('\n')
      .map(cellsOf)
      .filter(([option = '']) => option.startsWith('`'));
    expect(shown.length).toBeGreaterThan(10);
    for (const [option = '', value = ''] of shown)
      expect(`${option} ${value.replaceAll(',', '')}`).toBe(
        `${option} ${known.get(option.replaceAll('`', ''))}`,
      );
  });

  it('names the settings of a leg, with what they are by default', () => {
    const table = prose.slice(prose.indexOf('\n### Settings of a room'), prose.indexOf('\n### Moderation'));
    expect(SETTING_NAMES.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
    const words: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };
    for (const [name, value] of Object.entries(DEFAULT_LEG_SETTINGS)) {
      const row = table.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      if (value !== undefined) expect(row).toContain(`**${words[String(value)] ?? value}**`);
    }
  });

  it('leads to headings that are there', () => {
    const headings = [...text.matchAll(/^##+ (.*)$/gm)].map(([, heading = '']) => heading);
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});
