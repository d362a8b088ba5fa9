import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Config } from '../../config/schema.js';
import { loadKey } from '../../store/key.js';
import { migrationStatus } from '../../store/migration.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Permission bits of everybody outside the owner's group. */
const OTHERS = 0o007;

/** The configuration file itself holds secrets. */
export async function checkConfigFile(config: Config): Promise<Finding> {
  const { mode } = await stat(config.file);
  if ((mode & OTHERS) === 0 || process.env.ISTHMUS_XMPP_SECRET !== undefined)
    return ok(`configuration ${config.file}`);
  return warn(
    `configuration ${config.file} can be read by every user of this machine`,
    `chmod o-rwx ${config.file}`,
  );
}

/** Present, private, and a key. */
export async function checkKey(config: Config): Promise<Finding> {
  const { key } = config.data;
  try {
    await loadKey(key);
    return ok(
      key.kind === 'file' ? `key ${key.path}, readable by its owner alone` : 'key from the environment',
    );
  } catch (error) {
    return fail(
      `key: ${reasonOf(error)}`,
      'Without the right key stored passwords cannot be read. If there are none yet: isthmus init makes one.',
    );
  }
}

/** The data folder can be written. */
export async function checkDataFolder(config: Config): Promise<Finding> {
  const { folder } = config.data;
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return ok(`data folder ${folder}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return ok(`data folder ${folder} will be made at the first start`);
    }
    return fail(
      `data folder ${folder} cannot be written`,
      `Give it to the user that runs the gateway: chown -R isthmus ${folder}`,
    );
  }
}

/** Opens, and is neither older nor newer than the program. */
export async function checkDatabase(config: Config): Promise<Finding> {
  const { database } = config.data;
  const name = database.kind === 'sqlite' ? `database ${database.path}` : 'database on PostgreSQL';
  try {
    const { executed, pending, unknown } = await migrationStatus(database);
    if (unknown.length > 0) {
      return fail(
        `${name} was written by a newer version`,
        'Install that version again, or restore a backup made before the update.',
      );
    }
    if (executed.length === 0) return ok(`${name} is empty and will be set up at the first start`);
    if (pending.length === 0) return ok(`${name}, up to date`);
    return warn(
      `${name} is older than this program: ${pending.length} migrations pending`,
      'The next start runs them, after a copy; or now: isthmus migrate',
    );
  } catch (error) {
    const remedy =
      database.kind === 'sqlite'
        ? 'Look at the permissions and the free space of its folder.'
        : 'Look at data.database.url (or ISTHMUS_DATABASE_URL), and whether PostgreSQL runs and lets this user in.';
    return fail(`${name}: ${reasonOf(error)}`, remedy);
  }
}

/** The message of whatever was thrown. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
