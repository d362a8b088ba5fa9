import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createWorkspace, type Workspace } from '../../servers/process.js';
import { runIsthmus } from '../cli/run-isthmus.js';
import { canMount, mountSmallDisk } from './small-disk.js';
import { BadStage, badConfig } from './stage.js';

/** A port on which no server for components answers: these starts end before they would connect. */
const NOWHERE = 1;
const MEGABYTES = 8;

let workspace: Workspace;
let made: string;
let folder: string;
const data = (name: string): string => join(folder, 'data', name);
const keyFile = (): string => join(folder, 'isthmus.key');
const configFile = (): string => join(folder, 'isthmus.yaml');

/** What `isthmus run` says when it does not start. */
async function refusal(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const engine = { busyTimeoutMs: 200 };
  const config = badConfig(NOWHERE, NOWHERE, {
    folder,
    config: () => ({ data: { folder: './data', keyFile: './isthmus.key', engine }, ...more }),
  });
  writeFileSync(configFile(), stringify(config));
  const { code, stdout, stderr } = await runIsthmus(['run', '--config', configFile()]);
  expect(code, stderr).toBe(1);
  // One error, in words, and no stack.
  expect(`${stdout}${stderr}`.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/ at \S+:\d+/);
  return stderr.trim();
}

beforeAll(async () => {
  workspace = createWorkspace('refused');
  made = join(workspace.path, 'made');
  folder = made;
  mkdirSync(join(made, 'data'), { recursive: true });
  writeFileSync(keyFile(), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const config = badConfig(NOWHERE, NOWHERE, {
    folder,
    config: () => ({ data: { folder: './data', keyFile: './isthmus.key' } }),
  });
  writeFileSync(configFile(), stringify(config));
  const { code, stderr } = await runIsthmus(['users', 'list', '--config', configFile()]);
  expect(code, stderr).toBe(0);
});
let copies = 0;
beforeEach(() => {
  copies += 1;
  folder = join(workspace.path, `copy${copies}`);
  cpSync(made, folder, { recursive: true });
});

describe('a start that must not be', () => {
  it('a database that is none', async () => {
    writeFileSync(data('isthmus.sqlite'), 'this is no database'.repeat(1000));
    expect(await refusal()).toMatch(/damaged|corrupt|not a database/i);
    expect(readFileSync(data('isthmus.sqlite'), 'utf8')).toMatch(/^this is no database/);
  });

  it('a database cut short', async () => {
    truncateSync(data('isthmus.sqlite'), 5000);
    expect(await refusal()).toMatch(/damaged|corrupt|malformed/i);
  });

  it('S19 a key other than the one the database was written with', async () => {
    writeFileSync(keyFile(), `${randomBytes(32).toString('base64')}\n`);
    expect(await refusal()).toMatch(/key does not fit/);
  });

  it('S19 a key file that others may read', async () => {
    chmodSync(keyFile(), 0o644);
    expect(await refusal()).toMatch(/mode 0644.*chmod 600/);
  });

  it.each(['', 'too short', 'x'.repeat(44)])('a key file that holds no key (%j)', async (content) => {
    writeFileSync(keyFile(), content);
    expect(await refusal()).toMatch(/holds no key/);
  });

  it('no key file', async () => {
    rmSync(keyFile());
    expect(await refusal()).toMatch(/does not exist.*isthmus init/);
  });

  it('a database of a newer version of the program', async () => {
    change("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')");
    expect(await refusal()).toMatch(/newer version.*FromTheFuture/);
  });

  it('S23 a migration that fails half-way: undone, the old state as it was', async () => {
    // As if a program without transactions had died between a table and its note.
    change('DELETE FROM migrations');
    const before = schema();
    expect(await refusal()).toMatch(/migration failed and was undone/i);
    expect(schema()).toEqual(before);
  });

  it('a database that another program has locked', async () => {
    const other = new Database(data('isthmus.sqlite'));
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    other.exec('CREATE TABLE mine (x)');
    expect(await refusal()).toMatch(/locked/i);
    other.exec('ROLLBACK');
    other.close();
  });

  it('a data folder that is a file', async () => {
    rmSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data'), '');
    expect(await refusal()).toMatch(/data/);
  });

  it('a configuration that is not there, is a folder, or is no YAML', async () => {
    for (const [file, words] of [
      [join(folder, 'nothing.yaml'), /nothing\.yaml/],
      [folder, /copy\d+/],
      [keyFile(), /isthmus\.key/],
    ] as const) {
      const { code, stderr } = await runIsthmus(['run', '--config', file]);
      expect(code).toBe(1);
      expect(stderr).toMatch(words);
      expect(stderr).not.toMatch(/ at \S+:\d+/);
    }
  });

  it('wrong and unknown keys: all at once, each with path, line and suggestion', async () => {
    writeFileSync(
      configFile(),
      [
        'xmpp:',
        '  domian: example.org',
        '  port: seventy',
        '  secret: 5',
        'components:',
        '  - domain: irc.example.org',
        '    network: icq',
        '  - domain: "not a domain"',
        '    network: irc',
        '    secret: s',
        '    options:',
        '      flod: disabled',
        '      timeouts: { joinMs: -1 }',
        'archive:',
        '  dayz: 3',
        'nonsense: true',
      ].join('\n'),
    );
    const { code, stderr } = await runIsthmus(['run', '--config', configFile()]);
    expect(code).toBe(1);
    for (const words of ['domian', 'xmpp.port', 'network', 'flod', 'joinMs', 'dayz', 'nonsense', 'domain']) {
      expect(stderr).toContain(words);
    }
    for (const suggestion of ['domain', 'irc', 'flood', 'days'])
      expect(stderr).toMatch(new RegExp(`mean.*${suggestion}`));
    for (const line of [2, 3, 7, 8, 12, 13, 15, 16])
      expect(stderr).toMatch(new RegExp(`\\b(line )?${line}\\b`));
    expect(stderr).not.toMatch(/ at \S+:\d+/);
  });
});

const mounting = canMount();

describe.skipIf(!mounting)(
  `a start on a bad disk${mounting ? '' : ' (skipped: mounting is not possible here)'}`,
  () => {
    it('a read-only file system', async () => {
      const disk = mountSmallDisk(MEGABYTES);
      if (disk === undefined) throw new Error('not mounted');
      cpSync(made, disk.path, { recursive: true });
      folder = disk.path;
      const config = configFile();
      const text = stringify(
        badConfig(NOWHERE, NOWHERE, {
          folder,
          config: () => ({ data: { folder: './data', keyFile: './isthmus.key' } }),
        }),
      );
      writeFileSync(config, text);
      disk.freeze();
      const { code, stderr } = await runIsthmus(['run', '--config', config]);
      disk.remove();
      expect(code).toBe(1);
      expect(stderr).toMatch(/read-only/i);
      expect(stderr).not.toMatch(/ at \S+:\d+/);
    });

    it('a full file system', async () => {
      const disk = mountSmallDisk(1);
      if (disk === undefined) throw new Error('not mounted');
      folder = disk.path;
      const config = configFile();
      writeFileSync(keyFile(), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
      const text = stringify(
        badConfig(NOWHERE, NOWHERE, {
          folder,
          config: () => ({ data: { folder: './data', keyFile: './isthmus.key' } }),
        }),
      );
      writeFileSync(config, text);
      expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(2 * 1024 * 1024))).toThrow(/ENOSPC/);
      const { code, stderr } = await runIsthmus(['run', '--config', config]);
      disk.remove();
      expect(code).toBe(1);
      expect(stderr).toMatch(/full|no space/i);
      expect(stderr).not.toMatch(/ at \S+:\d+/);
    });
  },
);

it('S23 a migration whose process was killed: rolled back, and the gateway starts and serves', async () => {
  const script = `
    const db = new (require('better-sqlite3'))(process.argv[1]);
    db.pragma('cache_size = 1');
    db.exec('BEGIN; ALTER TABLE accounts ADD COLUMN half TEXT; CREATE TABLE half (x);');
    const insert = db.prepare('INSERT INTO half VALUES (?)');
    for (let n = 0; n < 2000; n += 1) insert.run('x'.repeat(1000));
    process.stdout.write('half');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', script, data('isthmus.sqlite')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: createRequire(import.meta.url)
      .resolve('better-sqlite3/package.json')
      .replace(/package\.json$/, ''),
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const key = readFileSync(keyFile(), 'utf8').trim();
  const stage = await BadStage.start({
    config: () => ({ data: { folder: join(folder, 'data') } }),
    env: { ISTHMUS_KEY: key },
  });
  await stage.converse();
  await stage.stop();
  expect(schema()).not.toContain('half');
});

afterAll(() => rmSync(workspace.path, { recursive: true, force: true }));

function change(statement: string): void {
  const database = new Database(data('isthmus.sqlite'));
  database.exec(statement);
  database.close();
}

function schema(): string {
  const database = new Database(data('isthmus.sqlite'), { readonly: true });
  const rows = database.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all();
  database.close();
  return JSON.stringify(rows);
}
