import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY_POINT = `${ROOT}/dist/src/main.js`;
const TELEGRAM_SERVER = `${ROOT}/dist/telegram-server/stand-alone/main.js`;

/**
 * Builds `dist` once before the scenarios, which run the gateway as a black box, and the Telegram that the quick start
 * shows. The compiler writes its output even when it finds type errors, which are the business of the type check; what
 * is fatal here is no output.
 */
export default function setup(): void {
  run('build', ENTRY_POINT);
  run('build:telegram-server', TELEGRAM_SERVER);
}

function run(script: string, result: string): void {
  rmSync(result, { force: true });
  const build = spawnSync('npm', ['run', '--silent', script], { cwd: ROOT, encoding: 'utf8' });
  if (build.status === 0) return;
  const report = `${script} failed:\n${build.stdout}${build.stderr}`;
  if (!existsSync(result)) throw new Error(report);
  process.stderr.write(report);
}
