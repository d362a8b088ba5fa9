import { mkdirSync } from 'node:fs';
import { createWorkspace, Daemon, freePort, LOOPBACK, run, waitForPort } from './process.js';
import type { XmppServer, XmppServerOptions } from './xmpp-server.js';

const MODULES = [
  'roster',
  'saslauth',
  'disco',
  'ping',
  'presence',
  'message',
  'iq',
  'c2s',
  'carbons',
  'mam',
  'pep',
  'vcard4',
  'vcard_legacy',
  'blocklist',
  'register_ibr',
  'private',
  'bookmarks',
  'lastactivity',
  'time',
  'version',
  'uptime',
];

interface Layout {
  readonly domain: string;
  readonly c2sPort: number;
  readonly componentPort: number;
  readonly httpPort: number;
  readonly folder: string;
}

/** Starts a Prosody of Debian's with a configuration of its own. Rejects, quoting its log, when it fails to start. */
export async function startProsody(options: XmppServerOptions = {}): Promise<XmppServer> {
  const workspace = createWorkspace('prosody');
  const layout: Layout = {
    domain: options.domain ?? 'localhost',
    c2sPort: await freePort(),
    componentPort: await freePort(),
    httpPort: await freePort(),
    folder: workspace.path,
  };
  mkdirSync(workspace.file('certs'));
  const config = workspace.write('prosody.cfg.lua', configuration(layout, options));
  const addUser = async (name: string, password: string) => {
    await run('prosodyctl', ['--config', config, '--root', 'register', name, layout.domain, password], {
      cwd: workspace.path,
    });
  };
  for (const user of options.users ?? []) await addUser(user.name, user.password);

  // Without a component nothing listens on the components' port.
  const ports = [layout.c2sPort, ...(options.components?.length ? [layout.componentPort] : [])];
  const daemon = await Daemon.start({
    name: 'prosody',
    command: 'prosody',
    args: ['--config', config, '-F', '--root'],
    workspace,
    ready: (_, signal) => Promise.all(ports.map((port) => waitForPort(port, { signal }))),
  });
  return {
    kind: 'prosody',
    domain: layout.domain,
    host: LOOPBACK,
    c2sPort: layout.c2sPort,
    componentPort: layout.componentPort,
    addUser,
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}

function configuration(layout: Layout, options: XmppServerOptions): string {
  const components = options.components ?? [];
  const privileged = options.privilegesFor ?? [];
  const modules = [...MODULES, ...(privileged.length > 0 ? ['privilege'] : [])];
  return `
-- Prosody refuses to run as root unless told that this is meant.
run_as_root = true
pidfile = ${lua(`${layout.folder}/prosody.pid`)}
data_path = ${lua(`${layout.folder}/data`)}
log = { { levels = { min = "debug" }, to = "console" } }
interfaces = { "${LOOPBACK}" }
local_interfaces = { "${LOOPBACK}" }
c2s_ports = { ${layout.c2sPort} }
component_ports = { ${layout.componentPort} }
component_interfaces = { "${LOOPBACK}" }
http_ports = { ${options.httpUpload ? layout.httpPort : ''} }
http_interfaces = { "${LOOPBACK}" }
https_ports = { }
modules_enabled = { ${modules.map(lua).join(', ')} }
modules_disabled = { "s2s", "tls" }
allow_registration = false
authentication = "internal_hashed"
storage = "internal"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
${options.extraConfig ?? ''}

VirtualHost ${lua(layout.domain)}
${privileged.length > 0 ? privileges(privileged) : ''}
${components.map((component) => componentSection(component, privileged)).join('\n')}
${options.httpUpload ? uploadSection(layout, components) : ''}
`;
}

function privileges(domains: readonly string[]): string {
  const entries = domains.map(
    (domain) => `[${lua(domain)}] = {
      roster = "both"; message = "outgoing"; presence = "managed_entity";
      iq = { ["http://jabber.org/protocol/pubsub"] = "both"; ["jabber:iq:private"] = "both" };
    }`,
  );
  return `  privileged_entities = { ${entries.join(';\n')} }`;
}

function componentSection(
  component: { readonly domain: string; readonly secret: string },
  privileged: readonly string[],
): string {
  return `
Component ${lua(component.domain)}
  component_secret = ${lua(component.secret)}
  ${privileged.includes(component.domain) ? 'modules_enabled = { "privilege" }' : ''}`;
}

function uploadSection(layout: Layout, components: readonly { readonly domain: string }[]): string {
  return `
Component ${lua(`upload.${layout.domain}`)} "http_file_share"
  http_host = "${LOOPBACK}"
  http_external_url = "http://${LOOPBACK}:${layout.httpPort}/"
  http_file_share_access = { ${[layout.domain, ...components.map(({ domain }) => domain)].map(lua).join(', ')} }`;
}

/** A Lua string literal: JSON's escapes are a subset of Lua's for printable text. */
function lua(text: string): string {
  return JSON.stringify(text);
}
