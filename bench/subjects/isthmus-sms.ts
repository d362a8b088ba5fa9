import { SHARED_NUMBER } from '../stubs/numbers.js';
import { runIsthmus } from './isthmus.js';
import { type Running, SMS_DOMAIN } from './subject.js';

const UNLIMITED = 1_000_000;
/** Largest window of an SMPP carrier. */
const WINDOW = 1_000;

/** What Isthmus is started with as a gateway to the telephone network. */
export interface SmsSetting {
  /** Folder for configuration, logs and state. */
  readonly dataFolder: string;
  /** Port on 127.0.0.1 for the component connection. */
  readonly xmppPort: number;
  /** Port of the stub SMSC, plain text. */
  readonly smppPort: number;
}

/** Starts Isthmus with one SMPP carrier and one number that all users share; what protects carriers from users is off. */
export function runSmsGateway(setting: SmsSetting): Running {
  const carrier = {
    kind: 'smpp',
    host: '127.0.0.1',
    port: setting.smppPort,
    tls: false,
    systemId: 'bench',
    password: 'bench',
    limits: { window: WINDOW, queuedParts: UNLIMITED },
  };
  return runIsthmus(setting, {
    components: [
      {
        domain: SMS_DOMAIN,
        network: 'sms',
        options: {
          region: 'US',
          carriers: { main: carrier },
          numbers: [{ number: SHARED_NUMBER, carrier: 'main', shared: true }],
          segmentsPerDay: UNLIMITED,
          bulk: { newRecipients: UNLIMITED, sameTextRecipients: UNLIMITED },
        },
      },
    ],
    limits: { registrationsPerHour: UNLIMITED, messagesPerSecond: UNLIMITED, messageBurst: UNLIMITED },
    delivery: { waitingPerUser: UNLIMITED },
  });
}
