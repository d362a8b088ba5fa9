import { readFileSync } from 'node:fs';

/** The program's version as its package says. */
export function programVersion(): string {
  // Compiled files lie in dist/src/cli, sources in src/cli.
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
    } catch {
      // Not at this depth.
    }
  }
  return 'unknown';
}
