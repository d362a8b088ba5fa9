import type { AccountView } from '../../../src/gateway/gateway.js';
import { secretOf, serverSettingsOf, settingsOf } from '../account/settings.js';
import type { IrcOptions } from '../options.js';
import type { Identity } from '../wire/registration.js';
import { usernameFor } from './nickname.js';

/** As whom an account registers with a server. */
export function identityOf(options: IrcOptions, account: AccountView, host: string, nick: string): Identity {
  const own = settingsOf(account);
  const server = serverSettingsOf(account, host);
  const password = secretOf(account.secrets, 'sasl', host);
  return {
    nick,
    username: usernameFor(server.username ?? own.username ?? options.username, nick),
    realname: server.realname || own.realname || options.realname,
    serverPassword: secretOf(account.secrets, 'server', host),
    sasl: server.account && password ? { account: server.account, password } : undefined,
  };
}

/** Whether the connection is to be authenticated by SASL. */
export function wantsSasl(account: AccountView, host: string): boolean {
  return Boolean(serverSettingsOf(account, host).account && secretOf(account.secrets, 'sasl', host));
}

/** Whether the user has settled a nick, so that he gets in under another one when it is taken. */
export function hasSettledNick(account: AccountView, host: string): boolean {
  const nick = serverSettingsOf(account, host).nick ?? settingsOf(account).nick;
  return account.registered && nick !== undefined;
}

/** Lines right after the greeting: NickServ for networks without SASL, and what the user has settled. */
export function linesAfterLogin(account: AccountView, host: string): string[] {
  const nickServ = secretOf(account.secrets, 'nickserv', host);
  const server = serverSettingsOf(account, host);
  // With the account's name it is the right one under whatever nick we got in; old services know only the password.
  const whom = server.account ? `${server.account} ` : '';
  return [
    ...(nickServ === undefined ? [] : [`PRIVMSG NickServ :IDENTIFY ${whom}${nickServ}`]),
    ...(server.commands ?? []),
  ];
}
