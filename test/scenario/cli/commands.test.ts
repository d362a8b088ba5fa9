import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.js';
import { networks } from '../../../src/registry.js';
import { openStore } from '../../../src/store/client.js';
import { loadKey } from '../../../src/store/key.js';
import { createWorkspace, type Workspace } from '../../servers/process.js';
import { runIsthmus } from './run-isthmus.js';

const WORKER = new URL('../../../dist/src/store/worker.js', import.meta.url);

/** A store with two users, as a stopped gateway leaves it. */
async function populate(config: string): Promise<void> {
  const loaded = await loadConfig(config, { environment: {}, networks });
  const store = await openStore({
    database: loaded.data.database,
    key: await loadKey(loaded.data.key),
    workerUrl: WORKER,
  });
  for (const name of ['anna', 'boris']) {
    const account = await store.accounts.ensure('irc.example.org', `${name}@example.org`);
    await store.accounts.update(account.id, {
      registered: true,
      settings: { nick: name },
      secrets: { 'sasl:irc.example.net': `password of ${name}` },
    });
  }
  await store.close();
}

function init(workspace: Workspace, ...flags: readonly string[]) {
  return runIsthmus([
    'init',
    '--config',
    workspace.file('isthmus.yaml'),
    '--yes',
    '--server',
    'example.org',
    ...flags,
  ]);
}

describe('isthmus init', () => {
  it('writes a configuration that loads and a key, both private, and prints the lines for the server', async () => {
    const workspace = createWorkspace('init');
    const { code, stdout } = await init(
      workspace,
      '--secret',
      's3cret',
      '--port',
      '5999',
      '--data',
      './state',
    );
    expect(code).toBe(0);
    const file = workspace.file('isthmus.yaml');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(workspace.file('isthmus.key')).mode & 0o777).toBe(0o600);
    const config = await loadConfig(file, { environment: {}, networks });
    expect(config.xmpp).toMatchObject({ domain: 'example.org', port: 5999 });
    expect(config.components).toMatchObject([
      { domain: 'irc.example.org', network: 'irc', secret: 's3cret' },
    ]);
    expect(config.data.folder).toBe(workspace.file('state'));
    for (const line of [
      'Component "irc.example.org"',
      'component_secret = "s3cret"',
      'http_file_share_access = { "example.org", "irc.example.org" }',
      'disco_items',
      'privileged_entities',
      'module: ejabberd_service',
      'mod_privilege:',
      'extra_domains:',
    ]) {
      expect(stdout).toContain(line);
    }
  });

  it('asks what a network cannot do without, and shows the rest of its options as comments', async () => {
    const workspace = createWorkspace('init');
    const missing = await init(workspace, '--networks', 'sms');
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toMatch(/--set sms\.region=… is needed: .*Country/);
    for (const [flag, reason] of [
      ['sms.region=XX', 'not a country'],
      ['irc.x=1', 'of a chosen network'],
    ] as const)
      expect((await init(workspace, '--networks', 'sms', '--set', flag)).stderr).toContain(reason);
    expect((await init(workspace, '--networks', 'sms', '--set', 'sms.region=de')).code).toBe(0);
    const file = workspace.file('isthmus.yaml');
    const config = await loadConfig(file, { environment: {}, networks });
    expect(config.components[0]).toMatchObject({ domain: 'sms.example.org', options: { region: 'DE' } });
    for (const kind of ['smpp', 'kannel', 'twilio', 'gammu'])
      expect(readFileSync(file, 'utf8')).toContain(`kind: ${kind}`);
    const checked = await runIsthmus(['check', '--config', file]);
    expect(checked.stdout).toMatch(/nobody can register/);
  });

  it('says where the API id of Telegram is to be had', async () => {
    const workspace = createWorkspace('init');
    const missing = await init(workspace, '--networks', 'telegram');
    expect(missing.stderr).toMatch(/--set telegram\.apiId=… is needed: .*https:\/\/my\.telegram\.org/);
    const own = ['--set', 'telegram.apiId=12345678', '--set', 'telegram.apiHash=abc'];
    expect((await init(workspace, '--networks', 'telegram', ...own)).code).toBe(0);
    const file = workspace.file('isthmus.yaml');
    const config = await loadConfig(file, { environment: {}, networks });
    expect(config.components[0]).toMatchObject({
      ...{ domain: 'telegram.example.org', network: 'telegram' },
      options: { apiId: 12_345_678, apiHash: 'abc', device: 'XMPP gateway' },
    });
    expect((await runIsthmus(['check', '--config', file])).stdout).toContain('Set options.device');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ *apiId: .*\n/m, ''));
    expect((await runIsthmus(['check', '--config', file])).stderr).toMatch(
      /apiId: missing .*my\.telegram\.org/,
    );
  });

  it('takes email as it is, and with a mail domain, which it completes', async () => {
    const plain = createWorkspace('init');
    expect(await init(plain, '--networks', 'email')).toMatchObject({ code: 0 });
    const workspace = createWorkspace('init');
    const domain = ['--networks', 'email', '--set', 'email.domain.name=mail.example.org'];
    const missing = await init(workspace, ...domain);
    expect(missing.stderr).toMatch(/--set email\.domain\.relay\.host=… is needed: .*Name or address/);
    const relay = ['email.domain.relay.host=127.0.0.1', 'email.domain.relay.port=25'];
    const whole = await init(workspace, ...domain, '--set', ...relay);
    expect(whole).toMatchObject({ code: 0 });
    const file = workspace.file('isthmus.yaml');
    const config = await loadConfig(file, { environment: {}, networks });
    expect(config.components[0]).toMatchObject({
      domain: 'email.example.org',
      options: { domain: { name: 'mail.example.org', relay: { host: '127.0.0.1', port: 25 } } },
    });
  });

  it('makes a secret of its own and overwrites nothing', async () => {
    const workspace = createWorkspace('init');
    expect((await init(workspace)).code).toBe(0);
    const written = readFileSync(workspace.file('isthmus.yaml'), 'utf8');
    expect(String(parse(written).xmpp.secret).length).toBeGreaterThanOrEqual(32);
    const again = await init(workspace);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('exists already');
    expect(readFileSync(workspace.file('isthmus.yaml'), 'utf8')).toBe(written);
  });

  it.each([
    [['--networks', 'icq'], 'unknown network icq'],
    [['--domain', 'not a domain'], 'needed, one per network'],
    [['--domain', 'a@b'], 'not a domain'],
    [['--port', '99999'], 'not a port'],
    [['--data', '.'], 'the key must lie outside the data'],
  ])('refuses %j', async (flags, reason) => {
    const { code, stderr } = await init(createWorkspace('init'), ...flags);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
  });

  it('needs to be told the server when nobody can be asked', async () => {
    const { code, stderr } = await runIsthmus(['init', '--config', createWorkspace('init').file('c.yaml')]);
    expect(code).toBe(1);
    expect(stderr).toContain('--server is needed');
  });
});

describe('commands on the database', () => {
  let workspace: Workspace;
  const isthmus = (...args: readonly string[]) =>
    runIsthmus([...args, '--config', workspace.file('isthmus.yaml')]);
  beforeAll(async () => {
    workspace = createWorkspace('commands');
    await init(workspace);
    await populate(workspace.file('isthmus.yaml'));
  });

  it('list and show users, secrets by name alone', async () => {
    expect((await isthmus('users', 'list')).stdout.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'anna@example.org',
      'boris@example.org',
      '',
    ]);
    const { stdout } = await isthmus('users', 'show', 'Anna@example.org');
    expect(stdout).toContain('sasl:irc.example.net');
    expect(stdout).not.toContain('password of anna');
  });

  it('back up and restore, with the key, what a removal has taken', async () => {
    const file = workspace.file('backup.sqlite');
    expect(await isthmus('backup', file, '--with-key')).toMatchObject({ code: 0 });
    expect(readFileSync(file).includes('password of anna')).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
    expect((await isthmus('backup', file)).code).toBe(1);
    expect((await isthmus('users', 'remove', 'anna@example.org')).stderr).toContain('--yes');
    expect((await isthmus('users', 'remove', 'anna@example.org', '--yes')).code).toBe(0);
    expect((await isthmus('users', 'show', 'anna@example.org')).code).toBe(1);
    expect(await isthmus('restore', file, '--with-key')).toMatchObject({ code: 0, stderr: '' });
    expect((await isthmus('users', 'show', 'anna@example.org')).code).toBe(0);
  });

  it('refuse to restore what is no backup, and leave the database as it is', async () => {
    const junk = workspace.write('junk.sqlite', randomBytes(10_000).toString('hex'));
    expect((await isthmus('restore', junk)).code).toBe(1);
    expect((await isthmus('restore', workspace.file('missing.sqlite'))).code).toBe(1);
    expect((await isthmus('users', 'show', 'boris@example.org')).code).toBe(0);
  });

  it('rotate the key: the new one opens the database, the old one no longer does', async () => {
    const keyFile = workspace.file('isthmus.key');
    const old = readFileSync(keyFile, 'utf8');
    expect((await isthmus('rotate-key')).stdout).toContain('the secrets of 2 accounts');
    expect(readFileSync(keyFile, 'utf8')).not.toBe(old);
    expect((await isthmus('users', 'show', 'boris@example.org')).code).toBe(0);
    const current = readFileSync(keyFile, 'utf8');
    writeFileSync(keyFile, old);
    expect((await isthmus('users', 'show', 'boris@example.org')).stderr).toContain('The key does not fit');
    writeFileSync(keyFile, current);
  });

  it('find nothing to migrate, and say so', async () => {
    expect((await isthmus('migrate', '--dry-run')).stdout).toMatch(/0 pending/);
    expect((await isthmus('migrate')).stdout).toContain('Up to date already');
  });

  it('print all errors of a configuration to people, not a stack', async () => {
    const bad = workspace.write(
      'bad.yaml',
      'xmpp: {domain: example.org, secrt: x}\ncomponents: [{domain: irc.example.org, network: icr}]\n',
    );
    const { code, stderr } = await runIsthmus(['run', '--config', bad]);
    expect(code).toBe(1);
    expect(stderr).toContain('did you mean secret?');
    expect(stderr).toContain('did you mean irc?');
    expect(stderr).not.toContain('at ');
  });
});
