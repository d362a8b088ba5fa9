import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachedConfig, type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { runIsthmus } from './run-isthmus.js';

const DOMAIN = 'irc.localhost';
const KEY = Buffer.alloc(32, 7).toString('base64');

describe('isthmus run', () => {
  let server: XmppServer;
  let gateway: GatewayProcess;
  const config = (more: Readonly<Record<string, unknown>> = {}) =>
    attachedConfig({ server, components: [{ domain: DOMAIN, secret: 'hush', network: 'irc' }] }, more);
  beforeAll(async () => {
    server = await startProsody({ components: [{ domain: DOMAIN, secret: 'hush' }] });
    gateway = await startGateway({ config: config(), env: { ISTHMUS_KEY: KEY } });
  });
  afterAll(async () => {
    await gateway.stop();
    await server.stop();
  });

  it('is found by check, which opens no second connection', async () => {
    const { code, stdout } = await runIsthmus(['check', '--config', gateway.configPath], {
      ISTHMUS_KEY: KEY,
    });
    expect(stdout).toContain(`the gateway runs (process ${gateway.pid}`);
    expect(stdout).toContain(`${DOMAIN}: attached to the server`);
    expect(code).toBe(0);
    expect(
      (await runIsthmus(['check', '--quiet', '--config', gateway.configPath], { ISTHMUS_KEY: KEY })).stdout,
    ).toBe('');
  });

  it('keeps its data folder to itself', async () => {
    for (const command of [['run'], ['users', 'list'], ['rotate-key']]) {
      const { code, stderr } = await runIsthmus([...command, '--config', gateway.configPath], {
        ISTHMUS_KEY: KEY,
        ISTHMUS_NEW_KEY: KEY,
      });
      expect(code, stderr).toBe(1);
    }
  });

  it('takes on SIGHUP what it can and names what waits for a restart', async () => {
    gateway.configure(
      config({ users: { deny: ['eve@localhost'] }, log: { format: 'json' }, archive: { enabled: false } }),
    );
    gateway.signal('SIGHUP');
    expect((await gateway.waitForLog(/"applied":\[[^\]]*\]/))[0]).toBe('"applied":["users.deny"]');
    expect((await gateway.waitForLog(/"restart":\[[^\]]*\]/))[0]).toBe('"restart":["archive.enabled"]');
  });

  it('survives a faulty file on SIGHUP', async () => {
    gateway.configure({ ...config(), nonsense: true });
    gateway.signal('SIGHUP');
    await gateway.waitForLog(/configuration not reloaded/);
    gateway.configure(config());
    gateway.signal('SIGHUP');
    await gateway.waitForLog(/configuration reloaded.*(\n.*)*configuration reloaded/);
  });

  it('ends in order on SIGTERM, and writes no secret to its log', async () => {
    await gateway.stop();
    expect(gateway.entries().at(-1)).toMatchObject({ msg: 'stopped' });
    expect(gateway.logs()).not.toContain('hush');
    expect(gateway.logs()).not.toContain(KEY);
  });
});
