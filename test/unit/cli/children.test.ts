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
});
