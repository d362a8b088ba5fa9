import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networks } from '../../registry.js';
import { createKeyFile } from '../../store/key.js';
import { askGateway } from '../control.js';
import { renderTemplate } from '../init/template.js';
import type { ChildSpec } from './children.js';
import { EMAIL_DOMAIN, MAILBOX_DOMAIN, OWN_MAIL_DOMAIN, OWN_MAILBOX } from './mail-servers.js';
import { LOOPBACK } from './ports.js';
import { GATEWAY_DOMAIN, IRC_HOST, USER, XMPP_DOMAIN } from './servers.js';
import type { QuickstartState } from './state.js';

/** Pause between two looks whether the gateway is attached (ms). */
const POLL_MS = 100;

/** Writes the gateway's configuration and key; it is ready when its component is attached to the server. */
export async function prepareGateway(
  folder: string,
  state: QuickstartState,
  withEmail: boolean,
): Promise<ChildSpec> {
  const config = join(folder, 'isthmus.yaml');
  const dataFolder = join(folder, 'gateway');
  const key = join(folder, 'isthmus.key');
  if (!existsSync(key)) await createKeyFile(key);
  rmSync(config, { force: true });
  writeFileSync(config, gatewayConfig(state, withEmail), { mode: 0o600 });
  return {
    name: 'isthmus',
    command: process.execPath,
    args: [fileURLToPath(new URL('../../main.js', import.meta.url)), 'run', '--config', config],
    async ready(signal) {
      for (;;) {
        const status = await askGateway(dataFolder);
        const states = [status?.domains[GATEWAY_DOMAIN], withEmail && status?.domains[EMAIL_DOMAIN]];
        if (states.every((one) => one === false || one === 'online')) return;
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}

function gatewayConfig(state: QuickstartState, withEmail: boolean): string {
  return renderTemplate(
    {
      xmpp: {
        domain: XMPP_DOMAIN,
        host: LOOPBACK,
        port: state.ports.xmppComponents,
        secret: state.componentSecret,
      },
      components: [
        {
          domain: GATEWAY_DOMAIN,
          network: 'irc',
          options: {
            servers: { [IRC_HOST]: { port: state.ports.irc, tls: false } },
          },
        },
        ...(withEmail ? [emailComponent(state.ports)] : []),
      ],
      users: { admins: [`${USER}@${XMPP_DOMAIN}`] },
      data: { folder: './gateway', keyFile: './isthmus.key' },
    },
    networks,
  );
}

function emailComponent(ports: QuickstartState['ports']) {
  const server = (port: number) => ({ host: LOOPBACK, port, security: 'none' });
  return {
    domain: EMAIL_DOMAIN,
    network: 'email',
    options: {
      accounts: {
        providers: {
          quickstart: {
            domains: [MAILBOX_DOMAIN],
            imap: server(ports.imap),
            smtp: server(ports.submission),
          },
        },
      },
      domain: {
        name: OWN_MAIL_DOMAIN,
        postmaster: `${OWN_MAILBOX}@${MAILBOX_DOMAIN}`,
        listen: { port: ports.gatewayMail },
        relay: server(ports.relay),
        // There are no name servers to ask about these domains.
        authentication: { check: false },
      },
    },
  };
}
