import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { compareConfigs } from '../../../src/cli/reload.js';
import { parseConfig } from '../../../src/config/load.js';
import type { NetworkModule } from '../../../src/registry.js';

const toy: NetworkModule = {
  id: 'toy',
  optionsSchema: z.strictObject({ colour: z.string().default('red') }),
  create: () => {
    throw new Error('not used here');
  },
};
const base = {
  xmpp: { domain: 'example.org', secret: 'hush' },
  components: [{ domain: 'toy.example.org', network: 'toy' }],
};
const load = (value: object) =>
  parseConfig(stringify(value), '/etc/isthmus.yaml', { environment: {}, networks: { toy } });

describe('what a reload can take', () => {
  it('sees no change where there is none', () => {
    expect(compareConfigs(load(base), load(base))).toEqual({ applied: [], restart: [] });
  });

  it('tells what takes effect from what waits for a restart', () => {
    const after = load({
      xmpp: { ...base.xmpp, port: 5348 },
      components: [
        {
          domain: 'toy.example.org',
          network: 'toy',
          policy: 'closed',
          allow: ['a@example.org'],
          options: { colour: 'blue' },
        },
      ],
      users: { admins: ['boss@example.org'] },
      archive: { enabled: false, days: 3 },
      limits: { joinsPerMinute: 1 },
      log: { level: 'debug', format: 'text' },
    });
    const { applied, restart } = compareConfigs(load(base), after);
    expect([...applied].sort()).toEqual([
      'archive.days',
      'components[0].allow',
      'components[0].policy',
      'limits.joinsPerMinute',
      'log.level',
      'users.admins',
    ]);
    expect([...restart].sort()).toEqual([
      'archive.enabled',
      'components[0].options.colour',
      'log.format',
      'xmpp.port',
    ]);
  });

  it('a component more or less needs a restart', () => {
    const more = load({
      ...base,
      components: [...base.components, { domain: 'b.example.org', network: 'toy' }],
    });
    expect(compareConfigs(load(base), more)).toEqual({ applied: [], restart: ['components'] });
  });
});
