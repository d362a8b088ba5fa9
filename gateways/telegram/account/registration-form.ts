import type { Form, FormValues } from '../../../src/gateway/form.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { TelegramContext } from '../context.js';
import { chatSettingsOf } from './chat-settings.js';
import { choiceFields, readChoice } from './choice-fields.js';
import { settingsOf } from './settings.js';

/** How a user shows who he is. */
export type Way = 'phone' | 'qr' | 'bot';

const WAYS: Readonly<Record<Way, Text>> = {
  phone: { key: 'telegram-way-phone' },
  qr: { key: 'telegram-way-qr' },
  bot: { key: 'telegram-way-bot' },
};

/** The way that was chosen, or is on record; undefined for one that does not exist. */
export function wayOf(values: FormValues, account: AccountView | undefined): Way | undefined {
  const wanted = values.way || (settingsOf(account)?.bot ? 'bot' : 'phone');
  return wanted === 'phone' || wanted === 'qr' || wanted === 'bot' ? wanted : undefined;
}

/** First stage: how, and with which number. */
export function registrationForm(
  { options }: Pick<TelegramContext, 'options'>,
  account: AccountView | undefined,
  values: FormValues = {},
): Form {
  const known = settingsOf(account)?.phone;
  const phone = values.phone ?? (known && `+${known}`);
  return {
    title: { key: 'telegram-registration-title' },
    instructions: { key: 'telegram-registration-instructions' },
    fields: [
      {
        ...{ name: 'phone', type: 'text', legacy: 'phone', label: { key: 'telegram-field-phone' } },
        ...(phone && { value: phone }),
      },
      {
        ...{ name: 'way', type: 'choice', label: { key: 'telegram-field-way' } },
        value: wayOf(values, account) ?? 'phone',
        options: Object.entries(WAYS).map(([value, label]) => ({ value, label })),
      },
      ...choiceFields(readChoice(values, chatSettingsOf(account))),
      ...(options.userProxies
        ? [{ name: 'proxies', type: 'multiline', label: { key: 'telegram-field-proxies' } } as const]
        : []),
    ],
  };
}
