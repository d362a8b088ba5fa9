import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Children } from '../../../src/cli/quickstart/children.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-children-'));
  mkdirSync(join(folder, 'logs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the servers of the quick start', () => {
  it('start no more once they are being stopped', async () => {
    const children = new Children(folder);
    const stopping = children.stop();
    const late = { name: 'late', command: process.execPath, args: ['--version'] };
    await expect(children.start(late)).rejects.toThrow('late: not started');
    await stopping;
    expect(existsSync(children.logFile('late'))).toBe(false);
  });

  it('are heard and told, line by line, and their log has it all', async () => {
    const children = new Children(folder);
    const heard: string[] = [];
    let changed = (): void => undefined;
    const until = async (line: string): Promise<void> => {
      while (!heard.includes(line))
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
    };
    await children.start({
      ...{ name: 'parrot', command: 'bash', listens: true },
      args: ['-c', 'echo hello; while read -r line; do echo "you said $line"; done'],
      onLine: (line) => {
        heard.push(line);
        changed();
      },
    });
    await until('hello');
    children.say('parrot', 'pieces of eight');
    await until('you said pieces of eight');
    children.say('nobody', 'is there');
    await children.stop();
    expect(children.tail('parrot')).toBe('hello\nyou said pieces of eight');
  });
});
