import { createCertificate } from './certificate.js';
import type { IrcServer } from './irc-server.js';
import { createWorkspace, Daemon, freePort, LOOPBACK, waitForPort } from './process.js';

/** An InspIRCd, with what services need to link to it. */
export interface InspircdServer extends IrcServer {
  readonly link: {
    /** Port for other servers. */
    readonly port: number;
    /** Password both ways. */
    readonly password: string;
    /** Name under which services link. */
    readonly servicesName: string;
  };
}

/** What a scenario asks of InspIRCd. */
export interface InspircdOptions {
  /** Server name; must hold a dot. */
  readonly name?: string;
  /** Password every client must give with PASS. */
  readonly serverPassword?: string;
  /** Modules to leave out of {@link MODULES}. */
  readonly without?: readonly string[];
  /** Operator that may OPER, with all rights. */
  readonly operator?: { readonly name: string; readonly password: string };
  /** Further configuration in InspIRCd's XML-like syntax. */
  readonly extraConfig?: string;
}

const SERVICES_NAME = 'services.example.test';
const LINK_PASSWORD = 'linkage';

const MODULES = [
  'banexception',
  'botmode',
  'cap',
  'chghost',
  'customprefix',
  'deaf',
  'inviteexception',
  'ircv3',
  'ircv3_accounttag',
  'ircv3_batch',
  'ircv3_capnotify',
  'ircv3_chghost',
  'ircv3_ctctags',
  'ircv3_echomessage',
  'ircv3_invitenotify',
  'ircv3_labeledresponse',
  'ircv3_msgid',
  'ircv3_servertime',
  'monitor',
  'namesx',
  'permchannels',
  'sajoin',
  'samode',
  'sasl',
  'services_account',
  'sethost',
  'setname',
  'showwhois',
  'spanningtree',
  'ssl_gnutls',
  'sslinfo',
  'svshold',
  'uhnames',
];

/** Starts an InspIRCd 3 with plain and TLS ports and a port for services. Rejects, quoting its log, on failure. */
export async function startInspircd(options: InspircdOptions = {}): Promise<InspircdServer> {
  const workspace = createWorkspace('inspircd');
  const name = options.name ?? 'irc.example.test';
  const port = await freePort();
  const tlsPort = await freePort();
  const linkPort = await freePort();
  const certificate = await createCertificate(workspace);
  const modules = MODULES.filter((module) => !options.without?.includes(module));
  const config = workspace.write(
    'inspircd.conf',
    `
<server name="${name}" description="test server" id="001" network="TestNet">
<admin name="test" nick="test" email="admin@example.test">
<bind address="${LOOPBACK}" port="${port}" type="clients">
<bind address="${LOOPBACK}" port="${tlsPort}" type="clients" sslprofile="Clients">
<bind address="${LOOPBACK}" port="${linkPort}" type="servers">
<sslprofile name="Clients" provider="gnutls" certfile="${certificate.certPath}" keyfile="${certificate.keyPath}">
<path configdir="${workspace.path}" datadir="${workspace.path}" logdir="${workspace.path}">
<pid file="${workspace.file('inspircd.pid')}">
${modules.map((module) => `<module name="${module}">`).join('\n')}
# The ranks above and below operator that large networks have.
<customprefix name="founder" letter="q" prefix="~" rank="50000" ranktoset="50000">
<customprefix name="admin" letter="a" prefix="&amp;" rank="40000" ranktoset="50000">
<customprefix name="halfop" letter="h" prefix="%" rank="20000" ranktoset="30000">
# Nothing is throttled: commandrate is in milli-commands per second.
<connect name="all" allow="*" ${options.serverPassword ? `password="${options.serverPassword}"` : ''}
  timeout="60" pingfreq="120" resolvehostnames="no" useident="no" usednsbl="no" fakelag="no"
  threshold="100000" commandrate="100000000" recvq="10M" softsendq="50M" hardsendq="100M"
  localmax="100000" globalmax="100000" maxchans="10000" maxconnwarn="no" modes="">
<class name="All" commands="*" privs="*" usermodes="*" chanmodes="*" snomasks="*">
<type name="Admin" classes="All" maxchans="10000">
${options.operator ? `<oper name="${options.operator.name}" password="${options.operator.password}" host="*@*" type="Admin">` : ''}
<link name="${SERVICES_NAME}" ipaddr="${LOOPBACK}" port="${linkPort}" allowmask="127.0.0.0/8"
  sendpass="${LINK_PASSWORD}" recvpass="${LINK_PASSWORD}">
<uline server="${SERVICES_NAME}" silent="yes">
<sasl target="${SERVICES_NAME}" requiressl="no">
<options prefixquit="" suffixquit="" prefixpart="" suffixpart="" syntaxhints="no" announcets="no"
  defaultmodes="nt" hostintopic="no" cyclehostsfromuser="no">
<performance netbuffersize="10240" somaxconn="4096" softlimit="100000" clonesonconnect="no" quietbursts="yes">
<security hidesplits="no" hidebans="no" maxtargets="20" customversion="" operspywhois="no">
<limits maxnick="30" maxchan="64" maxtopic="307" maxkick="300" maxaway="200">
<dns server="${LOOPBACK}" timeout="1">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="inspircd.log">
${options.extraConfig ?? ''}
`,
  );
  const daemon = await Daemon.start({
    name: 'inspircd',
    command: 'inspircd',
    args: ['--nofork', '--runasroot', '--config', config],
    workspace,
    ready: (_, signal) =>
      Promise.all([port, tlsPort, linkPort].map((opened) => waitForPort(opened, { signal }))),
  });
  return {
    kind: 'inspircd',
    name,
    host: LOOPBACK,
    port,
    tlsPort,
    caPath: certificate.certPath,
    link: { port: linkPort, password: LINK_PASSWORD, servicesName: SERVICES_NAME },
    stop: () => daemon.stop(),
    kill: () => daemon.kill(),
    restart: () => daemon.restart(),
    logs: () => daemon.logs(),
  };
}
