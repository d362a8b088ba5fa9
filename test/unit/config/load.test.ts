import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LoadOptions, loadConfig, parseConfig } from '../../../src/config/load.js';
import { ConfigError } from '../../../src/config/problem.js';
import type { NetworkModule } from '../../../src/registry.js';

const toy: NetworkModule = {
  id: 'toy',
  optionsSchema: z.strictObject({
    servers: z
      .array(z.strictObject({ host: z.string().describe('HOST'), port: z.number().default(1) }))
      .default([]),
  }),
  create: () => {
    throw new Error('not used here');
  },
};
const options = (environment: LoadOptions['environment'] = {}): LoadOptions => ({
  environment,
  networks: { toy },
});

const good = `
xmpp:
  domain: Example.org
  secret: hush
components:
  - domain: irc.example.org
    network: toy
    options:
      servers:
        - host: irc.example.net
`;

function problemsOf(text: string, environment: LoadOptions['environment'] = {}) {
  try {
    parseConfig(text, '/etc/isthmus/isthmus.yaml', options(environment));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('fills in defaults, prepares domains and makes paths absolute', () => {
    const config = parseConfig(good, '/etc/isthmus/isthmus.yaml', options());
    expect(config.xmpp).toMatchObject({ domain: 'example.org', port: 5347, host: '127.0.0.1' });
    expect(config.components).toEqual([
      {
        dataPolicy: { networkRetention: 'unknown', transmission: 'unknown' },
        domain: 'irc.example.org',
        network: 'toy',
        secret: 'hush',
        policy: undefined,
        allow: [],
        options: { servers: [{ host: 'irc.example.net', port: 1 }] },
      },
    ]);
    expect(config.users.domains).toEqual(['example.org']);
    expect(config.data.folder).toBe('/etc/isthmus/data');
    expect(config.data.database).toEqual({ kind: 'sqlite', path: '/etc/isthmus/data/isthmus.sqlite' });
    expect(config.data.key).toEqual({ kind: 'file', path: '/etc/isthmus/isthmus.key' });
  });

  it('takes secrets from the environment before those of the file', () => {
    const config = parseConfig(
      good,
      '/etc/isthmus.yaml',
      options({ ISTHMUS_SECRET_IRC_EXAMPLE_ORG: 'own', ISTHMUS_KEY: 'abc' }),
    );
    expect(config.components[0]?.secret).toBe('own');
    expect(config.data.key).toEqual({ kind: 'value', value: 'abc' });
    expect(parseConfig(good, '/c.yaml', options({ ISTHMUS_XMPP_SECRET: 'all' })).components[0]?.secret).toBe(
      'all',
    );
  });

  it('reports everything at once, each with path, line and suggestion', () => {
    const problems = problemsOf(`xmpp:
  domain: example.org
  secrt: hush
  port: 70000
components:
  - domain: irc.example.org
    network: tyo
  - domain: irc.example.org
    network: toy
    policy: opn
    options:
      severs: []
      servers:
        - prot: 6697
archive:
  enabled: maybe
nonsense: 1
`);
    const found = Object.fromEntries(problems.map((problem) => [problem.path, problem]));
    expect(found['xmpp.secrt']).toMatchObject({ line: 3, suggestion: 'did you mean secret?' });
    expect(found['xmpp.port']).toMatchObject({ line: 4 });
    expect(found['components[0].network']).toMatchObject({ line: 7, suggestion: 'did you mean toy?' });
    expect(found['components[1].domain']).toMatchObject({ line: 8 });
    expect(found['components[1].policy']).toMatchObject({ line: 10, suggestion: 'did you mean open?' });
    expect(found['components[1].options.severs']).toMatchObject({
      line: 12,
      suggestion: 'did you mean servers?',
    });
    expect(found['components[1].options.servers[0].prot']).toMatchObject({
      line: 14,
      suggestion: 'did you mean port?',
    });
    expect(found['components[1].options.servers[0].host']?.message).toBe('missing');
    expect(found['components[1].options.servers[0].host']?.suggestion).toBe('a string is needed: HOST');
    expect(found['components[0].secret']?.suggestion).toContain('ISTHMUS_XMPP_SECRET');
    expect(found['archive.enabled']).toMatchObject({ line: 16 });
    expect(found.nonsense).toMatchObject({ line: 17 });
    const lines = problems.map(({ line }) => line ?? Number.MAX_SAFE_INTEGER);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it.each([
    ['', 'xmpp'],
    ['[]', ''],
    ['just words', ''],
    ['xmpp: [\n', ''],
    [`${good}xmpp: {}\n`, ''],
    [good.replace('irc.example.org', 'example.org'), 'components[0].domain'],
    [good.replace('irc.example.org', 'irc example@org'), 'components[0].domain'],
    [`${good}data: {keyFile: ./data/isthmus.key}\n`, 'data.keyFile'],
    [`${good}data: {database: {kind: postgres}}\n`, 'data.database.url'],
    [`${good}data: {database: {kind: mysql}}\n`, 'data.database.kind'],
    [`${good}users: {admins: [example.org/x]}\n`, 'users.admins[0]'],
    [`${good}contact: {abuse: [nobody]}\n`, 'contact.abuse[0]'],
  ])('refuses %j', (text, path) => {
    expect(problemsOf(text).map((problem) => problem.path)).toContain(path);
  });

  it('names the file that cannot be read', async () => {
    await expect(loadConfig('/nowhere/isthmus.yaml', options())).rejects.toThrow(
      /isthmus\.yaml: cannot be read/,
    );
  });

  it('never fails in any other way, whatever the file says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => `${good}${text}`),
        ),
        (text) => {
          expect(Array.isArray(problemsOf(text))).toBe(true);
        },
      ),
    );
  });
});
