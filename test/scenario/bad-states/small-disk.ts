import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, of a few megabytes. */
export interface SmallDisk {
  readonly path: string;
  /** Makes it read-only for everybody, root included. */
  freeze(): void;
  thaw(): void;
  remove(): void;
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Mounts a small disk; undefined where mounting is not allowed. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-disk-'));
  const path = join(folder, 'disk');
  mkdirSync(path);
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  return {
    path,
    freeze: () => {
      run('mount', '-o', 'remount,ro', path);
    },
    thaw: () => {
      run('mount', '-o', 'remount,rw', path);
    },
    remove: () => {
      run('umount', '--lazy', path);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether small disks can be had here; a scenario that needs one is skipped and says so otherwise. */
export function canMount(): boolean {
  const disk = mountSmallDisk(1);
  disk?.remove();
  return disk !== undefined;
}
