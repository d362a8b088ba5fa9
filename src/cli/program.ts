import { Command } from 'commander';
import { loadConfig } from '../config/load.js';
import { ConfigError } from '../config/problem.js';
import type { Config } from '../config/schema.js';
import { HttpStartError } from '../http/error.js';
import { networks } from '../registry.js';
import { StoreError } from '../store/error.js';
import { KeyError } from '../store/key.js';
import { backup, restore } from './commands/backup.js';
import { check } from './commands/check.js';
import { type InitOptions, init } from './commands/init.js';
import { migrate } from './commands/migrate.js';
import { rotateKey } from './commands/rotate-key.js';
import { run } from './commands/run.js';
import { listUsers, removeUser, showUser } from './commands/users.js';
import { processTerminal, type Terminal } from './terminal.js';
import { UserError } from './user-error.js';
import { programVersion } from './version.js';

const DEFAULT_CONFIG = 'isthmus.yaml';

interface Common {
  readonly config: string;
}

/** The command line. Exit codes: 0 done, 1 not done and said why. */
export function program(terminal: Terminal = processTerminal()): Command {
  const root = new Command('isthmus')
    .description('XMPP gateway: brings other networks to the users of an XMPP server.')
    .version(programVersion());
  const configFile = process.env.ISTHMUS_CONFIG ?? DEFAULT_CONFIG;
  const command = (parent: Command, usage: string, description: string) =>
    parent
      .command(usage)
      .description(description)
      .option('-c, --config <file>', 'configuration file', configFile);
  const finish = (work: () => Promise<number>) => settle(terminal, work);
  const withConfig = ({ config }: Common, work: (config: Config) => Promise<number>) =>
    finish(async () => work(await loadConfig(config, { environment: process.env, networks })));

  command(root, 'init', 'Write a configuration and print what to add to Prosody or ejabberd.')
    .option('--server <domain>', 'domain of the XMPP server')
    .option('--networks <list>', 'networks to offer, by comma')
    .option('--domain <list>', 'domain of the gateway, one per network, by comma (default: NETWORK.SERVER)')
    .option('--host <host>', 'where the server accepts components (default: 127.0.0.1)')
    .option('--port <port>', 'and its port (default: 5347)')
    .option('--secret <secret>', 'secret shared with the server (default: a new one)')
    .option('--data <dir>', 'folder for data (default: ./data beside the configuration)')
    .option('--set <option...>', 'what a network must be told, such as sms.region=DE')
    .option('-y, --yes', 'ask nothing; take the defaults')
    .action((options: InitOptions) => finish(() => init(options, terminal)));
  command(root, 'check', 'Look at everything that can be wrong, and say what to do about it.')
    .option('-q, --quiet', 'print only what has failed')
    .action((options: Common & { quiet?: boolean }) => finish(() => check(options, terminal)));
  command(root, 'run', 'Run the gateway. SIGHUP reloads the configuration, SIGTERM stops.').action(
    ({ config }: Common) => finish(() => run(config)),
  );
  command(root, 'migrate', 'Bring the database to this version of the program.')
    .option('--dry-run', 'only say what would run')
    .action((options: Common & { dryRun?: boolean }) =>
      withConfig(options, (config) => migrate(config, options.dryRun === true, terminal)),
    );
  command(root, 'backup <file>', 'Copy the database to a new file; the gateway may run.')
    .option('--with-key', 'copy the key too, to FILE.key')
    .action((file: string, options: Common & { withKey?: boolean }) =>
      withConfig(options, (config) => backup(config, file, options.withKey === true, terminal)),
    );
  command(root, 'restore <file>', 'Put a backup in the place of the database; the gateway must not run.')
    .option('--with-key', 'take the key from FILE.key')
    .action((file: string, options: Common & { withKey?: boolean }) =>
      withConfig(options, (config) => restore(config, file, options.withKey === true, terminal)),
    );
  command(root, 'rotate-key', 'Encrypt stored secrets with a new key; the gateway must not run.').action(
    (options: Common) => withConfig(options, (config) => rotateKey(config, terminal)),
  );

  const users = root
    .command('users')
    .description('Look at accounts and remove them; the gateway must not run.');
  command(users, 'list', 'Registered users.').action((options: Common) =>
    withConfig(options, (config) => listUsers(config, terminal)),
  );
  command(users, 'show <jid>', 'What is stored of one user.').action((jid: string, options: Common) =>
    withConfig(options, (config) => showUser(config, jid, terminal)),
  );
  command(users, 'remove <jid>', 'Erase a user for good.')
    .option('-y, --yes', 'do not ask')
    .action((jid: string, options: Common & { yes?: boolean }) =>
      withConfig(options, (config) => removeUser(config, jid, options.yes === true, terminal)),
    );
  return root;
}

/** Errors whose message is a sentence for the operator. */
const EXPECTED = [ConfigError, UserError, StoreError, KeyError, HttpStartError];

/** Runs a command, prints what people need to know of a failure, sets the exit code. */
async function settle(terminal: Terminal, work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (error instanceof Error && EXPECTED.some((kind) => error instanceof kind))
      terminal.warn(error.message);
    else terminal.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
