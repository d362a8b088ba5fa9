import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createWorkspace, LOOPBACK } from '../../servers/process.js';

const MAIN = fileURLToPath(new URL('../../../dist/src/cli/quickstart/main.js', import.meta.url));

/** Two demonstrations, on a machine that has other work too. */
const TIMEOUT_MS = 240_000;

function quickstart(
  data: string,
  ...more: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, '--check', '--data', data, ...more],
      { encoding: 'utf8' },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr });
      },
    );
  });
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('isthmus-quickstart-mail-'));

describe('the quick start', { timeout: TIMEOUT_MS }, () => {
  it('shows the whole way, cleans up after itself, and reuses its folder but no port that is taken', async () => {
    const workspace = createWorkspace('quickstart');
    const folder = workspace.file('data');
    const first = await quickstart(folder);
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).not.toContain('✗');
    expect(first.output).toContain('Made ');
    expect(existsSync(`${folder}/processes`)).toBe(false);
    const before = JSON.parse(readFileSync(`${folder}/quickstart.json`, 'utf8'));

    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(before.ports.irc, LOOPBACK, resolve));
    const second = await quickstart(folder);
    await new Promise((resolve) => squatter.close(resolve));
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toContain('Found ');
    const after = JSON.parse(readFileSync(`${folder}/quickstart.json`, 'utf8'));
    expect(after.password).toBe(before.password);
    expect(after.ports.irc).not.toBe(before.ports.irc);
    expect(after.ports.xmppClients).toBe(before.ports.xmppClients);
  });

  it('shows email too, on a real Postfix and Dovecot, also the second time, and leaves no mail behind', async () => {
    const folder = createWorkspace('quickstart').file('data');
    const before = leftovers();
    for (const state of ['Made ', 'Found ']) {
      const run = await quickstart(folder, '--with', 'email');
      expect(run.output).not.toContain('✗');
      expect(run).toMatchObject({ code: 0 });
      expect(run.output).toContain(state);
      for (const seen of ['From: You <you@mail.test>', 'From: You <you@xmpp.test>'])
        expect(run.output).toContain(seen);
      expect(leftovers()).toEqual(before);
    }
  });

  it('shows Telegram too, on a server of its own, also the second time', async () => {
    const folder = createWorkspace('quickstart').file('data');
    for (const state of ['Made ', 'Found ']) {
      const run = await quickstart(folder, '--with', 'telegram-test');
      expect(run.output).not.toContain('✗');
      expect(run).toMatchObject({ code: 0 });
      expect(run.output).toContain(state);
      for (const seen of ['The code for +12025550100', 'file_share', 'Hello, everybody'])
        expect(run.output).toContain(seen);
    }
  });

  it('shows a relay too, with everyone under his own name, also the second time', async () => {
    const folder = createWorkspace('quickstart').file('data');
    for (const state of ['Made ', 'Found ']) {
      const run = await quickstart(folder, '--with', 'relay');
      expect(run.output).not.toContain('✗');
      expect(run).toMatchObject({ code: 0 });
      expect(run.output).toContain(state);
      for (const seen of [
        'lobby@rooms.localhost/robin: Hello from a channel of IRC.',
        /:newcomer!\S+ PRIVMSG #lobby :Hello from a room on XMPP\./,
        /lobby@rooms\.localhost: working/,
      ])
        expect(run.output).toMatch(seen);
    }
  });

  it('knows no other network', async () => {
    const run = await quickstart(createWorkspace('quickstart').file('data'), '--with', 'pigeons');
    expect(run).toMatchObject({ code: 1 });
    expect(run.output).toContain('there is only email, telegram-test, and relay');
  });
});
