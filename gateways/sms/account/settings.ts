import { z } from 'zod';
import type { AccountView } from '../../../src/gateway/gateway.js';
import { isRegion, type Region } from '../number.js';

/** Where a user's messages go out: a number of the operator's, a proven one of his own, or an account of his own. */
export type Way = 'gateway' | 'own-number' | 'own-provider';

const schema = z.object({
  way: z.enum(['gateway', 'own-number', 'own-provider']).catch('gateway'),
  /** The user's country, for numbers that he types without a country code. */
  region: z.string().optional(),
  /** E.164: proven with `own-number`, the sender with `own-provider`. */
  number: z.string().optional(),
  provider: z
    .object({ name: z.string(), user: z.string(), /** Part of its webhook's address. */ hook: z.string() })
    .optional(),
});

/** What an account's settings say, whatever an older version or a mistake has put there. */
export type SmsSettings = z.infer<typeof schema>;

/** Name of the provider's password among the secrets. */
export const PROVIDER_SECRET = 'provider';

export function settingsOf(account: AccountView | undefined): SmsSettings {
  const parsed = schema.safeParse(account?.settings ?? {});
  return parsed.success ? parsed.data : { way: 'gateway' };
}

/** The user's country, or the operator's. */
export function regionOf(account: AccountView | undefined, fallback: Region): Region {
  const { region } = settingsOf(account);
  return region !== undefined && isRegion(region) ? region : fallback;
}
