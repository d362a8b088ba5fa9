import { chmodSync, mkdirSync } from 'node:fs';
import { type Certificate, createCertificate } from './certificate.js';
import { createWorkspace, Daemon, freePort, LOOPBACK, run, waitForPort } from './process.js';

/** What a scenario asks of Postfix. */
export interface PostfixOptions {
  /** Its name in HELO, and the domain of its own notices; default `mx.example.test`. */
  readonly hostname?: string;
  /** A domain whose mail goes to an SMTP server on a loopback port, with XFORWARD: a gateway. */
  readonly gateway?: { readonly domain: string; readonly port: number };
  /** A domain whose mail is stored by LMTP on a loopback port: Dovecot. */
  readonly mailboxes?: { readonly domain: string; readonly lmtpPort: number };
  /** Loopback port where Dovecot answers for logins; offers submission. */
  readonly authPort?: number;
  /** Loopback ports of SMTP servers of other domains, which are only relayed to. */
  readonly routes?: Readonly<Record<string, number>>;
  /** Further settings of main.cf, by name. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Mail that a Postfix has not got rid of. */
export interface QueuedMail {
  readonly queue_name: 'active' | 'deferred' | 'hold' | 'incoming' | 'maildrop';
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

/** A running Postfix. */
export interface Postfix {
  readonly host: string;
  /** As a mail exchanger: takes mail for its domains only, of recipients that exist only, and XCLIENT from anybody here. */
  readonly port: number;
  /**
   * As a mail exchanger for the gateway's domain alone that queues nothing: what the gateway answers is what the client
   * is told (`smtpd_proxy_filter`).
   */
  readonly directPort: number;
  /** As a smarthost: takes mail for everywhere. */
  readonly relayPort: number;
  /** Submission with STARTTLS and with TLS, where there is somebody to ask for logins. */
  readonly submissionPort: number;
  readonly submissionsPort: number;
  readonly certificate: Certificate;
  /** Tries what waits now. */
  flush(): Promise<void>;
  queue(): Promise<readonly QueuedMail[]>;
  waitForLog(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  logs(): string;
}

/** Where Debian has the daemons. */
const DAEMONS = '/usr/lib/postfix/sbin';
/** The user of the queue, from the package. */
const OWNER = 'postfix';

/**
 * Starts a Postfix with its own configuration and queue. It must be started by root: its master runs the daemons as
 * other users. Undeliverable mail is tried again every second; domains that it does not know exist nowhere.
 */
export async function startPostfix(options: PostfixOptions = {}): Promise<Postfix> {
  if (process.getuid?.() !== 0) throw new Error('Postfix starts as root only');
  const workspace = createWorkspace('postfix');
  const port = await freePort();
  const directPort = await freePort();
  const relayPort = await freePort();
  const submissionPort = await freePort();
  const submissionsPort = await freePort();
  const certificate = await createCertificate(workspace);
  // Its daemons are other users, who have to reach the queue.
  chmodSync(workspace.path, 0o755);
  const config = workspace.file('config');
  const settings = workspace.file('data');
  for (const folder of [config, workspace.file('queue'), settings]) mkdirSync(folder, { mode: 0o755 });
  await run('chown', [OWNER, settings]);
  workspace.write('config/main.cf', mainFile(options, workspace.path, certificate));
  workspace.write(
    'config/master.cf',
    masterFile({
      ...{ port, relayPort },
      ...(options.gateway && { direct: { port: directPort, to: options.gateway.port } }),
      ...(options.authPort !== undefined && { submissionPort, submissionsPort }),
    }),
  );
  // Makes the folders of the queue.
  await run('postfix', ['-c', config, 'check']);
  const daemon = await Daemon.start({
    name: 'postfix',
    command: 'bash',
    // In the foreground, and so the leader of its process group. It opens /dev/stdout by name, which a pipe allows and
    // the socket that Node gives to its children does not.
    args: ['-c', `exec ${DAEMONS}/master -s -c "$0" > >(exec cat) 2>&1`, config],
    env: { MAIL_CONFIG: config },
    workspace,
    ready: (_daemon, signal) => Promise.all([port, relayPort].map((each) => waitForPort(each, { signal }))),
  });
  return {
    host: LOOPBACK,
    port,
    directPort,
    relayPort,
    submissionPort,
    submissionsPort,
    certificate,
    async flush() {
      await run('postqueue', ['-c', config, '-f']);
    },
    async queue() {
      const { stdout } = await run('postqueue', ['-c', config, '-j']);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    waitForLog: (pattern) => daemon.waitForLog(pattern),
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}

function mainFile(options: PostfixOptions, folder: string, certificate: Certificate): string {
  const { hostname = 'mx.example.test', gateway, mailboxes, authPort, routes = {}, config = {} } = options;
  const gateways = gateway ? [`{ ${gateway.domain} = gateway:[${LOOPBACK}]:${gateway.port} }`] : [];
  const others = Object.entries(routes).map(([domain, to]) => `{ ${domain} = smtp:[${LOOPBACK}]:${to} }`);
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    command_directory: '/usr/sbin',
    daemon_directory: DAEMONS,
    mail_owner: OWNER,
    setgid_group: 'postdrop',
    maillog_file: '/dev/stdout',
    inet_interfaces: LOOPBACK,
    inet_protocols: 'ipv4',
    myhostname: hostname,
    myorigin: hostname,
    mydestination: '',
    alias_maps: '',
    local_recipient_maps: '',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    smtpd_peername_lookup: 'no',
    transport_maps: `inline:{ ${[...gateways, ...others].join(', ') || '{ localhost = error: }'} }`,
    // There is no other world.
    default_transport: 'error:5.1.2 there is no such domain here',
    relay_domains: gateway?.domain ?? '',
    relay_recipient_maps: '',
    virtual_mailbox_domains: mailboxes?.domain ?? '',
    virtual_mailbox_maps: '',
    ...(mailboxes && { virtual_transport: `lmtp:inet:${LOOPBACK}:${mailboxes.lmtpPort}` }),
    recipient_delimiter: '+',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    // Asked of the server where the mail goes, before the mail is taken: no backscatter.
    smtpd_recipient_restrictions: 'reject_unverified_recipient',
    unverified_recipient_reject_code: '550',
    unverified_recipient_reject_reason: 'no such address',
    address_verify_poll_delay: '1s',
    address_verify_poll_count: '10',
    // What has been learnt is gone with the process, and a no soon.
    address_verify_map: '',
    address_verify_negative_refresh_time: '1s',
    address_verify_negative_expire_time: '3s',
    smtpd_authorized_xclient_hosts: LOOPBACK,
    smtpd_client_connection_count_limit: '0',
    smtpd_error_sleep_time: '0',
    smtpd_tls_cert_file: certificate.certPath,
    smtpd_tls_key_file: certificate.keyPath,
    smtpd_tls_security_level: 'may',
    ...(authPort !== undefined && {
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: `inet:${LOOPBACK}:${authPort}`,
    }),
    smtputf8_enable: 'yes',
    message_size_limit: '104857600',
    in_flow_delay: '0',
    queue_run_delay: '1s',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '1s',
    ...config,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** The services, see master(5): without chroot, so that nothing has to be copied into the queue's folder. */
function masterFile(ports: {
  readonly port: number;
  readonly direct?: { readonly port: number; readonly to: number };
  readonly relayPort: number;
  readonly submissionPort?: number;
  readonly submissionsPort?: number;
}): string {
  const own = ['smtpd_relay_restrictions=permit_mynetworks,reject', 'smtpd_recipient_restrictions='];
  const login = [
    'smtpd_sasl_auth_enable=yes',
    'smtpd_relay_restrictions=permit_sasl_authenticated,reject',
    'smtpd_recipient_restrictions=',
  ];
  const listener = (port: number | undefined, settings: readonly string[]): readonly string[] =>
    port === undefined
      ? []
      : [[`${port} inet n - n - - smtpd`, ...settings.map((one) => `-o ${one}`)].join(' ')];
  return [
    ...listener(ports.port, []),
    ...listener(ports.direct?.port, [
      `smtpd_proxy_filter=${LOOPBACK}:${ports.direct?.to}`,
      'smtpd_recipient_restrictions=',
    ]),
    ...listener(ports.relayPort, own),
    ...listener(ports.submissionPort, [...login, 'smtpd_tls_security_level=encrypt']),
    ...listener(ports.submissionsPort, [...login, 'smtpd_tls_wrappermode=yes']),
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'gateway unix - - n - - smtp -o smtp_send_xforward_command=yes',
    'relay unix - - n - - smtp',
    'lmtp unix - - n - - lmtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}
