import { IrcClient } from '../client/irc-client.js';
import type { InspircdServer } from './inspircd.js';
import { createWorkspace, Daemon, LOOPBACK } from './process.js';

/** Services (NickServ, ChanServ, SASL PLAIN) linked to an InspIRCd. */
export interface AthemeServices {
  /** Registers an account named like the nick, through a connection of its own. Rejects when refused. */
  registerAccount(nick: string, password: string): Promise<void>;
  /** Ends the services in an orderly way; the IRC server stays. */
  stop(): Promise<void>;
  /** Ends the services by SIGKILL. */
  kill(): Promise<void>;
  /** Stops the services if they run and links them again. */
  restart(): Promise<void>;
  /** Everything the services logged. */
  logs(): string;
}

const MODULES = [
  'protocol/inspircd',
  'backend/opensex',
  'crypto/pbkdf2v2',
  'nickserv/main',
  'nickserv/drop',
  'nickserv/ghost',
  'nickserv/group',
  'nickserv/identify',
  'nickserv/info',
  'nickserv/logout',
  'nickserv/register',
  'nickserv/return',
  'nickserv/set_core',
  'nickserv/status',
  'chanserv/main',
  'chanserv/flags',
  'chanserv/info',
  'chanserv/op',
  'chanserv/register',
  'saslserv/main',
  'saslserv/plain',
];

/** Starts atheme and resolves when it has linked. Rejects, quoting its log, when it fails to. */
export async function startAtheme(server: InspircdServer): Promise<AthemeServices> {
  const workspace = createWorkspace('atheme');
  const config = workspace.write('atheme.conf', configuration(server));
  const daemon = await Daemon.start({
    name: 'atheme',
    command: 'atheme-services',
    args: [
      ...['-n', '-c', config, '-D', workspace.path],
      ...['-l', workspace.file('atheme.log'), '-p', workspace.file('atheme.pid')],
    ],
    workspace,
    ready: (self, signal) => self.waitForLog(/finished synch?ing with uplink/i, { signal }),
  });
  return {
    registerAccount: (nick, password) => registerAccount(server, nick, password),
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}

async function registerAccount(server: InspircdServer, nick: string, password: string): Promise<void> {
  const irc = await IrcClient.connect({ server, nick });
  irc.say('NickServ', `REGISTER ${password} ${nick}@example.test`);
  const answer = await irc.waitForLine(/^:NickServ!\S+ NOTICE \S+ :/, 'the answer of NickServ');
  await irc.quit();
  if (!/is now registered/.test(answer)) throw new Error(`NickServ refused ${nick}: ${answer}`);
}

function configuration(server: InspircdServer): string {
  const { port, password, servicesName } = server.link;
  const service = (block: string, nick: string) =>
    `${block} { nick = "${nick}"; user = "${nick}"; host = "${servicesName}"; real = "${nick}"; };`;
  return `
${MODULES.map((module) => `loadmodule "modules/${module}";`).join('\n')}
serverinfo {
  name = "${servicesName}";
  desc = "test services";
  numeric = "00A";
  recontime = 1;
  netname = "TestNet";
  adminname = "test";
  adminemail = "admin@example.test";
  registeremail = "noreply@example.test";
  loglevel = { error; info; admin; network; wallops; register; };
  maxlogins = 100;
  maxusers = 0;
  mdlimit = 30;
  emaillimit = 1000;
  emailtime = 1;
  auth = none;
  casemapping = rfc1459;
};
uplink "${server.name}" {
  host = "${LOOPBACK}";
  send_password = "${password}";
  receive_password = "${password}";
  port = ${port};
};
${service('nickserv', 'NickServ')}
${service('chanserv', 'ChanServ')}
${service('saslserv', 'SaslServ')}
database { db_save_blocking; };
general { flood_msgs = 0; kline_time = 7; commit_interval = 5; };
`;
}
