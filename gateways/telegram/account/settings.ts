import { z } from 'zod';
import type { AccountView, Secrets } from '../../../src/gateway/gateway.js';
import type { PeerId } from '../client/model.js';
import type { TgProxy } from '../client/options.js';
import { parseProxies } from './proxy-links.js';

const schema = z.object({
  /** The account's own permanent number. */
  user: z
    .string()
    .regex(/^u[1-9]\d{0,18}$/)
    .transform((id) => id as PeerId),
  /** Digits, international. */
  phone: z.string().optional(),
  bot: z.boolean().default(false),
});

/** What an account's settings say of it. */
export type TelegramSettings = z.infer<typeof schema>;

/** Name of the session among the secrets, as it was given at the login. */
const SESSION = 'session';
/** Name of the user's own proxies among the secrets, one link a line. */
const PROXIES = 'proxies';

/** Undefined for who has not logged in, or whose settings nobody can read. */
export function settingsOf(account: AccountView | undefined): TelegramSettings | undefined {
  const parsed = schema.safeParse(account?.settings ?? {});
  return parsed.success ? parsed.data : undefined;
}

/** The session that the login has given; undefined: none. */
export function sessionOf(account: AccountView | undefined): string | undefined {
  return account?.secrets[SESSION] || undefined;
}

/** The user's own proxies as he has typed them. */
export function proxyLinksOf(account: AccountView | undefined): string {
  return account?.secrets[PROXIES] ?? '';
}

export function proxiesOf(account: AccountView | undefined): readonly TgProxy[] {
  const parsed = parseProxies(proxyLinksOf(account));
  return 'proxies' in parsed ? parsed.proxies : [];
}

/** Secrets with another session, or other proxies; what is left out stays. */
export function secretsWith(
  account: AccountView | undefined,
  { session, proxies }: { readonly session?: string; readonly proxies?: string },
): Secrets {
  return {
    ...account?.secrets,
    ...(session !== undefined && { [SESSION]: session }),
    ...(proxies !== undefined && { [PROXIES]: proxies }),
  };
}
