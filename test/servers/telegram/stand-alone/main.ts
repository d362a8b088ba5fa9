import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { TelegramServer } from '../telegram-server.js';
import { ServerKey } from '../wire/server-key.js';
import { BOT_TOKEN, GARDEN_LINK, makeCast } from './cast.js';
import { drawMedia } from './media.js';
import { Orders } from './orders.js';
import { Panel } from './panel.js';
import { HUMAN, Troupe } from './troupe.js';

const USAGE = `Usage: telegram-server [--ports 4430,4431] [--key FILE]

A Telegram for this machine alone, with a few people who answer: docs in test/servers/telegram/README.md.

  --ports LIST  a port for each data centre (default 4430,4431)
  --key FILE    the server's private RSA key in PEM; made where there is none. Without this: another each time
`;
const DEFAULT_PORTS = '4430,4431';
/** Milliseconds after which nothing keeps a number from being sent codes again. */
const CODES_MS = 300_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ports: { type: 'string', default: DEFAULT_PORTS },
      key: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const ports = values.ports.split(',').map(Number);
  if (!ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
    throw new Error(`--ports ${values.ports}: not a list of ports`);
  const server = await TelegramServer.start({
    ports,
    ...(values.key !== undefined && { key: keyOf(values.key) }),
  });
  const media = await drawMedia();
  const cast = await makeCast(server, media);
  const panel = new Panel(server, process.stdout, process.stdout.isTTY === true);
  const troupe = new Troupe(server, cast, media, HUMAN, (error) => {
    panel.print(`An answer failed: ${error instanceof Error ? error.stack : String(error)}`);
  });
  troupe.keepTime();
  const forgetting = setInterval(() => server.codes.clear(), CODES_MS);
  const orders = new Orders(server, cast);
  panel.print(introduction(server));
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    const answer = orders.take(line);
    if (answer !== undefined) panel.print(answer);
    else panel.refresh();
  });
  const end = async (): Promise<void> => {
    clearInterval(forgetting);
    troupe.stop();
    input.close();
    process.stdin.destroy();
    await server.close();
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

function keyOf(file: string): ServerKey {
  if (existsSync(file)) return ServerKey.from(readFileSync(file, 'utf8'));
  const key = ServerKey.generate();
  writeFileSync(file, key.privatePem, { mode: 0o600 });
  return key;
}

function introduction(server: TelegramServer): string {
  const endpoints = server.endpoints.map(
    ({ centre, host, port }) => `  data centre ${centre}  ${host}:${port}`,
  );
  return `A Telegram for this machine alone. Any API id and hash are good.

${endpoints.join('\n')}
  fingerprint    ${BigInt.asUintN(64, server.key.fingerprint).toString(16)}

${server.key.pem}
Accounts   +12025550100  Robin, by code alone
           +12025550101  Sam, by code and the password “tea”
           +12025550102  banned; +12025550199 is nobody's
           ${BOT_TOKEN}     token of a bot
People     @alice says again what she is told, @bobby sends things, @tea_bot has buttons,
           @carol is nobody's contact. The word “help” to any of them tells what they do
Places     Tea round (group), Engine room (supergroup with 300 members), Library (forum),
           Every minute (channel); to be joined: @open_house and https://t.me/+${GARDEN_LINK}

Type “help” for what can be done here; Ctrl-C ends it.
`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
