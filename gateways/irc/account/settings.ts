import { z } from 'zod';
import type { AccountView, Secrets } from '../../../src/gateway/gateway.js';
import { isHost, isNickname } from '../address.js';
import { isUsableEncoding } from '../wire/encoding.js';

const nick = z.string().refine(isNickname);
const words = z.string().max(200);

const server = z.object({
  nick: nick.optional(),
  port: z.int().min(1).max(65535).optional(),
  tls: z.boolean().optional(),
  verify: z.boolean().optional(),
  encoding: z.string().refine(isUsableEncoding).optional(),
  outgoingEncoding: z.string().refine(isUsableEncoding).optional(),
  username: words.optional(),
  realname: words.optional(),
  /** Account for SASL PLAIN; its password is a secret. */
  account: words.optional(),
  /** Identify with NickServ by message, for networks without SASL. */
  nickServ: z.boolean().optional(),
  /** Sent after connecting, one line each. */
  commands: z.array(z.string().max(400)).max(20).optional(),
  linesPerSecond: z.number().positive().max(100).optional(),
  burst: z.int().min(1).max(100).optional(),
  /** Connect when the user logs in, and stay without rooms. */
  connect: z.boolean().optional(),
});
/** What a user has settled for one server. */
export type ServerSettings = z.output<typeof server>;

const settings = z.object({
  nick: nick.optional(),
  username: words.optional(),
  realname: words.optional(),
  /** The server named at registration. */
  server: z.string().refine(isHost).optional(),
  servers: z.record(z.string().refine(isHost), server).optional(),
});
/** What a user has settled for all of IRC, and per server. */
export type IrcSettings = z.output<typeof settings>;

/** What is on record, read leniently: a record of another version must never keep a user out. */
export function settingsOf(account: AccountView | undefined): IrcSettings {
  const read = settings.safeParse(account?.settings ?? {});
  return read.success ? read.data : {};
}

/** Settings for one server; empty where there are none. */
export function serverSettingsOf(account: AccountView | undefined, host: string): ServerSettings {
  return settingsOf(account).servers?.[host] ?? {};
}

/** Secrets are keyed per server: a password never goes to another server than the one it was given for. */
export type SecretKind = 'sasl' | 'server' | 'nickserv';

/** The name under which a secret is stored. */
export function secretKey(kind: SecretKind, host: string): string {
  return `${kind}:${host}`;
}

/** Undefined when there is none; an empty one stands for a removed one. */
export function secretOf(secrets: Secrets | undefined, kind: SecretKind, host: string): string | undefined {
  return secrets?.[secretKey(kind, host)] || undefined;
}

/** Settings with those of one server replaced. */
export function withServer(
  account: AccountView | undefined,
  host: string,
  changed: ServerSettings,
): IrcSettings {
  const known = settingsOf(account);
  return { ...known, servers: { ...known.servers, [host]: changed } };
}
