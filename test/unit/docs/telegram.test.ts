import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { TelegramGateway } from '../../../gateways/telegram/gateway.js';
import { optionsSchema } from '../../../gateways/telegram/options.js';
import { parseConfig } from '../../../src/config/load.js';
import { networks } from '../../../src/registry.js';
import { testEnvironment } from '../../support/gateway-environment.js';

const text = readFileSync(new URL('../../../docs/telegram.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
/** What a whole configuration has besides. */
const BASE = { xmpp: { domain: 'example.org', secret: 'x' } };
const headings = [...text.matchAll(/^##+ (.*)$/gm)].map(([, heading = '']) => heading);
const limits = text.slice(text.indexOf('\n## Limits'), text.indexOf('\n## Cost'));

describe('docs/telegram.md', () => {
  it.each(blocks.map((block, index) => [index + 1, block] as const))('configuration %i loads', (_, block) => {
    const written = stringify({ ...BASE, ...parse(block) });
    const { components } = parseConfig(written, '/etc/isthmus/isthmus.yaml', { environment: {}, networks });
    expect(components.map(({ network }) => network)).toEqual(['telegram']);
  });

  it('shows every kind of proxy, and how to point the gateway to another server', () => {
    for (const option of ['kind: direct', 'kind: socks5', 'kind: http', 'kind: mtproxy', 'publicKey:'])
      expect(blocks.some((block) => block.includes(option))).toBe(true);
  });

  it('names options that there are, with their defaults', () => {
    const options = optionsSchema.parse({ apiId: 1, apiHash: 'x' });
    const named = [...text.matchAll(/`((?:limits|logins|files|conversations|rooms|people)\.(\w+))`/g)];
    expect(named.length).toBeGreaterThan(10);
    const known = new Map<string, unknown>(
      Object.entries(options).flatMap(([section, values]) =>
        Object.entries(values ?? {}).map(([name, value]) => [`${section}.${name}`, value] as const),
      ),
    );
    expect(named.map(([, path = '']) => path).filter((path) => !known.has(path))).toEqual([]);
    const row = (path: string) => limits.split('\n').find((line) => line.includes(`\`${path}\``)) ?? '';
    for (const path of [
      'limits.burst',
      'limits.perSecond',
      'logins.atATime',
      'rooms.members',
      'rooms.spoken',
    ])
      expect(row(path)).toMatch(new RegExp(`\\b${known.get(path)}\\b`));
    expect(row('limits.mostKnown')).toContain(options.limits.mostKnown.toLocaleString('en'));
    expect(row('conversations.missedMessages')).toContain(
      options.conversations.missedMessages.toLocaleString('en'),
    );
  });

  it('names every command of the network’s own', () => {
    const gateway = new TelegramGateway(optionsSchema.parse({ apiId: 1, apiHash: 'x' }), testEnvironment());
    expect(gateway.commands.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual(
      [],
    );
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
