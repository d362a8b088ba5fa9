import {
  EMAIL_DOMAIN,
  FRIEND_MAILBOX,
  MAILBOX_DOMAIN,
  MailServers,
  OWN_MAIL_DOMAIN,
  OWN_MAILBOX,
} from './mail-servers.js';
import { FRIEND_CONTACT, GATEWAY_ADDRESS, tellMailStory } from './mail-story.js';
import { LOOPBACK } from './ports.js';
import type { ShownComponent, ShownNetwork, ShownTools } from './shown-network.js';
import type { QuickstartState } from './state.js';

/** Email, on a Postfix and a Dovecot of this machine. */
export class MailNetwork implements ShownNetwork {
  readonly component: ShownComponent;
  readonly #servers: MailServers;

  constructor(private readonly tools: ShownTools) {
    this.component = emailComponent(tools.state.ports);
    this.#servers = new MailServers(tools.state);
  }

  async start(): Promise<void> {
    const { transcript, children, state } = this.tools;
    const { imap, smtp } = state.ports;
    await transcript.step(`Dovecot with two mailboxes at ${MAILBOX_DOMAIN}, IMAP port ${imap}`, async () =>
      children.start(await this.#servers.dovecot()),
    );
    await transcript.step(
      `Postfix for ${MAILBOX_DOMAIN} and ${OWN_MAIL_DOMAIN}, SMTP port ${smtp}`,
      async () => children.start(await this.#servers.postfix()),
    );
  }

  tell(): Promise<void> {
    return tellMailStory(this.tools.transcript, this.tools.state);
  }

  howTo(): string {
    const { ports, password } = this.tools.state;
    return `Email, at ${EMAIL_DOMAIN} (you are registered): add the contact

  ${FRIEND_CONTACT}

and write to it. Any mail program is the other side; all passwords are ${password}, no encryption:
  mailboxes  ${OWN_MAILBOX}@${MAILBOX_DOMAIN} (yours), ${FRIEND_MAILBOX}@${MAILBOX_DOMAIN}
  IMAP       ${LOOPBACK}, port ${ports.imap}
  SMTP       ${LOOPBACK}, port ${ports.submission}, with the mailbox's name and password
What is sent to ${GATEWAY_ADDRESS} comes to you on XMPP as well. Nothing leaves this machine.
`;
  }

  clear(): void {
    this.#servers.clear();
  }
}

function emailComponent(ports: QuickstartState['ports']): ShownComponent {
  const server = (port: number) => ({ host: LOOPBACK, port, security: 'none' });
  return {
    domain: EMAIL_DOMAIN,
    name: 'Email',
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
