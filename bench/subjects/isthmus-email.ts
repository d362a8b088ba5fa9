import { MAIL_DOMAIN, MAILBOX_DOMAIN } from '../stubs/mail-addresses.js';
import { runIsthmus } from './isthmus.js';
import { EMAIL_DOMAIN, type Running } from './subject.js';

const UNLIMITED = 1_000_000;
const UNLIMITED_BYTES = 1_000_000_000_000;

/** What Isthmus is started with as a gateway to email. */
export interface EmailSetting {
  /** Folder for configuration, logs and state. */
  readonly dataFolder: string;
  /** Port on 127.0.0.1 for the component connection. */
  readonly xmppPort: number;
  /** Where mail goes out, plain text. */
  readonly relayPort: number;
  /** Where it is to take mail, and to serve files. */
  readonly smtpPort: number;
  readonly httpPort: number;
  /** The stub's name server. */
  readonly namesPort: number;
  /** PEM private key that its mail is signed with. */
  readonly keyFile: string;
  /** Users' own mailboxes, by TLS; undefined: an address of the gateway's domain for each user instead. */
  readonly mailboxes?: { readonly port: number; readonly caFile: string };
}

/** Starts Isthmus with a mail domain, or with users' own mailboxes; what protects the world from users is off. */
export function runEmailGateway(setting: EmailSetting): Running {
  const { mailboxes, relayPort, smtpPort, httpPort, namesPort, keyFile } = setting;
  const relay = { host: '127.0.0.1', port: relayPort, security: 'none' };
  const domain = {
    name: MAIL_DOMAIN,
    listen: { port: smtpPort },
    limits: { mailsPerMinute: UNLIMITED, mailsPerMinuteToUser: UNLIMITED },
    authentication: { nameServers: [`127.0.0.1:${namesPort}`] },
    dkim: [{ selector: 'bench', keyFile }],
    relay,
  };
  const accounts = mailboxes
    ? {
        providers: {
          bench: {
            domains: [MAILBOX_DOMAIN],
            imap: { host: '127.0.0.1', port: mailboxes.port, caFile: mailboxes.caFile },
            smtp: relay,
          },
        },
      }
    : { allowed: false };
  return runIsthmus(setting, {
    components: [
      {
        domain: EMAIL_DOMAIN,
        network: 'email',
        options: {
          accounts,
          ...(mailboxes === undefined && { domain }),
          outbound: {
            mailsPerDay: UNLIMITED,
            bytesPerDay: UNLIMITED_BYTES,
            newRecipientsPerHour: UNLIMITED,
          },
          conversation: { stormMails: UNLIMITED },
        },
      },
    ],
    http: { enabled: true, port: httpPort, publicUrl: `http://127.0.0.1:${httpPort}` },
    media: { allowHosts: ['127.0.0.1'] },
    limits: { registrationsPerHour: UNLIMITED, messagesPerSecond: UNLIMITED, messageBurst: UNLIMITED },
    delivery: { waitingPerUser: UNLIMITED },
  });
}
