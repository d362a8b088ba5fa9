import { GatewayError } from '../../../src/gateway/error.js';
import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange, Command } from '../../../src/gateway/gateway.js';
import type { Session } from '../../../src/gateway/session.js';
import type { Text } from '../../../src/gateway/text.js';
import type { TgClient, TgOtherSession } from '../client/client.js';
import { cleanLine } from '../content/names.js';
import { inWords } from '../failure.js';
import { TelegramSession } from '../session.js';

/** Sessions shown in one list. */
const MOST = 50;
/** Keeps all of them. */
const NONE = 'none';

/** The account's other devices: shown, and ended one by one. */
export function devicesCommand(): Command {
  return {
    name: 'devices',
    title: { key: 'telegram-command-devices' },
    scope: 'service',
    access: 'account',
    start: async ({ session }) => list(clientOf(session)),
  };
}

/** @throws {GatewayError} for who is not connected */
function clientOf(session: Session | undefined): TgClient {
  if (!(session instanceof TelegramSession))
    throw new GatewayError('registered-only', { key: 'telegram-register-first' });
  return session.client;
}

async function list(client: TgClient, problem?: Text): Promise<Step<AccountChange>> {
  const all = await inWords(client.otherSessions());
  const others = all.filter(({ current }) => !current).slice(0, MOST);
  if (others.length === 0) return { kind: 'done', result: {}, note: { key: 'telegram-devices-none' } };
  return {
    kind: 'form',
    form: {
      title: { key: 'telegram-command-devices' },
      instructions: { key: 'telegram-devices-instructions' },
      fields: [
        {
          ...{ name: 'device', type: 'choice', label: { key: 'telegram-field-device' } },
          ...{ required: true, value: NONE },
          options: [
            { value: NONE, label: { key: 'telegram-devices-keep' } },
            ...others.map((one) => ({ value: one.id, label: labelOf(one) })),
          ],
        },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ device = NONE }) => {
      const chosen = others.find(({ id }) => id === device);
      if (!chosen) return { kind: 'done', result: {}, note: { key: 'telegram-devices-kept' } };
      await inWords(client.endSession(chosen.id));
      return {
        kind: 'done',
        result: {},
        note: { key: 'telegram-device-ended', args: { device: cleanLine(chosen.device) } },
      };
    },
  };
}

function labelOf({ device, app, country, active }: TgOtherSession): Text {
  const date = new Date(active).toISOString().slice(0, 10);
  return {
    key: 'telegram-device',
    args: { device: cleanLine(device), app: cleanLine(app), country: cleanLine(country), date },
  };
}
