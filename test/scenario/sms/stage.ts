import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { escapeXml, XmppClient } from '../../client/xmpp-client.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { freePort, LOOPBACK } from '../../servers/process.js';
import { startProsody } from '../../servers/prosody.js';
import { type CentreOptions, SmppCentre } from '../../servers/smpp-centre/centre.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { befriend, registration, submit } from '../../support/service-talk.js';

/** The number that the gateway has for one user, one that users share, and a telephone. */
export const numbers = { own: '+12125550100', shared: '+12125550101', carol: '+12125550123' } as const;

/** The gateway's domain in every scene. */
export const DOMAIN = 'sms.localhost';

/** A scene of users and the gateway. */
export interface UsersStage {
  readonly domain: string;
  readonly server: XmppServer;
  readonly gateway: GatewayProcess;
  /** JID of a telephone number. */
  phone(number: string): string;
  user(name: string, resource?: string): Promise<XmppClient>;
}

/** The same with a telephone network. */
export interface SmsStage extends UsersStage {
  readonly centre: SmppCentre;
  /** The gateway's connection to the centre; the next one after a restart. */
  bind(): Promise<CentreBind>;
}

/** What differs between scenes. */
export interface UsersStageOptions {
  readonly xmpp?: 'prosody' | 'ejabberd';
  /** Whether the XMPP server takes uploads (XEP-0363). */
  readonly upload?: boolean;
  /** Options of the SMS component. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Further sections of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** What differs between scenes with an SMPP centre. */
export interface SmsStageOptions extends UsersStageOptions {
  readonly centre?: CentreOptions;
  /** Options of the SMPP carrier. */
  readonly carrier?: Readonly<Record<string, unknown>>;
  /** Further carriers. */
  readonly carriers?: Readonly<Record<string, unknown>>;
}

const SECRET = 'stage-secret';

/** Starts users' server and gateway. Whatever it started dies with the test run. */
export async function usersStage(options: UsersStageOptions = {}): Promise<UsersStage> {
  const start = options.xmpp === 'ejabberd' ? startEjabberd : startProsody;
  const server = await start({
    components: [{ domain: DOMAIN, secret: SECRET }],
    users: ['alice', 'bob'].map((name) => ({ name, password: name })),
    httpUpload: options.upload ?? false,
  });
  const gateway = await startGateway({
    config: {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort, secret: SECRET },
      components: [{ domain: DOMAIN, network: 'sms', options: { region: 'US', ...options.options } }],
      log: { level: 'debug' },
      ...options.config,
    },
  });
  return {
    domain: DOMAIN,
    server,
    gateway,
    phone: (number) => `${number}@${DOMAIN}`,
    user: (name, resource = 'phone') => XmppClient.connect({ server, name, password: name, resource }),
  };
}

/** The same with one SMPP carrier, `main`. */
export async function smsStage(options: SmsStageOptions = {}): Promise<SmsStage> {
  const centre = await SmppCentre.listen(options.centre);
  const stage = await usersStage({
    ...options,
    options: {
      carriers: { main: smppCarrier(centre, options.carrier), ...options.carriers },
      numbers: [{ number: numbers.own, carrier: 'main' }],
      ...options.options,
    },
  });
  return { ...stage, centre, bind: () => centre.bind() };
}

/** Options of a carrier that is this centre. */
export function smppCarrier(
  centre: SmppCentre,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    ...smppProvider(centre),
    systemId: centre.systemId,
    password: centre.password,
    ...more,
  };
}

/** The same for users with accounts of their own. */
export function smppProvider(centre: SmppCentre): Readonly<Record<string, unknown>> {
  const reconnect = { initialMs: 50, maxMs: 500 };
  return { kind: 'smpp', host: centre.host, port: centre.port, tls: false, reconnect };
}

/** The gateway's own HTTP server: its section of the configuration, and where a carrier's webhooks are then. */
export async function webhooks(): Promise<{
  readonly config: { readonly http: Readonly<Record<string, unknown>> };
  hook(path: string): string;
}> {
  const port = await freePort();
  const publicUrl = `http://${LOOPBACK}:${port}`;
  return {
    config: { http: { enabled: true, host: LOOPBACK, port, publicUrl } },
    hook: (path) => `${publicUrl}/hooks/${DOMAIN}/${path}`,
  };
}

/** Registers for a number of the gateway, and lets gateway and user see each other. */
export async function registerSms(user: XmppClient, domain: string): Promise<void> {
  const form = submit({ way: 'gateway', country: 'US' }, 'jabber:iq:register');
  const answer = await user.iq('set', domain, registration(form));
  if (answer.attrs.type !== 'result') throw new Error(`not registered: ${answer.toString()}`);
  await befriend(user, domain);
}

/** Sends a chat message that asks for a receipt (XEP-0184); resolves with its id. */
export async function text(user: XmppClient, to: string, body: string, more = ''): Promise<string> {
  const id = user.nextId();
  await user.send(
    `<message type='chat' to='${escapeXml(to)}' id='${id}'><body>${escapeXml(body)}</body>${more}` +
      `<request xmlns='urn:xmpp:receipts'/></message>`,
  );
  return id;
}

/** Resolves when the message with this id has been reported as delivered (XEP-0184). */
export async function receiptOf(user: XmppClient, from: string, id: string): Promise<void> {
  await user.waitFor(
    (stanza) =>
      stanza.attrs.from === from && stanza.getChild('received', 'urn:xmpp:receipts')?.attrs.id === id,
    `the receipt of ${id}`,
  );
}

/** Resolves with the error of the message with this id: its condition and its words. */
export async function errorOf(user: XmppClient, from: string, id: string): Promise<string> {
  const error = await user.waitFor({ name: 'message', type: 'error', from, id }, `the error of ${id}`);
  return error.getChild('error')?.toString() ?? '';
}
