import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { stringify } from 'yaml';
import { Daemon } from './daemon.js';
import {
  COMPONENT_SECRET,
  GATEWAY_DOMAIN,
  type Running,
  SERVER_DOMAIN,
  type Setting,
  type Subject,
} from './subject.js';

const PROGRAM = 'dist/src/main.js';
const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const UNLIMITED = 1_000_000;

/** Isthmus as built in the current folder. Everything that depends on its configuration is in this file. */
export const isthmus: Subject = {
  name: 'isthmus',

  probe() {
    if (!existsSync(PROGRAM)) return { missing: `${PROGRAM} is not built (npm run build)` };
    const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' });
    return { version: commit.trim() };
  },

  start(setting): Running {
    const configuration = join(setting.dataFolder, 'isthmus.yaml');
    writeFileSync(configuration, stringify(configurationOf(setting)), { mode: OWNER_ONLY });
    const program = join(process.cwd(), PROGRAM);
    const args = [program, 'run', '--config', configuration];
    const daemon = new Daemon(setting.dataFolder, process.execPath, args, {
      ISTHMUS_KEY: randomBytes(KEY_BYTES).toString('hex'),
    });
    return {
      pid: daemon.pid,
      exited: daemon.exited,
      archived: () => archivedIn(databaseOf(setting)),
      stop: () => daemon.stop(),
    };
  },
};

function configurationOf(setting: Setting): Record<string, unknown> {
  return {
    xmpp: { domain: SERVER_DOMAIN, host: '127.0.0.1', port: setting.xmppPort, secret: COMPONENT_SECRET },
    components: [
      {
        domain: GATEWAY_DOMAIN,
        network: 'irc',
        options: { servers: { [setting.ircHost]: { port: setting.ircPort, tls: false } }, flood: 'disabled' },
      },
    ],
    data: { folder: setting.dataFolder, database: { kind: 'sqlite', path: databaseOf(setting) } },
    archive: { enabled: setting.archive },
    limits: { joinsPerMinute: UNLIMITED, messagesPerSecond: UNLIMITED, messageBurst: UNLIMITED },
    log: { level: 'warn' },
  };
}

function databaseOf(setting: Setting): string {
  return join(setting.dataFolder, 'isthmus.sqlite');
}

function archivedIn(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    const row = database.prepare<[], { entries: number }>('SELECT count(*) AS entries FROM archive').get();
    return row?.entries ?? 0;
  } finally {
    database.close();
  }
}
