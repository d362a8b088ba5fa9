import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { adviceOn } from '../../../gateways/sms/advice.js';
import { optionsSchema } from '../../../gateways/sms/options.js';
import { parseConfig } from '../../../src/config/load.js';
import { networks } from '../../../src/registry.js';
import { DirectWebhooks } from '../../support/gateway-environment.js';

const text = readFileSync(new URL('../../../docs/sms.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
/** What a whole configuration has besides. */
const BASE = { xmpp: { domain: 'example.org', secret: 'x' } };

describe('docs/sms.md', () => {
  it('shows a configuration for every back end', () => {
    for (const kind of ['smpp', 'kannel', 'twilio', 'gammu'])
      expect(blocks.some((block) => block.includes(`kind: ${kind}`))).toBe(true);
  });

  it.each(blocks.map((block, index) => [index + 1, block] as const))('configuration %i loads', (_, block) => {
    const written = stringify({ ...BASE, ...parse(block) });
    const { components, http } = parseConfig(written, '/etc/isthmus/isthmus.yaml', {
      environment: {},
      networks,
    });
    expect(components.map(({ network }) => network)).toEqual(['sms']);
    const needsHttp = components.some(({ options }) => networks.sms?.needsHttp?.(options));
    expect(http.enabled).toBe(needsHttp);
  });

  it('shows Kannel’s address as isthmus check does', () => {
    const kannel = { kind: 'kannel', sendUrl: 'http://k.example/', username: 'u', password: 'p' };
    const options = optionsSchema.parse({
      region: 'DE',
      carriers: { main: { ...kannel, secret: '0123456789abcdef' } },
      numbers: [{ number: '+4915550000001', carrier: 'main' }],
    });
    const address = new DirectWebhooks().address('main/message');
    const [advice] = adviceOn(options, new DirectWebhooks());
    const query = advice?.text.slice(advice.text.indexOf(address) + address.length) ?? '-';
    expect(text).toContain(`/hooks/sms.example.org/main/message${query}"`);
  });
});
