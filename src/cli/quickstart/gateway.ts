import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networks } from '../../registry.js';
import { createKeyFile } from '../../store/key.js';
import { askGateway } from '../control.js';
import { renderTemplate } from '../init/template.js';
import type { ChildSpec } from './children.js';
import { LOOPBACK } from './ports.js';
import { GATEWAY_DOMAIN, IRC_HOST, USER, XMPP_DOMAIN } from './servers.js';
import type { ShownComponent } from './shown-network.js';
import type { QuickstartState } from './state.js';

/** Pause between two looks whether the gateway is attached (ms). */
const POLL_MS = 100;

/** Writes the gateway's configuration and key; it is ready when its component is attached to the server. */
export async function prepareGateway(
  folder: string,
  state: QuickstartState,
  more: readonly ShownComponent[],
): Promise<ChildSpec> {
  const config = join(folder, 'isthmus.yaml');
  const dataFolder = join(folder, 'gateway');
  const key = join(folder, 'isthmus.key');
  if (!existsSync(key)) await createKeyFile(key);
  rmSync(config, { force: true });
  writeFileSync(config, gatewayConfig(state, more), { mode: 0o600 });
  return {
    name: 'isthmus',
    command: process.execPath,
    args: [fileURLToPath(new URL('../../main.js', import.meta.url)), 'run', '--config', config],
    async ready(signal) {
      for (;;) {
        const status = await askGateway(dataFolder);
        const domains = [GATEWAY_DOMAIN, ...more.map(({ domain }) => domain)];
        if (domains.every((domain) => status?.domains[domain] === 'online')) return;
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}

function gatewayConfig(state: QuickstartState, more: readonly ShownComponent[]): string {
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
        ...more.map(({ domain, network, options }) => ({ domain, network, options })),
      ],
      users: { admins: [`${USER}@${XMPP_DOMAIN}`] },
      data: { folder: './gateway', keyFile: './isthmus.key' },
    },
    networks,
  );
}
