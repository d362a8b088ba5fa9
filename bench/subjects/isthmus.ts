import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    writeFileSync(configuration, stringify(configurationOf(setting)));
    const program = join(process.cwd(), PROGRAM);
    const args = [program, 'run', '--config', configuration];
    const daemon = new Daemon(setting.dataFolder, process.execPath, args, { NODE_ENV: 'production' });
    return {
      pid: daemon.pid,
      archived: () => archivedIn(setting.dataFolder),
      stop: () => daemon.stop(),
    };
  },
};

function configurationOf(setting: Setting): Record<string, unknown> {
  return {
    xmpp: { server: SERVER_DOMAIN, host: '127.0.0.1', port: setting.xmppPort },
    gateways: [
      {
        network: 'irc',
        domain: GATEWAY_DOMAIN,
        secret: COMPONENT_SECRET,
        archive: setting.archive,
        floodControl: false,
        servers: { [setting.ircHost]: { port: setting.ircPort, tls: false } },
      },
    ],
    store: { type: 'sqlite', path: join(setting.dataFolder, 'isthmus.sqlite') },
    log: { level: 'warn' },
  };
}

function archivedIn(_dataFolder: string): number {
  throw new Error('reading the archive of Isthmus is not written yet');
}
