import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Daemon } from './daemon.js';
import {
  COMPONENT_SECRET,
  GATEWAY_DOMAIN,
  type RunningRooms,
  SERVER_DOMAIN,
  type Setting,
  type Subject,
} from './subject.js';

const PROGRAM = '/usr/bin/biboumi';
const NO_THROTTLE = -1;
const OWNER = `u0@${SERVER_DOMAIN}`;

// The two tables of biboumi 9.0 that hold what a user sets by its "configure" commands.
const OPTIONS_SCHEMA = `
  CREATE TABLE globaloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, owner_ TEXT,
    maxhistorylength_ INTEGER, recordhistory_ INTEGER, persistent_ INTEGER);
  CREATE TABLE ircserveroptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT, owner_ TEXT, server_ TEXT,
    pass_ TEXT, tlsports_ TEXT, ports_ TEXT, username_ TEXT, realname_ TEXT, verifycert_ INTEGER,
    trustedfingerprint_ TEXT, encodingout_ TEXT, encodingin_ TEXT, maxhistorylength_ INTEGER,
    address_ TEXT, nick_ TEXT, saslpassword_ TEXT, throttlelimit_ INTEGER);
`;

/**
 * Debian's biboumi. Its database is prepared with what the first user would set by ad-hoc commands: no
 * throttling, and `record_history` as wanted. All other users have biboumi's defaults; rows for thousands
 * of them would slow it down, since it searches these tables without an index.
 */
export const biboumi: Subject = {
  name: 'biboumi',

  probe() {
    if (!existsSync(PROGRAM)) return { missing: `${PROGRAM} is not installed` };
    const query = spawnSync('dpkg-query', ['-W', '-f', '$' + '{Version}', 'biboumi'], { encoding: 'utf8' });
    return { version: query.status === 0 ? query.stdout : 'unknown version' };
  },

  start(setting): RunningRooms {
    const database = join(setting.dataFolder, 'biboumi.sqlite');
    const configuration = join(setting.dataFolder, 'biboumi.cfg');
    prepare(database, setting);
    writeFileSync(configuration, configurationOf(database, setting));
    const daemon = new Daemon(setting.dataFolder, PROGRAM, [configuration], {});
    return { process: daemon, archived: () => archivedIn(database) };
  },
};

function configurationOf(database: string, setting: Setting): string {
  return [
    `hostname=${GATEWAY_DOMAIN}`,
    `password=${COMPONENT_SECRET}`,
    'xmpp_server_ip=127.0.0.1',
    `port=${setting.xmppPort}`,
    `db_name=${database}`,
    'log_level=3',
    'identd_port=0',
    '',
  ].join('\n');
}

function prepare(file: string, setting: Setting): void {
  const database = new Database(file);
  database.exec(OPTIONS_SCHEMA);
  database
    .prepare(
      'INSERT INTO globaloptions_ (owner_, maxhistorylength_, recordhistory_, persistent_) VALUES (?, 20, ?, 0)',
    )
    .run(OWNER, setting.archive ? 1 : 0);
  database
    .prepare(
      `INSERT INTO ircserveroptions_ (owner_, server_, tlsports_, ports_, verifycert_, throttlelimit_)
       VALUES (?, ?, '', ?, 0, ?)`,
    )
    .run(OWNER, setting.ircHost, String(setting.ircPort), NO_THROTTLE);
  database.close();
}

function archivedIn(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    const row = database.prepare<[], { lines: number }>('SELECT count(*) AS lines FROM muclogline_').get();
    return row?.lines ?? 0;
  } finally {
    database.close();
  }
}
