import { readdirSync, readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../../gateways/irc/account/settings.js';
import { ircModule } from '../../../gateways/irc/index.js';
import type { Form } from '../../../src/gateway/form.js';
import type { AccountView, Gateway } from '../../../src/gateway/gateway.js';
import { testEnvironment } from '../../support/gateway-environment.js';

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function gateway(options: object = {}): Gateway {
  return ircModule.create(
    ircModule.optionsSchema.parse(options),
    testEnvironment({ domain: 'irc.example.test', log: quiet }),
  );
}

const account: AccountView = {
  id: 1 as never,
  registered: true,
  settings: {
    nick: 'alice',
    server: 'irc.example.org',
    servers: { 'irc.example.org': { account: 'alice', connect: true } },
  },
  secrets: { 'sasl:irc.example.org': 'hunter2' },
  suggestedName: 'alice',
  userAddress: 'alice@example.org',
  language: 'en',
};

function bundle(language: string, text: string): FluentBundle {
  const made = new FluentBundle(language);
  expect(made.addResource(new FluentResource(text))).toEqual([]);
  return made;
}

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');
}

describe('texts', () => {
  const { locales } = gateway();
  const keys = (text: string): string[] =>
    [...text.matchAll(/^([a-z][\w-]*) =/gm)].map(([, key]) => key ?? '').sort();

  it('are complete in English and Russian', () => {
    expect(keys(locales.ru ?? '')).toEqual(keys(locales.en ?? ''));
    for (const language of ['en', 'ru']) bundle(language, locales[language] ?? '');
  });

  it('exist for every key in the source and every field of a form', async () => {
    const english = bundle('en', locales.en ?? '');
    const used = [...sources('gateways/irc').matchAll(/'(irc-(?!framework)[a-z-]+)'/g)].map(
      ([, key]) => key ?? '',
    );
    expect(used.length).toBeGreaterThan(50);
    const configure = gateway().commands.find(({ name }) => name === 'configure-server');
    const step = await configure?.start({ account, session: undefined, place: 'irc.example.org' as never });
    const forms: Form[] = [
      gateway().registrationForm(account),
      ...(step?.kind === 'form' ? [step.form] : []),
    ];
    const labels = forms.flatMap(({ fields }) => fields.map(({ label }) => label.key));
    expect(labels).toHaveLength(23);
    for (const key of [...used, ...labels]) expect([key, english.hasMessage(key)]).toEqual([key, true]);
  });

  it('say every state of a connection', () => {
    for (const language of ['en', 'ru']) {
      const made = bundle(language, locales[language] ?? '');
      const pattern = made.getMessage('irc-server-state')?.value;
      if (!pattern) throw new Error('no text');
      const said = ['idle', 'connecting', 'connected', 'transient-failure', 'bad-credentials'].map((state) =>
        made.formatPattern(pattern, { server: 'x', state }),
      );
      expect(new Set(said).size).toBe(5);
    }
  });
});

describe('registration', () => {
  it('C01 S19 shows what is on record, never a secret', () => {
    const form = gateway().registrationForm(account);
    expect(form.fields.find(({ name }) => name === 'nick')).toMatchObject({ value: 'alice', legacy: 'nick' });
    expect(JSON.stringify(form)).not.toContain('hunter2');
    expect(
      gateway({ fixedServer: 'irc.x.org' })
        .registrationForm(undefined)
        .fields.some(({ name }) => name === 'server'),
    ).toBe(false);
  });

  it('C05 refuses what cannot be used, with a reason', async () => {
    const cases = [
      [{ nick: 'a b!c' }, 'irc-bad-nick'],
      [{ nick: 'alice', server: 'no host' }, 'irc-bad-server'],
      [{ nick: 'alice', password: 'x' }, 'irc-server-needed'],
      [{ nick: 'alice', server: '127.0.0.1', password: 'x' }, 'irc-server-not-allowed'],
    ] as const;
    for (const [values, key] of cases)
      expect(
        await gateway().register(values, undefined, { suggestedName: 'x', userAddress: 'x@example.org' }),
      ).toMatchObject({
        kind: 'form',
        problem: { key },
      });
  });

  it('keeps nick and settings; other servers and secrets stay', async () => {
    const step = await gateway().register(
      { nick: 'Alicia', server: 'irc.other.org', connect: '1' },
      account,
      account,
    );
    expect(step).toMatchObject({
      kind: 'done',
      result: {
        settings: {
          nick: 'Alicia',
          server: 'irc.other.org',
          servers: { 'irc.example.org': { account: 'alice' }, 'irc.other.org': { connect: true } },
        },
        secrets: { 'sasl:irc.example.org': 'hunter2' },
      },
    });
  });

  it('reads a record of another version as nothing rather than failing', () => {
    expect(settingsOf({ ...account, settings: { nick: 5, servers: 'x' } })).toEqual({});
  });
});

describe('configure-server', () => {
  const start = async (values: Record<string, string>) => {
    const command = gateway().commands.find(({ name }) => name === 'configure-server');
    const step = await command?.start({ account, session: undefined, place: 'irc.example.org' as never });
    if (step?.kind !== 'form') throw new Error('no form');
    return step.submit(values);
  };

  it('keeps what is given, passwords left empty stay, and lines stay single', async () => {
    const step = await start({
      nick: 'al',
      port: '7000',
      tls: '1',
      encoding: 'koi8-r',
      'server-password': 's',
      password: '',
      commands: 'MODE al +x\r\nPRIVMSG x :y',
    });
    expect(step).toMatchObject({
      kind: 'done',
      result: {
        settings: {
          servers: {
            'irc.example.org': {
              nick: 'al',
              port: 7000,
              encoding: 'koi8-r',
              commands: ['MODE al +x', 'PRIVMSG x :y'],
            },
          },
        },
        secrets: { 'sasl:irc.example.org': 'hunter2', 'server:irc.example.org': 's' },
      },
    });
    expect(await start({ 'forget-passwords': '1' })).toMatchObject({
      result: { secrets: { 'sasl:irc.example.org': '' } },
    });
  });

  it.each([
    [{ port: '22' }, 'irc-server-not-allowed'],
    [{ port: 'x' }, 'irc-bad-number'],
    [{ nick: 'a b' }, 'irc-bad-nick'],
    [{ encoding: 'utf-16' }, 'irc-bad-encoding'],
    [{ commands: 'x\n'.repeat(30) }, 'irc-bad-commands'],
  ])('refuses %j', async (values, key) => {
    expect(await start(values as unknown as Record<string, string>)).toMatchObject({
      kind: 'form',
      problem: { key },
    });
  });
});

describe('options', () => {
  it('have defaults for everything and refuse unknown keys', () => {
    expect(ircModule.optionsSchema.parse({})).toMatchObject({
      flood: { burst: 8 },
      allowUnlistedServers: true,
    });
    expect(ircModule.optionsSchema.safeParse({ fixedserver: 'x' }).success).toBe(false);
    expect(ircModule.optionsSchema.safeParse({ servers: { 'IRC.x': { tsl: true } } }).success).toBe(false);
    expect(Object.keys(ircModule.optionsSchema.parse({ servers: { 'IRC.X': {} } }).servers)).toEqual([
      'irc.x',
    ]);
  });

  it('S20 TLS is on and verified unless said otherwise', () => {
    expect(ircModule.optionsSchema.parse({ servers: { 'irc.x': {} } }).servers['irc.x']).toMatchObject({
      tls: true,
      verifyCertificate: true,
    });
  });
});
