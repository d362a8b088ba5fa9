import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { createWorkspace, Daemon, freePort, LOOPBACK, run } from './process.js';

/** A PostgreSQL cluster of its own on loopback. */
export interface PostgresServer {
  /** Connection URL of an empty database, `postgres://…`. */
  readonly url: string;
  /** Creates another empty database and resolves with its URL. */
  createDatabase(): Promise<string>;
  /** Ends it by fast shutdown. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Stops it if it runs and starts it again on the same data. */
  restart(): Promise<void>;
  /** Everything it logged. */
  logs(): string;
}

/** Where Debian keeps the programs of each installed version. */
const INSTALLED_VERSIONS = '/usr/lib/postgresql';
const SUPERUSER = 'tests';

/** Makes a cluster in a temporary folder and starts it. Rejects, quoting its log, when that fails. */
export async function startPostgres(): Promise<PostgresServer> {
  const workspace = createWorkspace('postgres');
  const programs = programFolder();
  const owner = await ownerOfCluster();
  if (owner) chownSync(workspace.path, owner.uid, owner.gid);
  const data = workspace.file('cluster');
  const port = await freePort();
  await run(
    join(programs, 'initdb'),
    [
      ...['--pgdata', data, '--username', SUPERUSER, '--auth', 'trust', '--no-sync'],
      ...['--encoding', 'UTF8', '--locale', 'C.UTF-8'],
    ],
    { cwd: workspace.path, ...owner },
  );
  const daemon = await Daemon.start({
    name: 'postgres',
    command: join(programs, 'postgres'),
    args: [
      ...['-D', data, '-h', LOOPBACK, '-p', String(port), '-k', workspace.path],
      // A cluster that dies with the test run has nothing to save on disk.
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'],
    ],
    workspace,
    // Fast shutdown: open connections are broken instead of waited for.
    stopSignal: 'SIGINT',
    ...owner,
    ready: (self, signal) => self.waitForLog(/ready to accept connections/, { signal }),
  });
  const urlOf = (database: string) => `postgres://${SUPERUSER}@${LOOPBACK}:${port}/${database}`;
  let created = 0;
  const createDatabase = async () => {
    created += 1;
    const database = `isthmus_${created}`;
    const client = new Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      await client.query(`CREATE DATABASE ${database}`);
    } finally {
      await client.end();
    }
    return urlOf(database);
  };
  return {
    url: await createDatabase(),
    createDatabase,
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}

function programFolder(): string {
  const newest = readdirSync(INSTALLED_VERSIONS)
    .sort((one, other) => Number(one) - Number(other))
    .at(-1);
  if (newest === undefined) throw new Error(`no PostgreSQL in ${INSTALLED_VERSIONS}`);
  return join(INSTALLED_VERSIONS, newest, 'bin');
}

/** PostgreSQL refuses to run as root; then it runs as the user that its package made. */
async function ownerOfCluster(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const { stdout } = await run('getent', ['passwd', 'postgres']);
  const [, , uid, gid] = stdout.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
