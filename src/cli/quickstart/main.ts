import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { lockFolder } from '../control.js';
import { processTerminal, type Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { programVersion } from '../version.js';
import { Children } from './children.js';
import { prepareGateway } from './gateway.js';
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
import { GATEWAY_DOMAIN, IRC_HOST, prepareNgircd, prepareProsody, USER, XMPP_DOMAIN } from './servers.js';
import { prepareState, type QuickstartState } from './state.js';
import { CHANNEL, ROOM, tellStory } from './story.js';
import { Transcript } from './transcript.js';

interface QuickstartOptions {
  readonly data: string;
  readonly check?: boolean;
  /** Networks besides IRC. */
  readonly with?: string;
}

/** The second half of `./quickstart`: what is needed is installed and built, now start it and show it. */
async function quickstart(options: QuickstartOptions, terminal: Terminal): Promise<number> {
  const { data, check } = options;
  const withEmail = options.with === 'email';
  if (options.with !== undefined && !withEmail)
    throw new UserError(`--with ${options.with}: there is only email.`);
  if (withEmail && process.getuid?.() !== 0)
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
  const clearings: (() => void)[] = [];
  const onEnd = (clear: () => void) => void clearings.push(clear);
  try {
    const outcome = await Promise.race([
      stopped,
      start({ folder, children, transcript, terminal, withEmail, onEnd }).then((state) => ({ state })),
    ]);
    if (typeof outcome === 'string') return 1;
    if (check === true) {
      terminal.print('\nAll of it works.');
      return 0;
    }
    printHowTo(outcome.state, terminal);
    if (withEmail) printMailHowTo(outcome.state, terminal);
    terminal.print(`Data, logs, configuration: ${folder}\n`);
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
    for (const clear of clearings) clear();
    await lock.release();
  }
}

/** What a start works with. */
interface Starting {
  readonly folder: string;
  readonly children: Children;
  readonly transcript: Transcript;
  readonly terminal: Terminal;
  readonly withEmail: boolean;
  /** For what has to be cleared when the servers have ended. */
  readonly onEnd: (clear: () => void) => void;
}

async function start(starting: Starting): Promise<QuickstartState> {
  const { folder, children, transcript, terminal, withEmail, onEnd } = starting;
  await children.clearLeftovers();
  const { state, reused } = await prepareState(folder);
  const { ports } = state;
  terminal.print(
    `${reused ? 'Found' : 'Made'} ${folder}: configuration, secrets and data of this quick start`,
  );
  const components = [
    { domain: GATEWAY_DOMAIN, name: 'IRC' },
    ...(withEmail ? [{ domain: EMAIL_DOMAIN, name: 'Email' }] : []),
  ];
  transcript.section('Servers, on this machine alone');
  await transcript.step(`Prosody for ${XMPP_DOMAIN}, port ${ports.xmppClients}`, async () =>
    children.start(await prepareProsody(folder, state, components)),
  );
  await transcript.step(`ngIRCd as ${IRC_HOST}, port ${ports.irc}`, () =>
    children.start(prepareNgircd(folder, state)),
  );
  if (withEmail) {
    const mail = new MailServers(state);
    onEnd(() => mail.clear());
    await transcript.step(
      `Dovecot with two mailboxes at ${MAILBOX_DOMAIN}, IMAP port ${ports.imap}`,
      async () => children.start(await mail.dovecot()),
    );
    await transcript.step(
      `Postfix for ${MAILBOX_DOMAIN} and ${OWN_MAIL_DOMAIN}, SMTP port ${ports.smtp}`,
      async () => children.start(await mail.postfix()),
    );
  }
  const domains = components.map(({ domain }) => domain).join(' and ');
  await transcript.step(`Isthmus as ${domains}, on SQLite`, async () =>
    children.start(await prepareGateway(folder, state, withEmail)),
  );
  await tellStory(transcript, state);
  if (withEmail) await tellMailStory(transcript, state);
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

function printMailHowTo({ ports, password }: QuickstartState, terminal: Terminal): void {
  terminal.print(`Email, at ${EMAIL_DOMAIN} (you are registered): add the contact

  ${FRIEND_CONTACT}

and write to it. Any mail program is the other side; all passwords are ${password}, no encryption:
  mailboxes  ${OWN_MAILBOX}@${MAILBOX_DOMAIN} (yours), ${FRIEND_MAILBOX}@${MAILBOX_DOMAIN}
  IMAP       ${LOOPBACK}, port ${ports.imap}
  SMTP       ${LOOPBACK}, port ${ports.submission}, with the mailbox's name and password
What is sent to ${GATEWAY_ADDRESS} comes to you on XMPP as well. Nothing leaves this machine.
`);
}

await new Command('quickstart')
  .description('Sets everything up on this machine and shows Isthmus at work.')
  .option('--data <dir>', 'folder for everything it makes', 'data/quickstart')
  .option('--check', 'end after the transcript: exit code 0 if all of it worked, else 1')
  .option('--with <network>', 'another network besides IRC: email')
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
