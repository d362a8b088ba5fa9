import { GatewayError } from '../../../src/gateway/error.js';
import type { FormStep, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView, UserView } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { PeerId } from '../client/model.js';
import { personName } from '../content/names.js';
import type { TelegramContext } from '../context.js';
import { readPhone } from '../people/typed-name.js';
import { type ChatSettings, chatSettingsOf, settingsWith } from './chat-settings.js';
import { readChoice } from './choice-fields.js';
import { LoginDialogue } from './login-dialogue.js';
import { isAway, loginProblem, toLoginError } from './login-failure.js';
import { parseProxies } from './proxy-links.js';
import { registrationForm, wayOf } from './registration-form.js';
import { proxiesOf, secretsWith, settingsOf } from './settings.js';

const NO_WAY_BY_PROXIES: Text = { key: 'telegram-proxies-away' };

/**
 * Takes the first stage of a login: by number and code, by QR code, or as a bot.
 * @throws {GatewayError} `network-unreachable` (C07), `limit` when Telegram or this gateway wants one to wait
 */
export async function register(
  context: TelegramContext,
  values: FormValues,
  account: AccountView | undefined,
  user: UserView,
  /** The login before is not needed any more. */
  forsake: (before: AccountView) => Promise<void>,
): Promise<Step<AccountChange>> {
  const again = (problem: Text): FormStep<AccountChange> => ({
    kind: 'form',
    form: registrationForm(context, account, values),
    problem,
    submit: (next) => register(context, next, account, user, forsake),
  });
  const way = wayOf(values, account);
  if (way === undefined) return again({ key: 'telegram-way-not-offered' });
  const known = settingsOf(account)?.phone;
  const phone = readPhone(withPlus(values.phone ?? (known && `+${known}`) ?? ''), known);
  if (way === 'phone' && phone === undefined) return again({ key: 'telegram-bad-phone' });
  const typed = values.proxies?.trim() || undefined;
  const named = parseProxies(typed ?? '');
  if ('wrong' in named) return again({ key: 'telegram-bad-proxy' });
  const attempt = context.logins.begin(user.userAddress, (listener, hashes) =>
    context.client({
      patienceMs: context.options.logins.patienceMs,
      ...{ listener, hashes, language: account?.language ?? 'en' },
      proxies: typed === undefined ? proxiesOf(account) : named.proxies,
    }),
  );
  if (!attempt) throw new GatewayError('limit', { key: 'telegram-login-busy' }, 'not-sent', true);
  const over = (): Promise<void> => context.logins.end(user.userAddress, attempt);
  const dialogue = new LoginDialogue(
    attempt,
    context.options.logins.codes,
    again,
    async ({ me, session }) => {
      await over();
      if (account) await forsake(account);
      return {
        kind: 'done',
        result: {
          settings: settingsWith(
            { settings: { user: me.id, bot: me.bot, ...(me.phone !== undefined && { phone: me.phone }) } },
            choiceOf(values, account, me.id),
          ),
          secrets: secretsWith(account, { session, ...(typed !== undefined && { proxies: typed }) }),
        },
        note: { key: 'telegram-logged-in', args: { name: personName(me) } },
      };
    },
    over,
  );
  try {
    if (way === 'bot') return dialogue.askToken();
    if (way === 'qr') return await dialogue.showQr();
    return await dialogue.sendCode(phone ?? '');
  } catch (error) {
    await over();
    const ways = typed === undefined ? proxiesOf(account) : named.proxies;
    const problem = loginProblem(error) ?? (ways.length > 0 && isAway(error) && NO_WAY_BY_PROXIES);
    if (problem) return again(problem);
    throw toLoginError(error);
  }
}

/** What was chosen of chats; another account of Telegram has others. */
function choiceOf(values: FormValues, account: AccountView | undefined, user: PeerId): ChatSettings {
  const before = chatSettingsOf(account);
  const chosen = settingsOf(account)?.user === user ? before.chosen : new Map();
  return { ...readChoice(values, before), chosen };
}

/** Numbers are international here: there is no country before somebody has logged in. */
function withPlus(phone: string): string {
  return /^[1-9]\d{6,14}$/.test(phone.trim()) ? `+${phone.trim()}` : phone;
}
