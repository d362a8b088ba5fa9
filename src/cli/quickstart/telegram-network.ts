import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LOOPBACK } from './ports.js';
import type { ShownComponent, ShownNetwork, ShownTools } from './shown-network.js';
import { TELEGRAM_DOMAIN, tellTelegramStory } from './telegram-story.js';
import { Waiter } from './waiter.js';

/** The Telegram of this machine, as `npm run build:telegram-server` makes it. */
const PROGRAM = fileURLToPath(new URL('../../../telegram-server/stand-alone/main.js', import.meta.url));
const SERVER = 'telegram';
/** As Telegram's own. */
const KEY_BITS = 2_048;

/** Telegram, on a server of this machine with people who answer. */
export class TelegramNetwork implements ShownNetwork {
  readonly component: ShownComponent;
  readonly #keyFile: string;
  readonly #ports: readonly number[];
  /** What the server has said and nobody has waited for. */
  readonly #lines = new Waiter<string>();
  #print: ((line: string) => void) | undefined;

  constructor(private readonly tools: ShownTools) {
    const { folder, state } = tools;
    this.#keyFile = join(folder, 'telegram.key');
    this.#ports = [state.ports.telegramFirst, state.ports.telegramSecond];
    this.component = {
      ...{ domain: TELEGRAM_DOMAIN, name: 'Telegram', network: 'telegram', privileged: true, files: true },
      options: {
        // The server takes any.
        ...{ apiId: 1, apiHash: 'quickstart' },
        servers: {
          endpoints: this.#ports.map((port, index) => ({ centre: index + 1, host: LOOPBACK, port })),
          publicKey: this.#publicKey(),
        },
      },
    };
  }

  async start(): Promise<void> {
    const { transcript, children } = this.tools;
    if (!existsSync(PROGRAM))
      throw new Error('The Telegram of this machine is missing: npm run build:telegram-server');
    await transcript.step(`Telegram, a small one, ports ${this.#ports.join(' and ')}`, () =>
      children.start({
        ...{ name: SERVER, command: process.execPath, listens: true },
        args: [PROGRAM, '--ports', this.#ports.join(','), '--key', this.#keyFile],
        ...(this.#ports[1] !== undefined && { port: this.#ports[1] }),
        onLine: (line) => (this.#print ? this.#print(line) : this.#lines.push(line)),
      }),
    );
  }

  tell(): Promise<void> {
    const { transcript, state } = this.tools;
    return tellTelegramStory(transcript, state, this.#lines);
  }

  howTo(): string {
    return `Telegram, at ${TELEGRAM_DOMAIN} (you are not registered any more: do it yourself)

  in a chat       /msg ${TELEGRAM_DOMAIN} register     in profanity; or your client's form or command
  your number     +12025550100; the code is shown here, as a phone would show it
  with password   +12025550101, password “tea”
  by QR code      type here: qr and the link that you get
Accept that the gateway wants to see you online (/sub allow). Then Alice, Bob and a bot are in your contact
list and your groups are among your rooms. Write “help” to Alice: she does what the words say. What you do
is shown here as Telegram sees it; “help”, typed here, tells what else can happen.
`;
  }

  stay(print: (line: string) => void): void {
    this.#print = (line) => print(`telegram: ${line}`);
    createInterface({ input: process.stdin }).on('line', (line) => this.tools.children.say(SERVER, line));
  }

  #publicKey(): string {
    if (!existsSync(this.#keyFile)) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: KEY_BITS });
      writeFileSync(this.#keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    }
    const key = createPublicKey(readFileSync(this.#keyFile, 'utf8'));
    return String(key.export({ format: 'pem', type: 'spki' }));
  }
}
