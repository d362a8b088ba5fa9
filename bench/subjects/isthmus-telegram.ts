import { runIsthmus } from './isthmus.js';
import { type Running, TELEGRAM_DOMAIN } from './subject.js';

const UNLIMITED = 1_000_000;

/** What Isthmus is started with as a gateway to Telegram. */
export interface TelegramSetting {
  /** Folder for configuration, logs and state. */
  readonly dataFolder: string;
  /** Port on 127.0.0.1 for the component connection. */
  readonly xmppPort: number;
  /** Port of the stub's data centre, and the RSA key by which it is known. */
  readonly telegramPort: number;
  readonly publicKey: string;
  /** Whether accounts may ask as fast as they can; else as fast as Telegram bears. */
  readonly unlimited: boolean;
}

/** Starts Isthmus with Telegram; what protects Telegram from users is off where that is to be measured. */
export function runTelegramGateway(setting: TelegramSetting): Running {
  const limits = { burst: UNLIMITED, perSecond: UNLIMITED };
  return runIsthmus(setting, {
    components: [
      {
        domain: TELEGRAM_DOMAIN,
        network: 'telegram',
        options: {
          ...{ apiId: 1, apiHash: 'bench' },
          servers: {
            endpoints: [{ centre: 1, host: '127.0.0.1', port: setting.telegramPort }],
            publicKey: setting.publicKey,
          },
          ...(setting.unlimited && { limits }),
        },
      },
    ],
    limits: { messagesPerSecond: UNLIMITED, messageBurst: UNLIMITED },
    delivery: { waitingPerUser: UNLIMITED },
  });
}
