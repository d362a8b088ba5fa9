import { GatewayError } from '../../../src/gateway/error.js';
import type { Field, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { serverTarget } from '../account/server-target.js';
import {
  type SecretKind,
  type ServerSettings,
  secretKey,
  serverSettingsOf,
  withServer,
} from '../account/settings.js';
import { isNickname } from '../address.js';
import type { IrcContext } from '../link/context.js';
import { isUsableEncoding } from '../wire/encoding.js';

const maxCommands = 20;
const maxCommandLength = 400;
const secretFields: Readonly<Record<string, SecretKind>> = {
  password: 'sasl',
  'server-password': 'server',
  'nickserv-password': 'nickserv',
};

/** The settings of one server, as a dialogue. */
export async function configureServer(
  context: IrcContext,
  account: AccountView | undefined,
  server: string,
  values?: FormValues,
  problem?: Text,
): Promise<Step<AccountChange>> {
  const known = serverSettingsOf(account, server);
  return {
    kind: 'form',
    form: {
      title: { key: 'irc-configure-title', args: { server } },
      instructions: { key: 'irc-configure-instructions' },
      fields: fieldsFor(context, known, server, values),
    },
    ...(problem === undefined ? {} : { problem }),
    submit: async (submitted) => {
      const changed = read(known, submitted);
      if ('problem' in changed) return configureServer(context, account, server, submitted, changed.problem);
      try {
        serverTarget(context.options, account, server, changed.settings);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return configureServer(context, account, server, submitted, error.text);
      }
      return {
        kind: 'done',
        note: { key: 'irc-configured', args: { server } },
        result: {
          settings: withServer(account, server, changed.settings),
          secrets: secretsAfter(account, server, submitted),
        },
      };
    },
  };
}

function fieldsFor(
  context: IrcContext,
  known: ServerSettings,
  server: string,
  values: FormValues | undefined,
): readonly Field[] {
  const field = (name: string, type: Field['type'], value?: string): Field => {
    const shown = type === 'secret' ? undefined : (values?.[name] ?? value);
    return {
      name,
      type,
      label: { key: `irc-field-${name}` },
      ...(shown === undefined ? {} : { value: shown }),
    };
  };
  const flag = (value: boolean): string => (value ? '1' : '0');
  // Where the operator has said how a server is reached, users have no say.
  const reach =
    context.options.servers[server] === undefined
      ? [
          field('port', 'text', known.port?.toString()),
          field('tls', 'boolean', flag(known.tls ?? true)),
          field('verify', 'boolean', flag(known.verify ?? true)),
        ]
      : [];
  return [
    field('nick', 'text', known.nick),
    field('username', 'text', known.username),
    field('realname', 'text', known.realname),
    ...reach,
    field('encoding', 'text', known.encoding),
    field('outgoing-encoding', 'text', known.outgoingEncoding),
    field('account', 'text', known.account),
    field('password', 'secret'),
    field('server-password', 'secret'),
    field('nickserv-password', 'secret'),
    field('forget-passwords', 'boolean', '0'),
    field('commands', 'multiline', known.commands?.join('\n')),
    field('lines-per-second', 'text', known.linesPerSecond?.toString()),
    field('burst', 'text', known.burst?.toString()),
    field('connect', 'boolean', flag(known.connect ?? false)),
  ];
}

function read(
  known: ServerSettings,
  values: FormValues,
): { readonly settings: ServerSettings } | { readonly problem: Text } {
  const text = (name: string, before: string | undefined): string => oneLine(values[name] ?? before ?? '');
  const flag = (name: string, before: boolean): boolean =>
    values[name] === undefined ? before : values[name] === '1';
  const nick = text('nick', known.nick);
  if (nick !== '' && !isNickname(nick)) return { problem: { key: 'irc-bad-nick' } };
  const encoding = text('encoding', known.encoding);
  const outgoing = text('outgoing-encoding', known.outgoingEncoding);
  for (const name of [encoding, outgoing])
    if (name !== '' && !isUsableEncoding(name)) return { problem: { key: 'irc-bad-encoding' } };
  const port = number(text('port', known.port?.toString()), 1, 65535);
  const rate = number(text('lines-per-second', known.linesPerSecond?.toString()), 0.1, 100);
  const burst = number(text('burst', known.burst?.toString()), 1, 100);
  if (port === null || rate === null || burst === null) return { problem: { key: 'irc-bad-number' } };
  const commands = (values.commands ?? known.commands?.join('\n') ?? '')
    .split(/[\r\n]+/)
    .map(oneLine)
    .filter((line) => line !== '');
  if (commands.length > maxCommands || commands.some((line) => line.length > maxCommandLength))
    return { problem: { key: 'irc-bad-commands', args: { limit: maxCommands } } };
  const given = (name: string, value: string | number | undefined): object =>
    value === '' || value === undefined ? {} : { [name]: value };
  return {
    settings: {
      ...given('nick', nick),
      ...given('username', text('username', known.username)),
      ...given('realname', text('realname', known.realname)),
      ...given('encoding', encoding),
      ...given('outgoingEncoding', outgoing),
      ...given('account', text('account', known.account)),
      ...given('port', port),
      ...given('linesPerSecond', rate),
      ...given('burst', burst === undefined ? undefined : Math.round(burst)),
      tls: flag('tls', known.tls ?? true),
      verify: flag('verify', known.verify ?? true),
      connect: flag('connect', known.connect ?? false),
      commands,
    },
  };
}

/** Undefined for nothing, null for what is no number in the range. */
function number(text: string, least: number, most: number): number | undefined | null {
  if (text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= least && value <= most ? value : null;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

/** An empty field keeps what is on record. */
function secretsAfter(
  account: AccountView | undefined,
  server: string,
  values: FormValues,
): Record<string, string> {
  const secrets: Record<string, string> = { ...account?.secrets };
  for (const [field, kind] of Object.entries(secretFields)) {
    const key = secretKey(kind, server);
    const value = values[field] ?? '';
    if (value !== '') secrets[key] = value;
    // Emptied rather than left out: whoever merges the change removes it too.
    else if (values['forget-passwords'] === '1' && secrets[key] !== undefined) secrets[key] = '';
  }
  return secrets;
}
