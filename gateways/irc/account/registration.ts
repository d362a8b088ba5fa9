import { GatewayError } from '../../../src/gateway/error.js';
import type { Field, Form, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import { isHost } from '../address.js';
import { lowerAscii } from '../ids.js';
import type { IrcContext } from '../link/context.js';
import { effectiveNick, usernameFor } from '../link/nickname.js';
import { probe } from './probe.js';
import { type ServerTarget, serverTarget } from './server-target.js';
import { type IrcSettings, secretKey, secretOf, settingsOf, withServer } from './settings.js';

/** Longest nick taken at registration; each server has its own limit. */
const maxNickBytes = 64;
const maxWords = 200;

/** The registration form with what is on record; secrets are never in it. */
export function registrationForm(
  context: IrcContext,
  account: AccountView | undefined,
  values: FormValues = {},
): Form {
  const known = settingsOf(account);
  const server = context.options.fixedServer ?? known.server;
  const here = server === undefined ? {} : (known.servers?.[server] ?? {});
  const field = (name: string, value: string | undefined, more: Partial<Field> = {}): Field => {
    const shown = values[name] ?? value;
    return {
      name,
      type: 'text',
      label: { key: `irc-field-${name}` },
      ...(shown === undefined || shown === '' ? {} : { value: shown }),
      ...more,
    };
  };
  return {
    title: { key: 'irc-registration-title' },
    instructions: { key: 'irc-registration-instructions' },
    fields: [
      field('nick', known.nick ?? account?.suggestedName, { required: true, legacy: 'nick' }),
      field('realname', known.realname, { legacy: 'name' }),
      ...(context.options.fixedServer === undefined ? [field('server', known.server)] : []),
      field('account', here.account, { legacy: 'username' }),
      { name: 'password', type: 'secret', label: { key: 'irc-field-password' }, legacy: 'password' },
      field('connect', here.connect === true ? '1' : '0', { type: 'boolean' }),
    ],
  };
}

interface Wanted {
  readonly nick: string;
  readonly realname: string;
  readonly server: string | undefined;
  readonly account: string;
  readonly password: string;
  readonly connect: boolean;
}

/**
 * Checks the values and, with a password, the credentials at the server itself.
 * @throws GatewayError `network-unreachable` (C07).
 */
export async function register(
  context: IrcContext,
  values: FormValues,
  account: AccountView | undefined,
  suggestedName: string,
): Promise<Step<AccountChange>> {
  const problem = (text: Text): Step<AccountChange> => ({
    kind: 'form',
    form: registrationForm(context, account, values),
    problem: text,
    submit: (again) => register(context, again, account, suggestedName),
  });
  const wanted = read(context, values, account, suggestedName);
  if ('problem' in wanted) return problem(wanted.problem);
  let settings: IrcSettings = settingsOf(account);
  const secrets = { ...account?.secrets };
  if (wanted.server !== undefined) {
    const checked = await checkServer(context, wanted.server, wanted, account);
    if (checked !== undefined) return problem(checked);
    const { account: _, ...before } = settings.servers?.[wanted.server] ?? {};
    settings = withServer(account, wanted.server, {
      ...before,
      ...(wanted.account === '' ? {} : { account: wanted.account }),
      connect: wanted.connect,
    });
    if (wanted.password !== '') secrets[secretKey('sasl', wanted.server)] = wanted.password;
  }
  return {
    kind: 'done',
    result: {
      settings: {
        ...settings,
        nick: wanted.nick,
        realname: wanted.realname,
        ...(wanted.server === undefined ? {} : { server: wanted.server }),
      },
      secrets,
    },
  };
}

function read(
  context: IrcContext,
  values: FormValues,
  account: AccountView | undefined,
  suggestedName: string,
): Wanted | { readonly problem: Text } {
  const known = settingsOf(account);
  const asked = (values.nick ?? known.nick ?? suggestedName).trim();
  const nick = effectiveNick(asked, maxNickBytes);
  if (nick === '' || nick !== asked.replace(/\s+/g, '_')) return { problem: { key: 'irc-bad-nick' } };
  const named = lowerAscii((values.server ?? known.server ?? '').trim());
  const server = context.options.fixedServer ?? (named === '' ? undefined : named);
  if (server !== undefined && !isHost(server)) return { problem: { key: 'irc-bad-server' } };
  const password = values.password ?? '';
  if (password !== '' && server === undefined) return { problem: { key: 'irc-server-needed' } };
  const here = server === undefined ? {} : (known.servers?.[server] ?? {});
  const login = (values.account ?? here.account ?? '').trim();
  return {
    nick,
    server,
    password,
    realname: oneLine(values.realname ?? known.realname ?? ''),
    account: oneLine(login === '' && password !== '' ? nick : login),
    connect: values.connect === undefined ? here.connect === true : values.connect === '1',
  };
}

function oneLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, maxWords);
}

/** Why this server or these credentials cannot be taken. */
async function checkServer(
  context: IrcContext,
  server: string,
  wanted: Wanted,
  account: AccountView | undefined,
): Promise<Text | undefined> {
  let target: ServerTarget;
  try {
    target = serverTarget(context.options, account, server);
  } catch (error) {
    if (error instanceof GatewayError) return error.text;
    throw error;
  }
  if (wanted.password === '') return undefined;
  const verdict = await probe(context, target, {
    nick: wanted.nick,
    username: usernameFor(undefined, wanted.nick),
    realname: wanted.realname || context.options.realname,
    serverPassword: secretOf(account?.secrets, 'server', server),
    sasl: { account: wanted.account, password: wanted.password },
  });
  if (verdict === 'accepted') return undefined;
  return { key: verdict === 'refused' ? 'irc-sasl-refused' : 'irc-sasl-missing' };
}
