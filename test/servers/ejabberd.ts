import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { createWorkspace, Daemon, freePort, LOOPBACK, waitForPort } from './process.js';
import type { XmppServer, XmppServerOptions } from './xmpp-server.js';

/** Debian's control script, the one place that says where its Erlang libraries lie. */
const CONTROL_SCRIPT = '/usr/sbin/ejabberdctl';

interface Ports {
  readonly c2s: number;
  readonly component: number;
  readonly http: number;
}

/**
 * Starts an ejabberd of Debian's with a configuration of its own. Its Erlang node has no name, so there is no
 * port mapper (epmd) and no clash with another node; accounts are made over its HTTP API. Rejects, quoting its
 * log, when it fails to start.
 */
export async function startEjabberd(options: XmppServerOptions = {}): Promise<XmppServer> {
  const workspace = createWorkspace('ejabberd');
  const domain = options.domain ?? 'localhost';
  const ports: Ports = { c2s: await freePort(), component: await freePort(), http: await freePort() };
  const config = workspace.write(
    'ejabberd.yml',
    `${stringify(configuration(domain, ports, workspace.path, options))}\n${options.extraConfig ?? ''}\n`,
  );
  const daemon = await Daemon.start({
    name: 'ejabberd',
    command: 'erl',
    args: [
      ...['-noinput', '-boot', 'start_sasl', '-mnesia', 'dir', `"${workspace.file('spool')}"`],
      ...['-s', 'ejabberd'],
    ],
    workspace,
    env: {
      ERL_LIBS: erlangLibraries(),
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: workspace.file('ejabberd.log'),
      ERL_CRASH_DUMP_BYTES: '0',
      SPOOL_DIR: workspace.file('spool'),
      LOGS_DIR: workspace.path,
      HOME: workspace.path,
    },
    ready: async (self, signal) => {
      await self.waitForLog(/ejabberd .* is started in the node/, { signal });
      await Promise.all(Object.values(ports).map((port) => waitForPort(port, { signal })));
    },
  });
  const addUser = (name: string, password: string) => register(ports.http, domain, name, password);
  for (const user of options.users ?? []) await addUser(user.name, user.password);
  return {
    kind: 'ejabberd',
    domain,
    host: LOOPBACK,
    c2sPort: ports.c2s,
    componentPort: ports.component,
    addUser,
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}

async function register(httpPort: number, host: string, user: string, password: string): Promise<void> {
  const response = await fetch(`http://${LOOPBACK}:${httpPort}/api/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, host, password }),
  });
  if (!response.ok) throw new Error(`ejabberd refused ${user}: ${await response.text()}`);
}

function erlangLibraries(): string {
  const libraries = /^ERL_LIBS='([^']+)'/m.exec(readFileSync(CONTROL_SCRIPT, 'utf8'))?.[1];
  if (!libraries) throw new Error(`${CONTROL_SCRIPT} names no ERL_LIBS`);
  return libraries;
}

function configuration(domain: string, ports: Ports, folder: string, options: XmppServerOptions) {
  const components = options.components ?? [];
  const privileged = options.privilegesFor ?? [];
  return {
    hosts: [domain],
    loglevel: 'debug',
    log_rotate_count: 0,
    auth_method: 'internal',
    auth_password_format: 'scram',
    acl: {
      loopback: { ip: ['127.0.0.0/8'] },
      local: { user_regexp: '' },
      ...(privileged.length > 0 ? { privileged: { server: privileged } } : {}),
    },
    access_rules: {
      local: { allow: 'local' },
      // A list of rules: of several conditions in one rule all must hold.
      upload: [
        ...components.map((component) => ({ allow: { server: component.domain } })),
        { allow: 'local' },
      ],
      ...(privileged.length > 0 ? { privileged: { allow: 'privileged' } } : {}),
    },
    api_permissions: { tests: { from: ['mod_http_api'], who: { ip: '127.0.0.0/8' }, what: '*' } },
    listen: [
      { port: ports.c2s, ip: LOOPBACK, module: 'ejabberd_c2s', max_stanza_size: 1_048_576 },
      {
        port: ports.component,
        ip: LOOPBACK,
        module: 'ejabberd_service',
        hosts: Object.fromEntries(components.map(({ domain, secret }) => [domain, { password: secret }])),
      },
      {
        port: ports.http,
        ip: LOOPBACK,
        module: 'ejabberd_http',
        request_handlers: {
          '/api': 'mod_http_api',
          ...(options.httpUpload ? { '/upload': 'mod_http_upload' } : {}),
        },
      },
    ],
    modules: {
      mod_admin_extra: {},
      mod_blocking: {},
      mod_caps: {},
      mod_carboncopy: {},
      mod_disco: {},
      mod_http_api: {},
      ...(options.httpUpload ? { mod_http_upload: upload(domain, ports, folder) } : {}),
      mod_last: {},
      mod_mam: { default: 'always' },
      mod_ping: {},
      mod_privacy: {},
      mod_private: {},
      ...(privileged.length > 0 ? { mod_privilege: privileges() } : {}),
      mod_pubsub: { plugins: ['flat', 'pep'] },
      mod_roster: { versioning: true },
      mod_time: {},
      mod_vcard: {},
      mod_version: {},
    },
  };
}

function upload(domain: string, ports: Ports, folder: string) {
  return {
    hosts: [`upload.${domain}`],
    put_url: `http://${LOOPBACK}:${ports.http}/upload`,
    docroot: `${folder}/upload`,
    access: 'upload',
  };
}

function privileges() {
  return {
    roster: { both: 'privileged' },
    message: { outgoing: 'privileged' },
    presence: { managed_entity: 'privileged', roster: 'privileged' },
  };
}
