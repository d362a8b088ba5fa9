import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { optionsSchema } from '../../../gateways/irc/options.js';
import { renderTemplate } from '../../../src/cli/init/template.js';
import { loadConfig } from '../../../src/config/load.js';
import type { NetworkModule } from '../../../src/registry.js';

const irc: NetworkModule = {
  id: 'irc',
  optionsSchema,
  create: () => {
    throw new Error('not used here');
  },
};
const EXAMPLE = 'config/isthmus.example.yaml';

describe('config/isthmus.example.yaml', () => {
  // A changed schema: npx vitest run test/unit/config/example.test.ts -u
  it('shows every key of the schemas as they are', async () => {
    const text = renderTemplate(
      {
        xmpp: { domain: 'example.org', secret: 'change-me' },
        components: [{ domain: 'irc.example.org', network: 'irc' }],
        data: { folder: './data' },
      },
      { irc },
    );
    await expect(text).toMatchFileSnapshot(`../../../${EXAMPLE}`);
  });

  it.each([EXAMPLE, 'config/docker/isthmus.yaml'])('%s loads', async (file) => {
    const environment = { ISTHMUS_XMPP_SECRET: 'x', ISTHMUS_DATABASE_URL: 'postgres://localhost/isthmus' };
    const config = await loadConfig(file, { environment, networks: { irc } });
    expect(config.components.map(({ domain }) => domain)).toEqual(['irc.example.org']);
  });

  it('docs/operating.md names every environment variable that is read', async () => {
    const text = await readFile('docs/operating.md', 'utf8');
    for (const name of [
      'XMPP_SECRET',
      'SECRET_IRC_EXAMPLE_ORG',
      'DATABASE_URL',
      'KEY',
      'NEW_KEY',
      'CONFIG',
    ]) {
      expect(text).toContain(`ISTHMUS_${name}`);
    }
  });
});
