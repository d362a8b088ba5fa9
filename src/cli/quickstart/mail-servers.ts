import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ChildSpec } from './children.js';
import { LOOPBACK } from './ports.js';
import type { QuickstartState } from './state.js';

/** The email gateway's component domain. */
export const EMAIL_DOMAIN = 'email.localhost';
/** Where the two mailboxes are: a provider of mail as there are many. */
export const MAILBOX_DOMAIN = 'mail.test';
/** Mail domain of the gateway's own. */
export const OWN_MAIL_DOMAIN = 'xmpp.test';
/** Local part of the user's own mailbox. */
export const OWN_MAILBOX = 'you';
/** Local part of a friend's. */
export const FRIEND_MAILBOX = 'friend';

/** Where Debian has Postfix's daemons. */
const POSTFIX_DAEMONS = '/usr/lib/postfix/sbin';
/** Users that the packages make. */
const DOVECOT_USER = 'dovecot';
const POSTFIX_USER = 'postfix';

const run = promisify(execFile);

/** A private mail provider; its mail is gone with it. */
export class MailServers {
  /** Not in the quick start's folder, which other users, as which these servers run, cannot reach. */
  readonly #home: string;

  constructor(private readonly state: QuickstartState) {
    this.#home = mkdtempSync(join(tmpdir(), 'isthmus-quickstart-mail-'));
  }

  /** Removes what they have written; to be called when they have ended. */
  clear(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** IMAP, delivery by LMTP, and logins for Postfix. */
  async dovecot(): Promise<ChildSpec> {
    await chmod(this.#home, 0o755);
    const home = this.#folder('dovecot');
    const mail = this.#folder('dovecot', 'mail');
    await run('chown', [DOVECOT_USER, mail]);
    const config = join(home, 'dovecot.conf');
    const passwords = join(home, 'passwords');
    const users = [OWN_MAILBOX, FRIEND_MAILBOX].map(
      (name) => `${name}@${MAILBOX_DOMAIN}:{PLAIN}${this.state.password}::::::\n`,
    );
    writeFileSync(passwords, users.join(''), { mode: 0o640 });
    await run('chown', [`root:${DOVECOT_USER}`, passwords]);
    writeFileSync(config, dovecotConfig(home, this.state.ports), { mode: 0o644 });
    const { imap } = this.state.ports;
    return { name: 'dovecot', command: 'dovecot', args: ['-F', '-c', config], folder: home, port: imap };
  }

  /** Mail between the two domains, each in its way; there is no other world. */
  async postfix(): Promise<ChildSpec> {
    const home = this.#folder('postfix');
    this.#folder('postfix', 'queue');
    const config = this.#folder('postfix', 'config');
    await run('chown', [POSTFIX_USER, this.#folder('postfix', 'data')]);
    writeFileSync(join(config, 'main.cf'), postfixMain(home, this.state.ports), { mode: 0o644 });
    writeFileSync(join(config, 'master.cf'), postfixMaster(this.state.ports), { mode: 0o644 });
    // Makes the folders of the queue.
    await run('postfix', ['-c', config, 'check']);
    return {
      name: 'postfix',
      command: 'bash',
      // Its daemons open the log by name, which other users may not do with the file that it is.
      args: ['-c', `exec ${POSTFIX_DAEMONS}/master -s -c "$0" > >(exec cat) 2>&1`, config],
      environment: { MAIL_CONFIG: config },
      folder: home,
      port: this.state.ports.smtp,
    };
  }

  #folder(...path: readonly string[]): string {
    const folder = join(this.#home, ...path);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    return folder;
  }
}

function dovecotConfig(home: string, ports: QuickstartState['ports']): string {
  return `# Written by quickstart at every start: changes here are lost.
base_dir = ${home}/run
state_dir = ${home}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = ${LOOPBACK}
# This machine alone: no encryption.
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:${home}/mail/%u
mailbox_idle_check_interval = 1 secs
passdb {
  driver = passwd-file
  args = username_format=%u ${home}/passwords
}
userdb {
  driver = static
  args = uid=${DOVECOT_USER} gid=${DOVECOT_USER} home=${home}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
}
service lmtp {
  inet_listener lmtp {
    address = ${LOOPBACK}
    port = ${ports.lmtp}
  }
}
service auth {
  inet_listener {
    address = ${LOOPBACK}
    port = ${ports.mailLogins}
  }
}
`;
}

function postfixMain(home: string, ports: QuickstartState['ports']): string {
  return `# Written by quickstart at every start: changes here are lost.
compatibility_level = 3.6
queue_directory = ${home}/queue
data_directory = ${home}/data
command_directory = /usr/sbin
daemon_directory = ${POSTFIX_DAEMONS}
mail_owner = ${POSTFIX_USER}
setgid_group = postdrop
maillog_file = /dev/stdout
inet_interfaces = ${LOOPBACK}
inet_protocols = ipv4
myhostname = mx.${MAILBOX_DOMAIN}
myorigin = ${MAILBOX_DOMAIN}
mydestination =
alias_maps =
local_recipient_maps =
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
virtual_mailbox_domains = ${MAILBOX_DOMAIN}
virtual_mailbox_maps =
virtual_transport = lmtp:inet:${LOOPBACK}:${ports.lmtp}
relay_domains = ${OWN_MAIL_DOMAIN}
relay_recipient_maps =
transport_maps = inline:{ { ${OWN_MAIL_DOMAIN} = gateway:[${LOOPBACK}]:${ports.gatewayMail} } }
default_transport = error:5.1.2 the quick start is this machine only
# Asked where the mail goes, before it is taken: no backscatter.
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = reject_unverified_recipient
unverified_recipient_reject_code = 550
address_verify_map =
address_verify_poll_delay = 1s
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:${LOOPBACK}:${ports.mailLogins}
smtputf8_enable = yes
in_flow_delay = 0
`;
}

function postfixMaster(ports: QuickstartState['ports']): string {
  const login = '-o smtpd_sasl_auth_enable=yes -o smtpd_relay_restrictions=permit_sasl_authenticated,reject';
  const own = '-o smtpd_relay_restrictions=permit_mynetworks,reject';
  return `# Written by quickstart at every start: changes here are lost.
${ports.smtp} inet n - n - - smtpd
${ports.submission} inet n - n - - smtpd ${login} -o smtpd_recipient_restrictions=
${ports.relay} inet n - n - - smtpd ${own} -o smtpd_recipient_restrictions=
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
gateway unix - - n - - smtp -o smtp_send_xforward_command=yes
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`;
}
