import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { checkComponent } from '../../../src/cli/doctor/component.js';
import { ejabberdLines, prosodyLines } from '../../../src/cli/init/server-lines.js';
import { parseConfig } from '../../../src/config/load.js';
import type { NetworkModule } from '../../../src/registry.js';
import {
  createWorkspace,
  Daemon,
  freePort,
  LOOPBACK,
  type Workspace,
  waitForPort,
} from '../../servers/process.js';

const DOMAIN = 'irc.localhost';
const toy: NetworkModule = {
  id: 'toy',
  optionsSchema: z.strictObject({}),
  create: () => {
    throw new Error('not used here');
  },
};

function configFor(port: number, secret: string) {
  const text = stringify({
    xmpp: { domain: 'localhost', host: LOOPBACK, port, secret },
    components: [{ domain: DOMAIN, network: 'toy' }],
  });
  return parseConfig(text, '/nowhere/isthmus.yaml', { environment: {}, networks: { toy } });
}

async function diagnose(port: number, secret: string) {
  const config = configFor(port, secret);
  return (await Promise.all(config.components.map((component) => checkComponent(config, component)))).flat();
}

async function startProsodyWith(workspace: Workspace, port: number, secret: string): Promise<Daemon> {
  const lines = prosodyLines({
    server: 'localhost',
    port,
    components: [{ domain: DOMAIN, name: 'IRC', secret }],
  });
  const access = /^ *http_file_share_access = .*$/m.exec(lines)?.[0] ?? '';
  const httpPort = await freePort();
  const config = workspace.write(
    'prosody.cfg.lua',
    `run_as_root = true
pidfile = "${workspace.file('prosody.pid')}"
data_path = "${workspace.file('data')}"
log = { { levels = { min = "debug" }, to = "console" } }
c2s_ports = { }
http_ports = { ${httpPort} }
https_ports = { }
modules_enabled = { "disco", "roster", "ping", "c2s", "presence", "message", "iq" }
modules_disabled = { "s2s", "tls" }
authentication = "internal_hashed"
${lines}
Component "upload.localhost" "http_file_share"
  http_host = "${LOOPBACK}"
  ${access}
`,
  );
  return Daemon.start({
    name: 'prosody',
    command: 'prosody',
    args: ['--config', config, '-F', '--root'],
    workspace,
    ready: (_, signal) => waitForPort(port, { signal }),
  });
}

/** The printed part put into a plain configuration as a person would: lists get longer, sections get more keys. */
function merged(base: unknown, added: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(added)) return [...base, ...added];
  if (typeof base !== 'object' || base === null || typeof added !== 'object' || added === null) return added;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(added))
    result[key] = key in result ? merged(result[key], value) : value;
  return result;
}

async function startEjabberdWith(workspace: Workspace, port: number, secret: string): Promise<Daemon> {
  const lines = ejabberdLines({
    server: 'localhost',
    port,
    components: [{ domain: DOMAIN, name: 'IRC', secret }],
  });
  const httpPort = await freePort();
  const base = {
    hosts: ['localhost'],
    loglevel: 'info',
    auth_method: 'internal',
    acl: { local: { user_regexp: '' } },
    access_rules: { local: { allow: 'local' } },
    listen: [
      {
        port: httpPort,
        ip: LOOPBACK,
        module: 'ejabberd_http',
        request_handlers: { '/upload': 'mod_http_upload' },
      },
    ],
    modules: {
      mod_disco: {},
      mod_roster: {},
      mod_http_upload: {
        put_url: `http://${LOOPBACK}:${httpPort}/upload`,
        docroot: workspace.file('upload'),
      },
    },
  };
  const config = workspace.write('ejabberd.yml', stringify(merged(base, parse(lines))));
  const libraries = /^ERL_LIBS='([^']+)'/m.exec(readFileSync('/usr/sbin/ejabberdctl', 'utf8'))?.[1] ?? '';
  return Daemon.start({
    name: 'ejabberd',
    command: 'erl',
    args: [
      '-noinput',
      '-boot',
      'start_sasl',
      '-mnesia',
      'dir',
      `"${workspace.file('spool')}"`,
      '-s',
      'ejabberd',
    ],
    workspace,
    env: {
      ERL_LIBS: libraries,
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: workspace.file('ejabberd.log'),
      HOME: workspace.path,
    },
    ready: (_, signal) => waitForPort(port, { signal }),
  });
}

describe.each([
  ['Prosody', startProsodyWith],
  ['ejabberd', startEjabberdWith],
])('the lines that init prints for %s', (name, start) => {
  it('B08 let the component in, list it, let it upload and grant privileges, as check sees it', async () => {
    const workspace = createWorkspace('server-lines');
    const port = await freePort();
    const secret = 'a "secret" \\ with signs';
    const server = await start(workspace, port, secret);
    try {
      const findings = await diagnose(port, secret);
      expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
      expect(findings.map(({ text }) => text).join('\n')).toMatch(/privileges granted: .*roster both/);
      const [refused] = await diagnose(port, 'wrong');
      expect(refused).toMatchObject({ level: 'fail', text: `${DOMAIN}: the server refuses the secret` });
    } finally {
      await server.stop();
    }
    const [gone] = await diagnose(port, secret);
    expect(gone, name).toMatchObject({ level: 'fail' });
    expect(gone?.text).toContain(`no connection to ${LOOPBACK}:${port}`);
  });
});
