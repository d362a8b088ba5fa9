import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createWorkspace, Daemon, run, type Workspace, waitForPort } from '../../servers/process.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const GONE_WITHIN_MS = 20_000;

/** Whether a process runs; a zombie that no parent has collected yet does not. */
function isRunning(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Compiles the module under test for a Node that knows no TypeScript; returns the path of the result. */
async function compileProcessModule(workspace: Workspace): Promise<string> {
  workspace.write(
    'tsconfig.json',
    JSON.stringify({
      extends: `${ROOT}/tsconfig.json`,
      compilerOptions: {
        noEmit: false,
        outDir: workspace.path,
        rootDir: `${ROOT}/test/servers`,
        typeRoots: [`${ROOT}/node_modules/@types`],
      },
      include: [],
      files: [`${ROOT}/test/servers/process.ts`],
    }),
  );
  await run(`${ROOT}/node_modules/.bin/tsc`, ['--project', workspace.file('tsconfig.json')]);
  return workspace.file('process.js');
}

describe('child processes', () => {
  it('quotes the log of a process that does not get ready', async () => {
    const start = Daemon.start({
      name: 'grumpy',
      command: 'sh',
      args: ['-c', 'echo no mood today; exit 3'],
      workspace: createWorkspace('grumpy'),
      ready: (daemon, signal) => daemon.waitForLog(/never said/, { signal }),
    });
    await expect(start).rejects.toThrow(/grumpy.*no mood today/s);
  });

  it('reports a missing program', async () => {
    const start = Daemon.start({
      name: 'nothing',
      command: 'isthmus-no-such-program',
      args: [],
      workspace: createWorkspace('nothing'),
      ready: (_, signal) => waitForPort(1, { signal }),
    });
    await expect(start).rejects.toThrow(/ENOENT/);
  });

  it('dies, with its descendants and its folder, when the test process is killed', async () => {
    const workspace = createWorkspace('outer');
    const script = await compileProcessModule(workspace);
    workspace.write('package.json', '{ "type": "module" }');
    workspace.write(
      'host.js',
      `import { createWorkspace, Daemon } from ${JSON.stringify(script)};
      const workspace = createWorkspace('inner');
      const daemon = await Daemon.start({
        name: 'sleeper', command: 'sh', args: ['-c', 'sleep 1000 & echo child $!; wait'], workspace,
        ready: (self, signal) => self.waitForLog(/child \\d+/, { signal }),
      });
      console.log(daemon.logs() + 'folder ' + workspace.path + ' end');
      setInterval(() => {}, 1000);`,
    );
    const host = await Daemon.start({
      name: 'host',
      command: process.execPath,
      args: [workspace.file('host.js')],
      workspace,
      ready: (self, signal) => self.waitForLog(/folder (\S+) end/, { signal }),
    });
    const [, child = ''] = await host.waitForLog(/child (\d+)/);
    const [, folder = ''] = await host.waitForLog(/folder (\S+) end/);
    expect(existsSync(folder)).toBe(true);

    await host.kill();

    await expect.poll(() => isRunning(child), { timeout: GONE_WITHIN_MS }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: GONE_WITHIN_MS }).toBe(false);
  });
});
