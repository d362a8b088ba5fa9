import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY_POINT = `${ROOT}/dist/src/main.js`;

/**
 * Builds `dist` once before the scenarios, which run the gateway as a black box. The compiler writes its output
 * even when it finds type errors, which are the business of the type check; what is fatal here is no output.
 */
export default function setup(): void {
  rmSync(ENTRY_POINT, { force: true });
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, encoding: 'utf8' });
  if (build.status === 0) return;
  const report = `the build failed:\n${build.stdout}${build.stderr}`;
  if (!existsSync(ENTRY_POINT)) throw new Error(report);
  process.stderr.write(report);
}
