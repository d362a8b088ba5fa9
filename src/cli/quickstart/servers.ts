import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ChildSpec } from './children.js';
import { LOOPBACK } from './ports.js';
import type { QuickstartState } from './state.js';

/** Names that the quick start uses; `localhost` needs no DNS. */
export const XMPP_DOMAIN = 'localhost';
/** The gateway's component domain. */
export const GATEWAY_DOMAIN = 'irc.localhost';
/** The local part of the one account. */
export const USER = 'you';
/** How the gateway's addresses name the IRC server; listed in its configuration, since it is private. */
export const IRC_HOST = 'localhost';
/** What the server calls itself; it must hold a dot. */
const IRC_SERVER_NAME = 'irc.quickstart.test';

const MODULES =
  '"roster", "saslauth", "disco", "presence", "message", "iq", "c2s", "ping", "carbons", "mam", "pep", ' +
  '"vcard4", "vcard_legacy", "blocklist", "private", "bookmarks", "time", "version"';

/** One domain of the gateway. */
export interface ComponentEntry {
  readonly domain: string;
  /** As service discovery shows it. */
  readonly name: string;
  /** Whether the server lets it into contact lists (XEP-0356, mod_privilege). */
  readonly privileged?: boolean;
  /** Whether files go between users and it, so that the server needs a place for them (XEP-0363). */
  readonly files?: boolean;
  /** Rooms of the server's own that it joins with others, if any: their domain (XEP-0045). */
  readonly rooms?: string;
}

/** Where files are uploaded to. */
const UPLOAD_DOMAIN = `upload.${XMPP_DOMAIN}`;

/** Prosody's configuration and account. It runs as whoever started us, and listens on loopback only. */
export async function prepareProsody(
  folder: string,
  state: QuickstartState,
  components: readonly ComponentEntry[],
): Promise<ChildSpec> {
  const home = join(folder, 'prosody');
  mkdirSync(join(home, 'data'), { recursive: true, mode: 0o700 });
  mkdirSync(join(home, 'certs'), { recursive: true, mode: 0o700 });
  const config = join(home, 'prosody.cfg.lua');
  writeFileSync(config, prosodyConfig(home, state, components), { mode: 0o600 });
  const asRoot = process.getuid?.() === 0 ? ['--root'] : [];
  // Registering an account that exists sets its password again: the same one.
  await promisify(execFile)(
    'prosodyctl',
    ['--config', config, ...asRoot, 'register', USER, XMPP_DOMAIN, state.password],
    {
      cwd: home,
    },
  );
  return {
    name: 'prosody',
    command: 'prosody',
    args: ['--config', config, '-F', ...asRoot],
    port: state.ports.xmppComponents,
  };
}

function prosodyConfig(home: string, state: QuickstartState, components: readonly ComponentEntry[]): string {
  const items = components.map(({ domain, name }) => `{ ${lua(domain)}, ${lua(name)} }`);
  const privileged = components.filter((component) => component.privileged);
  const files = components.some((component) => component.files);
  const sections = components.map(
    (component) =>
      `Component ${lua(component.domain)}\n  component_secret = ${lua(state.componentSecret)}\n${
        component.privileged ? '  modules_enabled = { "privilege" }\n' : ''
      }`,
  );
  if (files) sections.push(uploadSection(state));
  sections.push(...components.flatMap(({ rooms }) => (rooms === undefined ? [] : roomsSection(rooms))));
  const modules = privileged.length > 0 ? `${MODULES}, "privilege"` : MODULES;
  return `-- Written by quickstart at every start: changes here are lost.
-- Everything listens on loopback only, so plain connections and running as whoever started it are fine.
run_as_root = true
pidfile = ${lua(join(home, 'prosody.pid'))}
data_path = ${lua(join(home, 'data'))}
certificates = ${lua(join(home, 'certs'))}
log = { { levels = { min = "info" }, to = "console" } }
interfaces = { "${LOOPBACK}" }
local_interfaces = { "${LOOPBACK}" }
c2s_ports = { ${state.ports.xmppClients} }
component_interfaces = { "${LOOPBACK}" }
component_ports = { ${state.ports.xmppComponents} }
http_ports = { ${files ? state.ports.files : ''} }
http_interfaces = { "${LOOPBACK}" }
https_ports = { }
modules_enabled = { ${modules} }
modules_disabled = { "s2s", "tls" }
authentication = "internal_hashed"
storage = "internal"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
allow_registration = false

VirtualHost ${lua(XMPP_DOMAIN)}
  disco_items = { ${items.join(', ')} }
${privileged.length > 0 ? privileges(privileged) : ''}

${sections.join('\n')}`;
}

function privileges(components: readonly ComponentEntry[]): string {
  const entries = components.map(
    ({ domain }) => `    [${lua(domain)}] = {
      roster = "both"; message = "outgoing"; presence = "managed_entity";
      iq = {
        ["http://jabber.org/protocol/pubsub"] = "both"; ["http://jabber.org/protocol/pubsub#owner"] = "set";
        ["jabber:iq:private"] = "both";
      };
    };`,
  );
  return `  privileged_entities = {\n${entries.join('\n')}\n  }`;
}

function uploadSection({ ports }: QuickstartState): string {
  return `Component ${lua(UPLOAD_DOMAIN)} "http_file_share"
  http_host = "${LOOPBACK}"
  http_external_url = "http://${LOOPBACK}:${ports.files}/"
`;
}

/** Rooms that anybody here may make by entering them; they last, so that whoever made one keeps his rights in it. */
function roomsSection(domain: string): string {
  return `Component ${lua(domain)} "muc"
  modules_enabled = { "muc_mam" }
  restrict_room_creation = false
  muc_room_locking = false
  muc_room_default_persistent = true
`;
}

/** A Lua string literal: JSON's escapes are a subset of Lua's for printable text. */
function lua(text: string): string {
  return JSON.stringify(text);
}

/** An IRC server on loopback; started as root it changes to an unprivileged user by itself. */
export function prepareNgircd(folder: string, state: QuickstartState): ChildSpec {
  const home = join(folder, 'ngircd');
  // An empty folder keeps out the snippets of an installed ngIRCd.
  mkdirSync(join(home, 'conf.d'), { recursive: true, mode: 0o700 });
  const config = join(home, 'ngircd.conf');
  writeFileSync(
    config,
    `# Written by quickstart at every start: changes here are lost.
[Global]
Name = ${IRC_SERVER_NAME}
Info = Isthmus quick start
Network = Quickstart
AdminInfo1 = Isthmus quick start
AdminInfo2 = this machine
AdminEMail = admin@example.org
Listen = ${LOOPBACK}
Ports = ${state.ports.irc}
MotdPhrase = "Hello from the quick start."
PidFile =

[Limits]
MaxConnectionsIP = 0
MaxNickLength = 30

[Options]
DNS = no
Ident = no
PAM = no
IncludeDir = ${join(home, 'conf.d')}

[Channel]
Name = #isthmus
Topic = Where XMPP and IRC meet
`,
    { mode: 0o600 },
  );
  return {
    name: 'ngircd',
    command: 'ngircd',
    args: ['--config', config, '--nodaemon'],
    port: state.ports.irc,
  };
}
