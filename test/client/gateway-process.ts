import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { createWorkspace, Daemon, type Workspace } from '../servers/process.js';
import type { ComponentAccess } from '../servers/xmpp-server.js';

const ENTRY_POINT = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const KEY_BYTES = 32;

/** How to start the gateway. */
export interface GatewayOptions {
  /**
   * The configuration, written to YAML beside the data folder `./data` (the default of `data.folder`). Given as
   * a function when it needs the folder's path.
   */
  readonly config: GatewayConfig | ((folder: string) => GatewayConfig);
  /** Further environment variables. */
  readonly env?: NodeJS.ProcessEnv;
  /** Arguments of Node itself, such as `--expose-gc`. */
  readonly nodeArgs?: readonly string[];
  /**
   * When the process counts as started: `online` when every component has said so in the log; `running` when
   * it has written anything, for servers that refuse it.
   */
  readonly until?: 'online' | 'running';
  /** The built program; default `dist/src/main.js`, as seen from this file's source. */
  readonly entryPoint?: string;
}

/** The configuration file as an object; its schema is that of `src/config/schema.ts`. */
export interface GatewayConfig {
  readonly components: readonly { readonly domain: string; readonly [key: string]: unknown }[];
  readonly [key: string]: unknown;
}

/** The built gateway, run as an operator runs it. */
export interface GatewayProcess {
  /** Process id; undefined while it does not run. */
  readonly pid: number | undefined;
  /** Folder that holds the configuration and the data folder. */
  readonly folder: string;
  /** Absolute path of the configuration file. */
  readonly configPath: string;
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  /** Resolves when the current process has ended. */
  readonly exited: Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again after {@link stop} or {@link kill}. */
  start(): Promise<void>;
  /** Stops it if it runs and starts it on the same configuration and data. */
  restart(): Promise<void>;
  /** Sends a signal such as SIGHUP. */
  signal(signal: NodeJS.Signals): void;
  /** Writes another configuration; it counts from the next start or reload. */
  configure(config: GatewayConfig): void;
  /** Everything it wrote, over all its runs. */
  logs(): string;
  /** The JSON lines of {@link logs}. */
  entries(): readonly LogEntry[];
  /** Resolves with the first match in what the current run wrote, now or later. */
  waitForLog(pattern: RegExp): Promise<RegExpExecArray>;
}

/** One line of the gateway's log. */
export interface LogEntry {
  readonly level: number | string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** Where a gateway attaches. */
export interface AttachTo {
  readonly server: { readonly domain: string; readonly host: string; readonly componentPort: number };
  readonly components: readonly (ComponentAccess & {
    readonly network: string;
    readonly [key: string]: unknown;
  })[];
}

/** The configuration of a gateway attached to a test server, with everything else at its default. */
export function attachedConfig(
  attach: AttachTo,
  more: Readonly<Record<string, unknown>> = {},
): GatewayConfig {
  return {
    xmpp: {
      domain: attach.server.domain,
      host: attach.server.host,
      port: attach.server.componentPort,
    },
    components: attach.components,
    ...more,
  };
}

/** Starts the gateway from `dist`. Rejects, quoting its log, when it does not get online. */
export async function startGateway(options: GatewayOptions): Promise<GatewayProcess> {
  const workspace = createWorkspace('gateway');
  const config = typeof options.config === 'function' ? options.config(workspace.path) : options.config;
  const configPath = writeConfig(workspace, config);
  const dataDir = workspace.file('data');
  mkdirSync(dataDir);
  let domains = config.components.map((component) => component.domain);
  const daemon = await Daemon.start({
    name: 'gateway',
    command: process.execPath,
    args: [
      ...['--enable-source-maps', ...(options.nodeArgs ?? [])],
      ...[options.entryPoint ?? ENTRY_POINT, 'run', '--config', configPath],
    ],
    workspace,
    env: {
      NODE_ENV: 'production',
      ISTHMUS_KEY: randomBytes(KEY_BYTES).toString('base64'),
      ...options.env,
    },
    ready: (self, signal) =>
      options.until === 'running'
        ? self.waitForLog(/\S/, { signal })
        : Promise.all(domains.map((domain) => self.waitForLog(onlineLine(domain), { signal }))),
  });
  return {
    get pid() {
      return daemon.pid;
    },
    folder: workspace.path,
    configPath,
    dataDir,
    get exited() {
      return daemon.exited;
    },
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    start: () => daemon.start(),
    restart: () => daemon.restart(),
    signal: (signal) => daemon.signal(signal),
    configure(changed) {
      domains = changed.components.map((component) => component.domain);
      writeConfig(workspace, changed);
    },
    logs: () => daemon.logs(),
    entries: () => parseEntries(daemon.logs()),
    waitForLog: (pattern) => daemon.waitForLog(pattern),
  };
}

function writeConfig(workspace: Workspace, config: GatewayConfig): string {
  return workspace.write('isthmus.yaml', stringify(config));
}

/** A JSON line whose message says "online" and that names the domain, in either order. */
function onlineLine(domain: string): RegExp {
  const name = domain.replaceAll('.', '\\.');
  return new RegExp(`^(?=.*"msg":"[^"]*online)(?=.*[" ]${name}[" ,]).*$`, 'm');
}

function parseEntries(log: string): readonly LogEntry[] {
  return log.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as LogEntry];
    } catch {
      // The last line may be cut off by a SIGKILL.
      return [];
    }
  });
}
