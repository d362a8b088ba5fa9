import { Command } from 'commander';
import { ConfigError } from '../config/problem.js';
import { run } from './commands/run.js';
import { processTerminal, type Terminal } from './terminal.js';
import { UserError } from './user-error.js';
import { programVersion } from './version.js';

const DEFAULT_CONFIG = 'isthmus.yaml';

/** The command line. Exit codes: 0 done, 1 not done and said why. */
export function program(terminal: Terminal = processTerminal()): Command {
  const root = new Command('isthmus')
    .description('XMPP gateway: brings other networks to the users of an XMPP server.')
    .version(programVersion());

  const withConfig = (name: string, description: string) =>
    root
      .command(name)
      .description(description)
      .option('-c, --config <file>', 'configuration file', process.env.ISTHMUS_CONFIG ?? DEFAULT_CONFIG);

  withConfig('run', 'Run the gateway.').action(({ config }: { config: string }) =>
    finish(terminal, () => run(config)),
  );
  return root;
}

/** Runs a command, prints what people need to know of a failure, sets the exit code. */
async function finish(terminal: Terminal, command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UserError) terminal.warn(error.message);
    else terminal.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
