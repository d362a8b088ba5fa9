import type { ComponentConfig, Config } from '../../config/schema.js';
import { el, type XmlElement } from '../../xmpp/element.js';
import { IqRequests } from '../../xmpp/iq.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { ComponentStream } from '../../xmpp/stream/component-stream.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Longest wait for an answer of the server (ms). */
const ANSWER_TIMEOUT_MS = 10_000;

/** A stream that was let in, for asking the server what it offers. */
interface Probe {
  readonly requests: IqRequests;
  readonly privileges: readonly XmlElement[];
  close(): Promise<void>;
}

/**
 * Attaches as the component does and asks what the server grants. Only while no gateway runs: a second
 * connection for one domain is refused or shares its traffic, depending on the server.
 */
export async function checkComponent(
  config: Config,
  component: ComponentConfig,
): Promise<readonly Finding[]> {
  const { domain } = component;
  const opened = await attach(config, component);
  if ('level' in opened) return [opened];
  try {
    return [
      ok(`${domain}: the server accepts the component and its secret`),
      await checkServerDomain(config, component, opened),
      await checkListed(config, component, opened),
      await checkUpload(config, component, opened),
      checkPrivileges(component, opened.privileges),
    ];
  } finally {
    await opened.close();
  }
}

function attach(config: Config, component: ComponentConfig): Promise<Probe | Finding> {
  const { xmpp } = config;
  const stream = new ComponentStream({
    domain: component.domain,
    secret: component.secret,
    host: xmpp.host,
    port: xmpp.port,
    serverDomain: xmpp.domain,
    limits: xmpp.limits,
    times: xmpp.times,
  });
  const requests = new IqRequests((xml) => stream.send(xml), { timeoutMs: ANSWER_TIMEOUT_MS });
  const privileges: XmlElement[] = [];
  stream.on('stanza', (stanza) => {
    if (stanza.name === 'iq') requests.settle(stanza);
    if (stanza.name !== 'message' || stanza.attrs.from !== xmpp.domain) return;
    privileges.push(
      ...stanza
        .elements()
        .filter(({ name, ns }) => name === 'privilege' && ns.startsWith('urn:xmpp:privilege:')),
    );
  });
  return new Promise((resolve) => {
    let refusal: string | undefined;
    stream.once('online', () => resolve({ requests, privileges, close: () => stream.stop() }));
    stream.once('refused', ({ condition }) => {
      refusal = condition;
    });
    stream.once('retry', ({ reason }) => {
      resolve(explain(config, component, refusal, reason));
      void stream.stop();
    });
    stream.start();
  });
}

function explain(
  { xmpp }: Config,
  { domain }: ComponentConfig,
  refusal: string | undefined,
  reason: string,
): Finding {
  switch (refusal) {
    case 'not-authorized':
      return fail(
        `${domain}: the server refuses the secret`,
        'Make component_secret (Prosody) or password (ejabberd) equal to the secret in the configuration.',
      );
    case 'conflict':
      return fail(
        `${domain}: something else is attached to the server as this component`,
        'Stop the other gateway; there can be one.',
      );
    case 'host-unknown':
    case 'host-gone':
      return fail(
        `${domain}: the server does not know this component`,
        'Add the section that isthmus init printed to the server, and restart it.',
      );
    default:
      return fail(
        `${domain}: no connection to ${xmpp.host}:${xmpp.port}: ${reason}`,
        'Is the server running, and does it listen for components there? Prosody: component_ports and a Component section;\nejabberd: a listener with module ejabberd_service.',
      );
  }
}

async function checkServerDomain(
  { xmpp }: Config,
  { domain }: ComponentConfig,
  probe: Probe,
): Promise<Finding> {
  try {
    await probe.requests.request('get', domain, xmpp.domain, el('ping', NS.PING));
    return ok(`${domain}: ${xmpp.domain} answers`);
  } catch (error) {
    // Any answer proves that it is there; only silence or an unknown address does not.
    if (error instanceof StanzaError && !SILENT.has(error.condition))
      return ok(`${domain}: ${xmpp.domain} answers`);
    return fail(
      `${domain}: ${xmpp.domain} does not answer`,
      'Is xmpp.domain the domain of a host of this server?',
    );
  }
}

const SILENT: ReadonlySet<string> = new Set([
  'remote-server-timeout',
  'remote-server-not-found',
  'item-not-found',
]);

async function discoItems(from: string, of: string, probe: Probe): Promise<readonly string[]> {
  const answer = await probe.requests
    .request('get', from, of, el('query', NS.DISCO_ITEMS))
    .catch(() => undefined);
  const items = answer?.child('query', NS.DISCO_ITEMS)?.childrenNamed('item') ?? [];
  return items.flatMap(({ attrs }) => (attrs.jid === undefined ? [] : [attrs.jid]));
}

async function checkListed({ xmpp }: Config, { domain }: ComponentConfig, probe: Probe): Promise<Finding> {
  const items = await discoItems(domain, xmpp.domain, probe);
  if (items.includes(domain)) return ok(`${domain}: clients find it among the services of ${xmpp.domain}`);
  return warn(
    `${domain}: not among the services of ${xmpp.domain}, so that clients do not show it`,
    `Prosody: disco_items = { { "${domain}", "IRC" } } in the host's section; ejabberd: mod_disco, extra_domains.`,
  );
}

async function checkUpload({ xmpp }: Config, { domain }: ComponentConfig, probe: Probe): Promise<Finding> {
  for (const item of [xmpp.domain, ...(await discoItems(domain, xmpp.domain, probe))]) {
    if (item === domain) continue;
    const info = await probe.requests
      .request('get', domain, item, el('query', NS.DISCO_INFO))
      .catch(() => undefined);
    const features = info?.child('query', NS.DISCO_INFO)?.childrenNamed('feature') ?? [];
    if (!features.some(({ attrs }) => attrs.var === NS.HTTP_UPLOAD)) continue;
    return askForSlot(domain, item, probe);
  }
  return warn(
    `${domain}: ${xmpp.domain} offers no HTTP upload (XEP-0363)`,
    'Files from networks cannot be handed on. Prosody: Component "upload.…" "http_file_share"; ejabberd: mod_http_upload.',
  );
}

/** The only way to know whether a component may upload is to ask for a place; nothing is put there. */
async function askForSlot(domain: string, service: string, probe: Probe): Promise<Finding> {
  const request = el('request', NS.HTTP_UPLOAD, {
    filename: 'check.txt',
    size: 1,
    'content-type': 'text/plain',
  });
  try {
    await probe.requests.request('get', domain, service, request);
    return ok(`${domain}: may upload files to ${service}`);
  } catch (error) {
    return warn(
      `${domain}: ${service} does not let the component upload (${error instanceof StanzaError ? error.condition : 'error'})`,
      `Prosody: http_file_share_access with your host and "${domain}"; ejabberd: access of mod_http_upload.`,
    );
  }
}

function checkPrivileges({ domain }: ComponentConfig, privileges: readonly XmlElement[]): Finding {
  const granted = privileges
    .flatMap((privilege) => privilege.childrenNamed('perm'))
    .map(({ attrs }) => `${attrs.access} ${attrs.type ?? ''}`.trim());
  if (granted.length > 0)
    return ok(`${domain}: privileges granted: ${[...new Set(granted)].join(', ')} (XEP-0356)`);
  return warn(
    `${domain}: no privileges granted (XEP-0356)`,
    'IRC needs none; networks with contact lists will use them. isthmus init prints the lines.',
  );
}
