import { mkdirSync } from 'node:fs';
import { createCertificate, createDhParameters } from './certificate.js';
import type { IrcServer } from './irc-server.js';
import { createWorkspace, Daemon, freePort, LOOPBACK, waitForPort } from './process.js';

/** What a scenario asks of ngIRCd. */
export interface NgircdOptions {
  /** Server name; must hold a dot. */
  readonly name?: string;
  /** Password every client must give with PASS. */
  readonly serverPassword?: string;
  /** Channels that exist from the start, such as `#lobby`. */
  readonly channels?: readonly {
    readonly name: string;
    readonly topic?: string;
    readonly modes?: string;
    readonly key?: string;
  }[];
  /** Operator that may OPER. */
  readonly operator?: { readonly name: string; readonly password: string };
  /** Seconds of silence until the server sends a PING; 120 by default. */
  readonly pingTimeoutSeconds?: number;
  /** Longest nickname. */
  readonly maxNickLength?: number;
  /** Further lines of configuration; begin with a section header. */
  readonly extraConfig?: string;
}

const PING_TIMEOUT_SECONDS = 120;
const MAX_NICK_LENGTH = 30;

/**
 * Starts an ngIRCd with plain and TLS ports, no penalties, no look-ups and any number of connections from one
 * address. Rejects, quoting its log, when it fails to start.
 */
export async function startNgircd(options: NgircdOptions = {}): Promise<IrcServer> {
  const workspace = createWorkspace('ngircd');
  const name = options.name ?? 'irc.example.test';
  const port = await freePort();
  const tlsPort = await freePort();
  const certificate = await createCertificate(workspace);
  // An empty folder keeps out the snippets of an installed ngIRCd.
  const includes = workspace.file('conf.d');
  mkdirSync(includes);
  const parameters = await createDhParameters(workspace);
  const config = workspace.write(
    'ngircd.conf',
    `[Global]
Name = ${name}
Info = test server
Network = TestNet
AdminInfo1 = test
AdminInfo2 = test
AdminEMail = admin@example.test
Listen = ${LOOPBACK}
Ports = ${port}
MotdPhrase = "Hello."
PidFile =
${options.serverPassword ? `Password = ${options.serverPassword}` : ''}

[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = ${options.maxNickLength ?? MAX_NICK_LENGTH}
MaxPenaltyTime = 0
MaxListSize = 0
PingTimeout = ${options.pingTimeoutSeconds ?? PING_TIMEOUT_SECONDS}
PongTimeout = 20

[Options]
DNS = no
Ident = no
PAM = no
OperCanUseMode = yes
IncludeDir = ${includes}

[SSL]
CertFile = ${certificate.certPath}
KeyFile = ${certificate.keyPath}
DHFile = ${parameters}
Ports = ${tlsPort}
${(options.channels ?? []).map(channelSection).join('')}
${options.operator ? `[Operator]\nName = ${options.operator.name}\nPassword = ${options.operator.password}\n` : ''}
${options.extraConfig ?? ''}
`,
  );
  const daemon = await Daemon.start({
    name: 'ngircd',
    command: 'ngircd',
    args: ['--config', config, '--nodaemon'],
    workspace,
    ready: (_, signal) => Promise.all([waitForPort(port, { signal }), waitForPort(tlsPort, { signal })]),
  });
  return {
    kind: 'ngircd',
    name,
    host: LOOPBACK,
    port,
    tlsPort,
    caPath: certificate.certPath,
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}

function channelSection(channel: NonNullable<NgircdOptions['channels']>[number]): string {
  return `
[Channel]
Name = ${channel.name}
${channel.topic ? `Topic = ${channel.topic}` : ''}
${channel.modes ? `Modes = ${channel.modes}` : ''}
${channel.key ? `Key = ${channel.key}` : ''}
`;
}
