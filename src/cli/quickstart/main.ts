import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { lockFolder } from '../control.js';
import { processTerminal, type Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { programVersion } from '../version.js';
import { Children } from './children.js';
import { prepareGateway } from './gateway.js';
import { MailNetwork } from './mail-network.js';
import { LOOPBACK } from './ports.js';
import { RelayNetwork } from './relay-network.js';
import { GATEWAY_DOMAIN, IRC_HOST, prepareNgircd, prepareProsody, USER, XMPP_DOMAIN } from './servers.js';
import type { ShownNetwork, ShownTools } from './shown-network.js';
import { prepareState, type QuickstartState } from './state.js';
import { CHANNEL, ROOM, tellStory } from './story.js';
import { TelegramNetwork } from './telegram-network.js';
import { Transcript } from './transcript.js';

/** What can be shown besides IRC. */
const SHOWN: ReadonlyMap<string, (tools: ShownTools) => ShownNetwork> = new Map([
  ['email', (tools: ShownTools): ShownNetwork => new MailNetwork(tools)],
  ['telegram-test', (tools: ShownTools): ShownNetwork => new TelegramNetwork(tools)],
  ['relay', (tools: ShownTools): ShownNetwork => new RelayNetwork(tools)],
]);
const SHOWN_NAMES = new Intl.ListFormat('en').format(SHOWN.keys());

interface QuickstartOptions {
  readonly data: string;
  readonly check?: boolean;
  /** Networks besides IRC, in the order in which they are shown. */
  readonly with: readonly string[];
}

/** The second half of `./quickstart`: what is needed is installed and built, now start it and show it. */
async function quickstart(options: QuickstartOptions, terminal: Terminal): Promise<number> {
  const { data, check } = options;
  const makers = [...new Set(options.with)].map((name) => {
    const make = SHOWN.get(name);
    if (!make) throw new UserError(`--with ${name}: there is only ${SHOWN_NAMES}.`);
    return make;
  });
  if (options.with.includes('email') && process.getuid?.() !== 0)
    throw new UserError('--with email starts Postfix, which starts as root only.');
  const folder = resolve(data);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder, () => ({ pid: process.pid, version: programVersion(), domains: {} }));
  const children = new Children(folder);
  const stopped = new Promise<NodeJS.Signals>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    process.once('SIGHUP', stop);
  });
  const transcript = new Transcript(terminal);
  const shown: ShownNetwork[] = [];
  try {
    const outcome = await Promise.race([
      stopped,
      start({ folder, children, transcript, terminal, makers, shown }).then((state) => ({ state })),
    ]);
    if (typeof outcome === 'string') return 1;
    if (check === true) {
      terminal.print('\nAll of it works.');
      return 0;
    }
    printHowTo(outcome.state, terminal);
    for (const network of shown) terminal.print(network.howTo());
    terminal.print(`Data, logs, configuration: ${folder}\n`);
    for (const network of shown) network.stay?.((line) => terminal.print(line));
    const reason = await Promise.race([
      stopped.then(() => undefined),
      new Promise<string>((resolve) => children.onUnexpectedEnd(resolve)),
    ]);
    if (reason === undefined) return 0;
    terminal.warn(`\n${reason} has ended; its last words:\n${children.tail(reason)}`);
    return 1;
  } catch (error) {
    terminal.warn(`\n${error instanceof Error ? error.message : String(error)}`);
    terminal.warn(`Logs: ${folder}/logs`);
    return 1;
  } finally {
    terminal.print('Stopping what was started …');
    await children.stop();
    for (const network of shown) network.clear?.();
    await lock.release();
  }
}

/** What a start works with. */
interface Starting {
  readonly folder: string;
  readonly children: Children;
  readonly transcript: Transcript;
  readonly terminal: Terminal;
  /** Make the networks that are shown besides IRC. */
  readonly makers: readonly ((tools: ShownTools) => ShownNetwork)[];
  /** They go here as soon as they are made: they are cleared whatever happens. */
  readonly shown: ShownNetwork[];
}

async function start(starting: Starting): Promise<QuickstartState> {
  const { folder, children, transcript, terminal, makers, shown } = starting;
  await children.clearLeftovers();
  const { state, reused } = await prepareState(folder);
  const { ports } = state;
  terminal.print(
    `${reused ? 'Found' : 'Made'} ${folder}: configuration, secrets and data of this quick start`,
  );
  for (const make of makers) shown.push(make({ folder, state, children, transcript }));
  const more = shown.map(({ component }) => component);
  const components = [{ domain: GATEWAY_DOMAIN, name: 'IRC' }, ...more];
  transcript.section('Servers, on this machine alone');
  await transcript.step(`Prosody for ${XMPP_DOMAIN}, port ${ports.xmppClients}`, async () =>
    children.start(await prepareProsody(folder, state, components)),
  );
  await transcript.step(`ngIRCd as ${IRC_HOST}, port ${ports.irc}`, () =>
    children.start(prepareNgircd(folder, state)),
  );
  for (const network of shown) await network.start();
  const domains = new Intl.ListFormat('en').format(components.map(({ domain }) => domain));
  await transcript.step(`Isthmus as ${domains}, on SQLite`, async () =>
    children.start(await prepareGateway(folder, state, more)),
  );
  await tellStory(transcript, state);
  for (const network of shown) await network.tell();
  return state;
}

function printHowTo(state: QuickstartState, terminal: Terminal): void {
  const { xmppClients, irc } = state.ports;
  terminal.print(`
It works, and stays up until you press Ctrl-C.

  account    ${USER}@${XMPP_DOMAIN}
  password   ${state.password}
  server     ${LOOPBACK}, port ${xmppClients}, no encryption (this machine only)
  gateway    ${GATEWAY_DOMAIN}
  room       ${ROOM}

With profanity:
  profanity                     then, inside (it asks for the password):
  /connect ${USER}@${XMPP_DOMAIN} server ${LOOPBACK} port ${xmppClients} tls disable
  /join ${ROOM}

With Gajim or Dino: add the account, set host and port by hand, allow an unencrypted connection,
then join the room above. On IRC, any client meets you there:
  server ${LOOPBACK}, port ${irc}, no TLS, channel ${CHANNEL}
`);
}

await new Command('quickstart')
  .description('Sets everything up on this machine and shows Isthmus at work.')
  .option('--data <dir>', 'folder for everything it makes', 'data/quickstart')
  .option('--check', 'end after the transcript: exit code 0 if all of it worked, else 1')
  .option(
    '--with <network>',
    `something besides IRC, also several times: ${SHOWN_NAMES}`,
    (name: string, before: readonly string[]) => [...before, name],
    [],
  )
  .action(async (options: QuickstartOptions) => {
    const terminal = processTerminal();
    try {
      process.exitCode = await quickstart(options, terminal);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      terminal.warn(error.message);
      process.exitCode = 1;
    }
    // A client that was cut off in mid-story may still hold a socket or a timer.
    process.exit();
  })
  .parseAsync();
