import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { escapeXml, XmppClient } from '../../client/xmpp-client.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { startProsody } from '../../servers/prosody.js';
import { type CentreOptions, SmppCentre } from '../../servers/smpp-centre/centre.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { befriend, registration, submit } from '../../support/service-talk.js';

/** The number that the gateway has for one user, one that users share, and a telephone. */
export const numbers = { own: '+12125550100', shared: '+12125550101', carol: '+12125550123' } as const;

/** A scene of users, the gateway and a telephone network. */
export interface SmsStage {
  readonly domain: string;
  readonly server: XmppServer;
  readonly gateway: GatewayProcess;
  readonly centre: SmppCentre;
  /** JID of a telephone number. */
  phone(number: string): string;
  user(name: string, resource?: string): Promise<XmppClient>;
  /** The gateway's connection to the centre; the next one after a restart. */
  bind(): Promise<CentreBind>;
}

/** What differs between scenarios. */
export interface SmsStageOptions {
  readonly xmpp?: 'prosody' | 'ejabberd';
  readonly centre?: CentreOptions;
  /** Options of the SMPP carrier. */
  readonly carrier?: Readonly<Record<string, unknown>>;
  /** Options of the SMS component. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Further sections of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const SECRET = 'stage-secret';

/** Starts everything. Whatever it started dies with the test run. */
export async function smsStage(options: SmsStageOptions = {}): Promise<SmsStage> {
  const domain = 'sms.localhost';
  const start = options.xmpp === 'ejabberd' ? startEjabberd : startProsody;
  const [server, centre] = await Promise.all([
    start({
      components: [{ domain, secret: SECRET }],
      users: ['alice', 'bob'].map((name) => ({ name, password: name })),
    }),
    SmppCentre.listen(options.centre),
  ]);
  const smpp = {
    kind: 'smpp',
    host: centre.host,
    port: centre.port,
    tls: false,
    systemId: centre.systemId,
    password: centre.password,
    reconnect: { initialMs: 50, maxMs: 500 },
    ...options.carrier,
  };
  const gateway = await startGateway({
    config: {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort, secret: SECRET },
      components: [
        {
          domain,
          network: 'sms',
          options: {
            region: 'US',
            carriers: { main: smpp },
            numbers: [{ number: numbers.own, carrier: 'main' }],
            ...options.options,
          },
        },
      ],
      log: { level: 'debug' },
      ...options.config,
    },
  });
  return {
    domain,
    server,
    gateway,
    centre,
    phone: (number) => `${number}@${domain}`,
    user: (name, resource = 'phone') => XmppClient.connect({ server, name, password: name, resource }),
    bind: () => centre.bind(),
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
export async function text(user: XmppClient, to: string, body: string): Promise<string> {
  const id = user.nextId();
  await user.send(
    `<message type='chat' to='${escapeXml(to)}' id='${id}'><body>${escapeXml(body)}</body>` +
      `<request xmlns='urn:xmpp:receipts'/></message>`,
  );
  return id;
}
