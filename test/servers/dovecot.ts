import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { ImapFlow } from 'imapflow';
import { ARRIVAL_TIMEOUT_MS } from '../client/inbox.js';
import { createCertificate } from './certificate.js';
import { createWorkspace, Daemon, freePort, LOOPBACK, run, waitForPort } from './process.js';

/** A user of the mail server. */
export interface MailUser {
  /** Login name and mail address. */
  readonly name: string;
  readonly password: string;
  /** Access token that XOAUTH2 and OAUTHBEARER take as well. */
  readonly token?: string;
  /** Bytes that all his mail may take. */
  readonly quotaBytes?: number;
}

/** What a scenario asks of Dovecot. */
export interface DovecotOptions {
  readonly users?: readonly MailUser[];
  /** Capabilities that it speaks of after the login, instead of all that it has; must hold `IMAP4rev1`. */
  readonly capabilities?: string;
  /** Folders with their special use (RFC 6154); `Sent`, `Drafts`, `Junk` and `Trash` by default. */
  readonly folders?: readonly { readonly name: string; readonly use?: string }[];
  /** Connections that one user may have at once. */
  readonly connectionsPerUser?: number;
  /** Connections of all users together; 1,000 by default. */
  readonly connections?: number;
  /** Logs what is said, for {@link Dovecot.logs}. */
  readonly verbose?: boolean;
  /** Further lines of configuration. */
  readonly extraConfig?: string;
}

/** A Dovecot of Debian's with mailboxes of its own. */
export interface Dovecot {
  readonly host: string;
  /** Cleartext and STARTTLS. */
  readonly imapPort: number;
  /** TLS from the start. */
  readonly imapsPort: number;
  /** Takes mail by LMTP (RFC 2033), as from Postfix. */
  readonly lmtpPort: number;
  /** Certificate for `localhost` and 127.0.0.1, to be trusted. */
  readonly caPath: string;
  /** Adds a user or gives one other credentials. Resolves when they count: Dovecot looks once in a second. */
  setUser(user: MailUser): Promise<void>;
  /** Delivers a mail to the inbox by LMTP, as a mail server would; lines may end with `\n`. */
  deliver(recipient: string, mail: string, from?: string): Promise<void>;
  /** Puts a mail into any folder, as another client would by APPEND; `at` is when the server took it. */
  save(user: string, folder: string, mail: string, at?: Date): Promise<void>;
  /** Moves a mail, found by its subject, to another folder. */
  move(user: string, from: string, to: string, subject: string): Promise<void>;
  /** Flags of a mail, found by its subject. */
  flags(user: string, folder: string, subject: string): Promise<string>;
  /** Resolves when that mail is there and has a flag. */
  waitForFlag(user: string, folder: string, subject: string, flag: string): Promise<void>;
  /** Mails in a folder. */
  count(user: string, folder: string): Promise<number>;
  /** Runs `doveadm`, such as `expunge -u bob mailbox INBOX all`; resolves with what it prints. */
  doveadm(...args: readonly string[]): Promise<string>;
  /** Gives a folder another UIDVALIDITY, as a restored backup has. */
  renumber(user: string, folder: string): Promise<void>;
  /** Ends all connections of a user. */
  kick(user: string): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  logs(): string;
  /** Resolves with the first match in what it logged since it was started last, now or later. */
  waitForLog(pattern: RegExp): Promise<RegExpExecArray>;
}

const FOLDERS = [
  { name: 'Sent', use: '\\Sent' },
  { name: 'Drafts', use: '\\Drafts' },
  { name: 'Junk', use: '\\Junk' },
  { name: 'Trash', use: '\\Trash' },
];
const CONNECTIONS = 1_000;
/** Pause between two looks for a flag, in milliseconds. */
const FLAG_POLL_MS = 50;

/** Starts it in a temporary folder, without privileges. Rejects, quoting its log, when it does not start. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const workspace = createWorkspace('dovecot');
  const owner = await unprivileged();
  const [imapPort, imapsPort, lmtpPort] = [await freePort(), await freePort(), await freePort()];
  const certificate = await createCertificate(workspace);
  const users = new Map((options.users ?? []).map((user) => [user.name, user]));
  const passwords = workspace.file('passwords');
  const tokens = workspace.file('tokens');
  const own = (path: string): void => {
    if (owner.ids) chownSync(path, owner.ids.uid, owner.ids.gid);
  };
  const writeUsers = (): void => {
    const line = (user: MailUser, secret: string): string => {
      const quota = user.quotaBytes === undefined ? '' : `userdb_quota_rule=*:bytes=${user.quotaBytes}`;
      return `${user.name}:{PLAIN}${secret}::::::${quota}\n`;
    };
    const all = [...users.values()];
    writeFileSync(passwords, all.map((user) => line(user, user.password)).join(''));
    writeFileSync(tokens, all.map((user) => (user.token ? line(user, user.token) : '')).join(''));
  };
  writeUsers();
  for (const folder of ['run', 'state', 'mail']) mkdirSync(workspace.file(folder));
  const config = workspace.write(
    'dovecot.conf',
    configuration({ ...options, folder: workspace.path, owner: owner.name, imapPort, imapsPort, lmtpPort }),
  );
  for (const path of ['run', 'state', 'mail', 'passwords', 'tokens', 'dovecot.conf'].map(workspace.file))
    own(path);
  for (const path of [workspace.path, certificate.keyPath, certificate.certPath]) own(path);
  const daemon = await Daemon.start({
    name: 'dovecot',
    command: 'dovecot',
    args: ['-F', '-c', config],
    workspace,
    ...owner.ids,
    ready: (_, signal) =>
      Promise.all([imapPort, imapsPort, lmtpPort].map((port) => waitForPort(port, { signal }))),
  });
  const doveadm = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('doveadm', ['-c', config, ...args], { cwd: workspace.path, ...owner.ids });
    return stdout;
  };
  const flags = (user: string, folder: string, subject: string): Promise<string> =>
    doveadm('-f', 'flow', 'fetch', '-u', user, 'flags', 'mailbox', folder, 'subject', subject);
  const append = async (user: string, folder: string, mail: string, at: Date): Promise<void> => {
    const imap = new ImapFlow({
      host: LOOPBACK,
      port: imapPort,
      doSTARTTLS: false,
      logger: false,
      auth: { user, pass: users.get(user)?.password ?? '' },
    });
    await imap.connect();
    await imap.append(folder, mail, [], at);
    await imap.logout();
  };
  let generation = 0;
  return {
    host: LOOPBACK,
    imapPort,
    imapsPort,
    lmtpPort,
    caPath: certificate.certPath,
    async setUser(user) {
      users.set(user.name, user);
      writeUsers();
      await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)));
    },
    deliver: (recipient, mail, from = 'sender@example.test') => deliver(lmtpPort, from, recipient, mail),
    async save(user, folder, mail, at) {
      generation += 1;
      const path = workspace.write(`save-${generation}`, crlf(mail));
      own(path);
      if (at === undefined) await doveadm('save', '-u', user, '-m', folder, path);
      else await append(user, folder, crlf(mail), at);
    },
    async move(user, from, to, subject) {
      await doveadm('move', '-u', user, to, 'mailbox', from, 'subject', subject);
    },
    flags,
    async waitForFlag(user, folder, subject, flag) {
      const deadline = Date.now() + ARRIVAL_TIMEOUT_MS;
      for (let found = await flags(user, folder, subject); !found.includes(flag); ) {
        if (Date.now() > deadline) throw new Error(`${subject} in ${folder} has only ${found}`);
        await new Promise((resolve) => setTimeout(resolve, FLAG_POLL_MS));
        found = await flags(user, folder, subject);
      }
    },
    async count(user, folder) {
      const found = await doveadm('-f', 'flow', 'mailbox', 'status', '-u', user, 'messages', folder);
      return Number(/messages=(\d+)/.exec(found)?.[1]);
    },
    doveadm,
    async renumber(user, folder) {
      generation += 1;
      const validity = Math.floor(Date.now() / 1_000) + 1_000 * generation;
      await doveadm('mailbox', 'update', '-u', user, '--uid-validity', String(validity), folder);
    },
    async kick(user) {
      await doveadm('kick', user);
    },
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
    waitForLog: (pattern) => daemon.waitForLog(pattern),
  };
}

/** Root's Dovecot runs as the user that Debian made for it: mail of root's is refused. */
async function unprivileged(): Promise<{
  readonly name: string;
  readonly ids?: { readonly uid: number; readonly gid: number };
}> {
  if (process.getuid?.() !== 0) return { name: (await run('id', ['-un'])).stdout.trim() };
  const name = 'dovecot';
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, name])).stdout);
  return { name, ids: { uid: await id('-u'), gid: await id('-g') } };
}

interface Layout extends DovecotOptions {
  readonly folder: string;
  readonly owner: string;
  readonly imapPort: number;
  readonly imapsPort: number;
  readonly lmtpPort: number;
}

function configuration(layout: Layout): string {
  const { folder, owner } = layout;
  const connections = layout.connections ?? CONNECTIONS;
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = ${LOOPBACK}
default_internal_user = ${owner}
default_internal_group = ${owner}
default_login_user = ${owner}
default_process_limit = ${connections}
default_client_limit = ${connections + 100}
default_vsz_limit = 0
first_valid_uid = 1
mail_location = sdbox:${folder}/mail/%u
mail_fsync = never
# One process looks for changes at once, and speaks of them without delay.
mailbox_idle_check_interval = 1 secs
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_verbose = yes
auth_failure_delay = 0
mail_max_userip_connections = ${layout.connectionsPerUser ?? connections}
mail_plugins = quota
lmtp_save_to_detail_mailbox = no
recipient_delimiter =
${layout.verbose ? 'mail_debug = yes\nauth_debug = yes' : ''}
${layout.capabilities ? `imap_capability = ${layout.capabilities}` : ''}
passdb {
  driver = passwd-file
  mechanisms = xoauth2 oauthbearer
  args = scheme=plain username_format=%u ${folder}/tokens
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=plain username_format=%u ${folder}/passwords
}
userdb {
  driver = passwd-file
  args = username_format=%u ${folder}/passwords
  default_fields = uid=${owner} gid=${owner} home=${folder}/mail/%u
  override_fields = uid=${owner} gid=${owner} home=${folder}/mail/%u
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
}
namespace inbox {
  inbox = yes
  separator = /
${(layout.folders ?? FOLDERS).map(folderSection).join('')}
}
service anvil {
  chroot =
  client_limit = ${connections * 3}
  # After a wrong password everybody from the same address would wait.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  client_limit = ${connections * 3}
}
service auth {
  client_limit = ${connections * 3}
}
service imap-login {
  chroot =
  service_count = 0
  client_limit = ${connections * 2}
  inet_listener imap {
    port = ${layout.imapPort}
  }
  inet_listener imaps {
    port = ${layout.imapsPort}
    ssl = yes
  }
}
service imap {
  process_limit = ${connections}
}
service lmtp {
  chroot =
  inet_listener lmtp {
    address = ${LOOPBACK}
    port = ${layout.lmtpPort}
  }
}
protocol imap {
  mail_plugins = quota imap_quota
}
${layout.extraConfig ?? ''}
`;
}

function folderSection(folder: { readonly name: string; readonly use?: string }): string {
  return `  mailbox "${folder.name}" {\n    auto = create\n${folder.use ? `    special_use = ${folder.use}\n` : ''}  }\n`;
}

function crlf(mail: string): string {
  return mail.replace(/\r?\n/g, '\r\n');
}

/** One transaction of LMTP (RFC 2033); rejects with the server's own words. */
async function deliver(port: number, from: string, recipient: string, mail: string): Promise<void> {
  const socket = createConnection(port, LOOPBACK);
  socket.setEncoding('utf8');
  const data = crlf(mail).replace(/\r\n$/, '').replace(/^\./gm, '..');
  const steps = [
    'LHLO tests',
    `MAIL FROM:<${from}>`,
    `RCPT TO:<${recipient}>`,
    'DATA',
    `${data}\r\n.`,
    'QUIT',
  ];
  let text = '';
  let next = 0;
  try {
    for await (const piece of socket as AsyncIterable<string>) {
      text += piece;
      for (
        let answer = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(text);
        answer;
        answer = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(text)
      ) {
        text = text.slice(answer[0].length);
        if ((answer[1] ?? '') >= '400') throw new Error(`LMTP: ${answer[0].trim()}`);
        const step = steps[next];
        next += 1;
        if (step !== undefined) socket.write(`${step}\r\n`);
      }
    }
  } finally {
    socket.destroy();
  }
  if (next <= steps.length) throw new Error('LMTP: closed before the mail was taken');
}
