import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { stringify } from 'yaml';
import { Daemon } from './daemon.js';
import {
  COMPONENT_SECRET,
  GATEWAY_DOMAIN,
  type Running,
  type RunningRooms,
  SERVER_DOMAIN,
  type Setting,
  type Subject,
} from './subject.js';

const PROGRAM = 'dist/src/main.js';
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

  start(setting): RunningRooms {
    const process = runIsthmus(setting, {
      components: [
        {
          domain: GATEWAY_DOMAIN,
          network: 'irc',
          options: {
            servers: { [setting.ircHost]: { port: setting.ircPort, tls: false } },
            flood: 'disabled',
          },
        },
      ],
      archive: { enabled: setting.archive },
      limits: { joinsPerMinute: UNLIMITED, messagesPerSecond: UNLIMITED, messageBurst: UNLIMITED },
    });
    return { process, archived: () => archivedIn(databaseOf(setting.dataFolder)) };
  },
};

/**
 * Starts Isthmus on a data folder, which it may have had before: sections of its configuration besides those that are
 * always the same.
 */
export function runIsthmus(
  { dataFolder, xmppPort }: Pick<Setting, 'dataFolder' | 'xmppPort'>,
  sections: Readonly<Record<string, unknown>>,
): Running {
  const configuration = {
    xmpp: { domain: SERVER_DOMAIN, host: '127.0.0.1', port: xmppPort, secret: COMPONENT_SECRET },
    data: { folder: dataFolder, database: { kind: 'sqlite', path: databaseOf(dataFolder) } },
    log: { level: 'warn' },
    ...sections,
  };
  const file = join(dataFolder, 'isthmus.yaml');
  writeFileSync(file, stringify(configuration), { mode: OWNER_ONLY });
  const program = join(process.cwd(), PROGRAM);
  return new Daemon(dataFolder, process.execPath, [program, 'run', '--config', file], {
    ISTHMUS_KEY: keyOf(dataFolder),
  });
}

/** Key of the secrets in a data folder, hexadecimal: the same for one folder, since it is needed again after a restart. */
export function keyOf(dataFolder: string): string {
  return createHash('sha256').update(dataFolder).digest('hex');
}

/** The database in a data folder. */
export function databaseOf(dataFolder: string): string {
  return join(dataFolder, 'isthmus.sqlite');
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
