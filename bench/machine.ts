import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { Subject } from './subjects/subject.js';

const GIB = 1024 ** 3;

/** Lines that say what the figures were measured on. */
export function describeMachine(subjects: readonly Subject[]): readonly string[] {
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  const processor = cpus()[0]?.model ?? 'unknown processor';
  return [
    `- ${availableParallelism()} cores (${processor}), ${(totalmem() / GIB).toFixed(0)} GiB of memory`,
    `- ${system}, Linux ${release()}, Node ${process.version}`,
    ...subjects.map((subject) => {
      const probed = subject.probe();
      return `- ${subject.name}: ${'version' in probed ? probed.version : probed.missing}`;
    }),
  ];
}
