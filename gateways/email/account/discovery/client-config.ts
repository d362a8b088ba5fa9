import { SaxesParser } from 'saxes';
import type { MailServer } from '../../mail/server-options.js';

/** Servers as Thunderbird's configuration files tell them (draft-bucksch-autoconfig). */
export interface ClientConfig {
  readonly imap: MailServer;
  readonly smtp: MailServer;
  /** Login name, placeholders filled in. */
  readonly user: string;
}

/** Elements within one another. */
const MAX_DEPTH = 16;
/** Servers of each kind that are looked at. */
const MAX_SERVERS = 10;
/** Characters of one value. */
const MAX_VALUE = 256;

const HOST = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: keeping them out is the purpose
const USER = /^[^\s\u0000-\u001f\u007f]{1,256}$/;

const SECURITY: Readonly<Record<string, MailServer['security']>> = { SSL: 'tls', STARTTLS: 'starttls' };

/** One server of the file, each value its text; the first counts. */
type Entry = Map<string, string>;

/**
 * Reads such a file; undefined for whatever is none, or names no server that may be spoken to encrypted. Never throws:
 * anybody may have written it.
 */
export function readClientConfig(xml: string, address: string): ClientConfig | undefined {
  const entries = entriesOf(xml);
  if (entries === undefined) return undefined;
  const fill = placeholders(address);
  const [imap] = entries.incoming.flatMap((entry) => serverOf(entry, fill));
  const [smtp] = entries.outgoing.flatMap((entry) => serverOf(entry, fill));
  if (!imap || !smtp) return undefined;
  return { imap: imap.server, smtp: smtp.server, user: imap.user };
}

/** Placeholders of the format; others make a value useless. */
function placeholders(address: string): (value: string) => string {
  const at = address.lastIndexOf('@');
  const known: Readonly<Record<string, string>> = {
    EMAILADDRESS: address,
    EMAILLOCALPART: address.slice(0, at),
    EMAILDOMAIN: address.slice(at + 1),
  };
  return (value) => value.replace(/%([A-Z]+)%/g, (whole, name: string) => known[name] ?? whole);
}

function serverOf(
  entry: Entry,
  fill: (value: string) => string,
): { readonly server: MailServer; readonly user: string }[] {
  const host = fill(entry.get('hostname') ?? '').toLowerCase();
  const port = Number(entry.get('port'));
  const security = SECURITY[entry.get('socketType') ?? ''];
  const user = fill(entry.get('username') ?? '%EMAILADDRESS%');
  const whole = Number.isInteger(port) && port > 0 && port < 65_536;
  if (!HOST.test(host) || !whole || security === undefined || !USER.test(user) || user.includes('%'))
    return [];
  return [{ server: { host, port, security }, user }];
}

function entriesOf(xml: string): { readonly incoming: Entry[]; readonly outgoing: Entry[] } | undefined {
  const incoming: Entry[] = [];
  const outgoing: Entry[] = [];
  const path: string[] = [];
  let entry: Entry | undefined;
  let value = '';
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  parser.ENTITIES = Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" });
  const refuse = (): never => {
    throw new Error('not a configuration file');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    if (path.length > MAX_DEPTH || (path.length === 1 && name !== 'clientConfig')) refuse();
    value = '';
    if (path.length !== 3 || path[1] !== 'emailProvider') return;
    const list =
      name === 'incomingServer' && attributes.type === 'imap'
        ? incoming
        : name === 'outgoingServer' && attributes.type === 'smtp'
          ? outgoing
          : undefined;
    if (list === undefined || list.length >= MAX_SERVERS) return;
    entry = new Map();
    list.push(entry);
  });
  const text = (piece: string): void => {
    if (value.length <= MAX_VALUE) value += piece;
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', ({ name }) => {
    if (path.length === 4 && entry && !entry.has(name) && value.length <= MAX_VALUE)
      entry.set(name, value.trim());
    path.pop();
    if (path.length < 3) entry = undefined;
  });
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return { incoming, outgoing };
}
