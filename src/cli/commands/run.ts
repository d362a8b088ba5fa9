import type { RunningGateway } from '../../compose.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { networks } from '../../registry.js';
import { lockFolder } from '../control.js';
import { createLog, type ProgramLog } from '../log.js';
import { compareConfigs } from '../reload.js';
import { programVersion } from '../version.js';

/** Runs the gateway until a signal ends it; resolves with the exit code. */
export async function run(file: string): Promise<number> {
  const config = await loadConfig(file, { environment: process.env, networks });
  const log = createLog(config.log);
  let gateway: RunningGateway | undefined;
  const lock = await lockFolder(config.data.folder, () => ({
    pid: process.pid,
    version: programVersion(),
    domains: gateway?.status() ?? {},
  }));
  try {
    // Only here is the whole gateway loaded: the other commands start faster without it.
    const { runGateway } = await import('../../compose.js');
    gateway = await runGateway(config, { log });
    log.info(
      { version: programVersion(), domains: config.components.map(({ domain }) => domain) },
      'running',
    );
    const signal = await untilStopped(gateway, config, log);
    log.info({ signal }, 'stopping');
    await gateway.stop();
    log.info({}, 'stopped');
    return 0;
  } finally {
    await lock.release();
  }
}

/** Waits for SIGTERM or SIGINT; a second one ends the process at once. SIGHUP reloads meanwhile. */
function untilStopped(gateway: RunningGateway, config: Config, log: ProgramLog): Promise<NodeJS.Signals> {
  let current = config;
  let reloading = Promise.resolve();
  const reload = () => {
    // One after the other: two hang-ups in a row must end with the newest file.
    reloading = reloading.then(async () => {
      try {
        const next = await loadConfig(config.file, { environment: process.env, networks });
        const { applied } = compareConfigs(current, next);
        // Against what was started with: a change that was not taken then still waits.
        const { restart } = compareConfigs(config, next);
        await gateway.reload(next);
        log.level = next.log.level;
        current = next;
        log.info({ applied }, 'configuration reloaded');
        if (restart.length > 0) log.warn({ restart }, 'these changes need a restart');
      } catch (error) {
        log.error(
          { reason: error instanceof Error ? error.message : String(error) },
          'configuration not reloaded; the old one stays',
        );
      }
    });
  };
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(1);
      stopping = true;
      process.off('SIGHUP', reload);
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', reload);
  });
}
