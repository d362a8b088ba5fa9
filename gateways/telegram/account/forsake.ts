import type { AccountView } from '../../../src/gateway/gateway.js';
import type { TelegramContext } from '../context.js';
import { proxyLinksOf, sessionOf } from './settings.js';

/** Has the login of an account end on Telegram's side, now or later. Rejects when that could not be kept. */
export async function forsake(
  { vault, endings }: Pick<TelegramContext, 'vault' | 'endings'>,
  account: AccountView,
): Promise<void> {
  const granted = sessionOf(account);
  if (granted === undefined) return;
  const { session, lost } = await vault.current(account.id, granted);
  if (lost !== undefined) return;
  await endings.add({ session, proxies: proxyLinksOf(account), language: account.language });
}
