import { GatewayError } from '../../../src/gateway/error.js';
import type { DoneStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange, Command, CommandContext } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { isHost, isNickname } from '../address.js';
import { lowerAscii } from '../ids.js';
import type { IrcContext } from '../link/context.js';
import { IrcSession } from '../session.js';
import { configureServer } from './configure-server.js';

/** What users can do that has no place in XMPP itself. Sending raw lines is not among it. */
export function ircCommands(context: IrcContext): readonly Command[] {
  return [
    {
      name: 'configure-server',
      title: { key: 'irc-command-configure-server' },
      scope: 'both',
      access: 'account',
      start: async (call) =>
        withServer(context, call, (server) => configureServer(context, call.account, server)),
    },
    {
      name: 'connect-server',
      title: { key: 'irc-command-connect-server' },
      scope: 'both',
      access: 'account',
      start: async (call) => withServer(context, call, async (server) => connect(call, server)),
    },
    {
      name: 'disconnect-server',
      title: { key: 'irc-command-disconnect-server' },
      scope: 'both',
      access: 'account',
      start: async (call) => withServer(context, call, (server) => disconnect(call, server)),
    },
    {
      name: 'servers',
      title: { key: 'irc-command-servers' },
      scope: 'service',
      access: 'account',
      start: async (call) => listServers(call),
    },
    {
      name: 'whois',
      title: { key: 'irc-command-whois' },
      scope: 'both',
      access: 'account',
      start: async (call) => withServer(context, call, async (server) => askNick(context, call, server)),
    },
  ];
}

type Next = (server: string) => Promise<Step<AccountChange>>;

/** The server a command is for: the address it was sent to, the only one there is, or the user's answer. */
async function withServer(
  context: IrcContext,
  call: CommandContext,
  next: Next,
  problem?: Text,
): Promise<Step<AccountChange>> {
  const server = context.options.fixedServer ?? call.place;
  if (server !== undefined) return next(server);
  return {
    kind: 'form',
    form: {
      title: { key: 'irc-which-server' },
      fields: [{ name: 'server', type: 'text', label: { key: 'irc-field-server' }, required: true }],
    },
    ...(problem === undefined ? {} : { problem }),
    submit: async (values) => {
      const named = lowerAscii((values.server ?? '').trim());
      return isHost(named) ? next(named) : withServer(context, call, next, { key: 'irc-bad-server' });
    },
  };
}

function done(note: Text, lines?: readonly Text[]): DoneStep<AccountChange> {
  return { kind: 'done', result: {}, note, ...(lines === undefined ? {} : { lines }) };
}

function sessionOf(call: CommandContext): IrcSession {
  if (call.session instanceof IrcSession) return call.session;
  throw new GatewayError('network-unreachable', { key: 'irc-no-session' }, 'not-sent', true);
}

function connect(call: CommandContext, server: string): Step<AccountChange> {
  const link = sessionOf(call).linkTo(server);
  if (link === undefined) throw new GatewayError('limit', { key: 'irc-too-many-waiting' }, 'not-sent', true);
  link.start();
  if (link.phase === 'failed') throw link.unreachable();
  return done({ key: 'irc-connecting', args: { server } });
}

async function disconnect(call: CommandContext, server: string): Promise<Step<AccountChange>> {
  const link = sessionOf(call).existingLink(server);
  if (link === undefined) return done({ key: 'irc-not-connected', args: { server } });
  link.rooms.leaveAll();
  await link.close('');
  return done({ key: 'irc-disconnected-from', args: { server } });
}

function listServers(call: CommandContext): Step<AccountChange> {
  const lines = sessionOf(call)
    .states()
    .map(({ place, state }) => ({
      key: 'irc-server-state',
      args: { server: place ?? '', state: state.state },
    }));
  return done({ key: lines.length === 0 ? 'irc-no-servers' : 'irc-servers' }, lines);
}

function askNick(
  context: IrcContext,
  call: CommandContext,
  server: string,
  problem?: Text,
): Step<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'irc-command-whois' },
      fields: [{ name: 'nick', type: 'text', label: { key: 'irc-field-nick' }, required: true }],
    },
    ...(problem === undefined ? {} : { problem }),
    submit: async (values) => {
      const nick = lowerAscii((values.nick ?? '').trim());
      if (!isNickname(nick)) return askNick(context, call, server, { key: 'irc-bad-nick' });
      const facts = await sessionOf(call).people.describe(context.codec.contactOf(nick, server));
      const name = facts.name ?? '';
      const lines = facts.lines.map((line) => ({ key: 'irc-line', args: { text: line } }));
      return done({ key: 'irc-whois', args: { nick, name } }, lines);
    },
  };
}
