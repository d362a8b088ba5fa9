import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderTemplate } from '../../../src/cli/init/template.js';
import { parseConfig } from '../../../src/config/load.js';
import type { NetworkModule } from '../../../src/registry.js';

const toy: NetworkModule = {
  id: 'toy',
  optionsSchema: z.strictObject({
    servers: z
      .record(z.string(), z.strictObject({ port: z.number().default(1) }))
      .default({})
      .describe('Servers by name.'),
    colour: z.enum(['red', 'blue']).default('red').describe('Of the bicycle shed.'),
    ways: z
      .record(
        z.string(),
        z.discriminatedUnion('kind', [
          z.strictObject({
            kind: z.literal('foot'),
            shoes: z.string().describe('Size.'),
            pace: z.strictObject({ step: z.number().default(2).describe('Feet.') }).default({ step: 7 }),
          }),
          z.strictObject({ kind: z.literal('rail'), line: z.number().optional().describe('Its number.') }),
        ]),
      )
      .default({})
      .describe('Ways to travel.'),
    stops: z
      .array(z.strictObject({ name: z.string().describe('On its sign.'), long: z.boolean().default(false) }))
      .default([])
      .describe('On the way.'),
    guide: z
      .strictObject({ tongue: z.string().describe('Spoken.') })
      .optional()
      .describe('A person.'),
    speed: z
      .strictObject({ lines: z.number().default(3).describe('A second.') })
      .prefault({})
      .describe('How fast.'),
  }),
  create: () => {
    throw new Error('not used here');
  },
};
const values = {
  xmpp: { domain: 'example.org', secret: 'hush: #1 "quoted"' },
  components: [
    { domain: 'toy.example.org', network: 'toy', options: { servers: { 'a.example': { port: 7 } } } },
    { domain: 'toy2.example.org', network: 'toy' },
  ],
  data: { folder: './state' },
};
const load = (text: string) =>
  parseConfig(text, '/etc/isthmus/isthmus.yaml', { environment: {}, networks: { toy } });

describe('template of a configuration', () => {
  const text = renderTemplate(values, { toy });

  it('loads, and sets what it was told to set', () => {
    const config = load(text);
    expect(config.components).toMatchObject([
      {
        domain: 'toy.example.org',
        secret: values.xmpp.secret,
        options: { servers: { 'a.example': { port: 7 } }, colour: 'red' },
      },
      { domain: 'toy2.example.org', options: { servers: {}, speed: { lines: 3 } } },
    ]);
    expect(config.data.folder).toBe('/etc/isthmus/state');
  });

  it('shows every default as it is: uncommenting one changes nothing', () => {
    const config = load(text);
    const lines = text.split('\n');
    const defaults = lines.flatMap((line, index) =>
      /^ *#[a-zA-Z]+:/.test(line) && !line.includes('…') ? [index] : [],
    );
    expect(defaults.length).toBeGreaterThan(40);
    const changing = new Set(['policy', 'domains', 'allow']);
    for (const index of defaults) {
      const key = /#([a-zA-Z]+):/.exec(lines[index] ?? '')?.[1] ?? '';
      if (changing.has(key)) continue;
      const changed = lines.map((line, at) => (at === index ? line.replace('#', '') : line)).join('\n');
      expect(load(changed), lines[index]).toEqual(config);
    }
  });

  it('explains every key in a comment above it', () => {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (!/^ *#?(?:- )?[a-zA-Z]+:/.test(line) || line.includes('a.example') || /^ +port: 7/.test(line))
        continue;
      expect(lines[index - 1], line).toMatch(/^ *# /);
    }
  });

  it('shows blocks that are commented out as they could be written', () => {
    const lines = text.split('\n');
    for (const key of ['ways', 'stops', 'guide']) {
      const first = lines.findIndex((line) => line === `      #${key}:`);
      const count = lines.slice(first + 1).findIndex((line) => !line.startsWith('      #  '));
      const block = lines.slice(first, first + 1 + count).map((line) => line.replace('#', ''));
      const all = [...lines.slice(0, first), ...block, ...lines.slice(first + 1 + count)].join('\n');
      const expected = {
        ways: { foot: { kind: 'foot', shoes: '…', pace: { step: 7 } }, rail: { kind: 'rail' } },
        stops: [{ name: '…', long: false }],
        guide: { tongue: '…' },
      }[key];
      expect(load(all).components[0]?.options).toMatchObject({ [key]: expected });
    }
  });

  it('keeps the sections in the order of the schema', () => {
    expect(Object.keys(parse(text))).toEqual([
      'xmpp',
      'components',
      'users',
      'data',
      'archive',
      'messages',
      'http',
      'media',
      'limits',
      'delivery',
      'contacts',
      'contact',

      'log',
    ]);
  });
});
