import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createWorkspace, Daemon, freePort, LOOPBACK, waitForPort } from './process.js';

/** Its fake centre's client, from kannel-extras. */
const FAKESMSC = '/usr/lib/kannel/test/fakesmsc';

/** What a scenario asks of Kannel. */
export interface KannelSpec {
  /** `get-url` of its sms-service. */
  readonly messageUrl: string;
  /** Lines of group smsbox. */
  readonly smsbox?: string;
}

/** A text that reached the centre behind Kannel's link `CENTRE`. */
export interface CentreMessage {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly coding: string;
  /** User data header, hexadecimal; empty for a message of one part. */
  readonly header: string;
  /** Calls Kannel back: what became of it. */
  report(state: 'delivered' | 'failed' | 'rejected', words?: string): Promise<void>;
}

/** A running Kannel. */
export interface Kannel {
  readonly sendUrl: string;
  readonly username: string;
  readonly password: string;
  /** Texts at the centre behind `CENTRE`, in order of arrival. */
  readonly centre: readonly CentreMessage[];
  /** Resolves with the first `count` texts there. */
  arrived(count: number): Promise<readonly CentreMessage[]>;
  /** A phone of the fake centre (link `FAKE`) sends a text; as `data` it is binary, percent-encoded. */
  phoneSends(from: string, to: string, data: string, type?: 'text' | 'data'): Promise<void>;
  /** Resolves when the phone has been shown a text that matches. */
  phoneShows(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends the box that speaks HTTP, as a power cut would. */
  killSmsbox(): Promise<void>;
  startSmsbox(): Promise<void>;
  logs(): string;
  stop(): Promise<void>;
}

const STATES = { delivered: 1, failed: 2, rejected: 16 };

/**
 * Starts bearerbox and smsbox with two ways out: `FAKE`, Kannel's own fake centre, and `CENTRE`, an HTTP centre of this
 * process, whose reports a scenario decides on.
 */
export async function startKannel(spec: KannelSpec): Promise<Kannel> {
  const workspace = createWorkspace('kannel');
  const [adminPort, boxPort, fakePort, sendPort, reportPort] = await Promise.all(
    Array.from({ length: 5 }, () => freePort()),
  );
  const centre = await startCentre((id) =>
    bearerbox.waitForLog(new RegExp(`Adding DLR smsc=CENTRE, ts=${id}`)),
  );
  const config = workspace.write(
    'kannel.conf',
    `group = core
admin-port = ${adminPort}
admin-password = secret
smsbox-port = ${boxPort}
box-allow-ip = "${LOOPBACK}"
box-deny-ip = "*.*.*.*"
dlr-storage = internal
store-type = file
store-location = ${workspace.file('kannel.store')}

group = smsc
smsc = fake
smsc-id = FAKE
port = ${fakePort}
connect-allow-ip = ${LOOPBACK}
allowed-smsc-id = FAKE

group = smsc
smsc = http
smsc-id = CENTRE
system-type = kannel
port = ${reportPort}
connect-allow-ip = ${LOOPBACK}
send-url = "${centre.url}"
smsc-username = kannel
smsc-password = centre
dlr-url = "http://${LOOPBACK}:${reportPort}/sms?username=kannel&password=centre"
allowed-smsc-id = CENTRE

group = smsbox
bearerbox-host = ${LOOPBACK}
bearerbox-port = ${boxPort}
sendsms-port = ${sendPort}
sendsms-chars = "0123456789 +-"
${spec.smsbox ?? 'http-request-retry = 20\nhttp-queue-delay = 1\nmo-recode = true'}

group = sendsms-user
username = isthmus
password = "sesame"
concatenation = true
max-messages = 10
default-smsc = FAKE

group = sms-service
keyword = default
catch-all = true
get-url = "${spec.messageUrl}"
omit-empty = true
max-messages = 0
`,
  );
  const bearerbox = await Daemon.start({
    name: 'bearerbox',
    command: 'bearerbox',
    args: [config],
    workspace,
    ready: (daemon, signal) =>
      Promise.all([
        daemon.waitForLog(/Start-up done/, { signal }),
        ...[boxPort, reportPort].map((port) => waitForPort(Number(port), { signal })),
      ]),
  });
  const smsbox = await Daemon.start({
    name: 'smsbox',
    command: 'smsbox',
    args: [config],
    workspace,
    ready: (daemon, signal) =>
      Promise.all([
        daemon.waitForLog(/Connected to bearerbox/, { signal }),
        waitForPort(Number(sendPort), { signal }),
      ]),
  });
  let phone: Daemon | undefined;
  return {
    sendUrl: `http://${LOOPBACK}:${sendPort}/cgi-bin/sendsms`,
    username: 'isthmus',
    password: 'sesame',
    centre: centre.messages,
    arrived: (count) => centre.arrived(count),
    async phoneSends(from, to, data, type = 'text') {
      // One client at a time is served.
      await phone?.kill();
      phone = await Daemon.start({
        name: 'fakesmsc',
        command: FAKESMSC,
        args: ['-H', LOOPBACK, '-r', String(fakePort), '-m', '1', `${from} ${to} ${type} ${data}`],
        workspace,
        ready: (daemon, signal) => daemon.waitForLog(/sent message 1/, { signal }),
      });
    },
    async phoneShows(pattern) {
      if (!phone) throw new Error('no phone has been started');
      return phone.waitForLog(pattern);
    },
    killSmsbox: () => smsbox.kill(),
    startSmsbox: () => smsbox.start(),
    logs: () => `${bearerbox.logs()}\n${smsbox.logs()}`,
    async stop() {
      await Promise.all([phone?.kill(), smsbox.kill(), bearerbox.kill()]);
      await centre.stop();
    },
  };
}

/** The far end of `CENTRE`; `noted` resolves when Kannel waits for a report on that id. It takes sendsms requests as another Kannel would. */
async function startCentre(noted: (id: string) => Promise<unknown>) {
  const messages: CentreMessage[] = [];
  const waiting = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    messages.push(toMessage(request, noted));
    response.writeHead(202).end('0: Accepted for delivery');
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the centre has no port');
  return {
    url: `http://${LOOPBACK}:${address.port}/cgi-bin/sendsms`,
    messages,
    arrived: (count: number) =>
      new Promise<readonly CentreMessage[]>((resolve) => {
        const look = () => {
          if (messages.length < count) return;
          waiting.delete(look);
          resolve(messages.slice(0, count));
        };
        waiting.add(look);
        look();
      }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toMessage(request: IncomingMessage, noted: (id: string) => Promise<unknown>): CentreMessage {
  const raw = new URL(request.url ?? '/', 'http://centre').search.slice(1);
  const fields = new Map(
    raw.split('&').map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return [name, percentDecoded(value)] as const;
    }),
  );
  const text = (name: string) => fields.get(name)?.toString('utf8') ?? '';
  const body = fields.get('text') ?? Buffer.alloc(0);
  const reportUrl = text('dlr-url');
  return {
    from: text('from'),
    to: text('to'),
    text:
      text('charset') === 'UTF-16BE' ? Buffer.from(body).swap16().toString('utf16le') : body.toString('utf8'),
    coding: text('coding'),
    header: (fields.get('udh') ?? Buffer.alloc(0)).toString('hex'),
    async report(state, words = '') {
      // Kannel notes whose report it is when it has read our answer.
      await noted(new URL(reportUrl).searchParams.get('dlr-mid') ?? '');
      const url = reportUrl.replaceAll('%d', String(STATES[state])).replaceAll('%A', '');
      const answer = await fetch(`${url}&text=${encodeURIComponent(words)}`);
      const said = await answer.text();
      if (said !== 'Sent.') throw new Error(`Kannel did not take the report: ${said}`);
    },
  };
}

function percentDecoded(value: string): Buffer {
  return Buffer.from(
    value
      .replaceAll('+', ' ')
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
