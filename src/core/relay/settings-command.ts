import type { Field } from '../../gateway/form.js';
import { plain } from '../command/plain-text.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../command/service-command.js';
import { languageName } from '../translation/language-name.js';
import type { Translator } from '../translator.js';
import type { RelayHub } from './hub.js';
import type { LegId } from './model.js';
import type { Rights } from './rights.js';
import { checkedChange } from './room-settings.js';
import { choicesOf, isOptional, type LegSettings, SETTING_NAMES, type SettingName } from './settings.js';
import { SETTING_LABELS, settingLines } from './status-text.js';

/** What an empty answer stands for in a list. */
const USUAL = 'usual';
/** What takes a password away. */
const NO_PASSWORD = '-';

/** How a leg takes part, as a form: first which, then what. */
export function settingsCommand(hub: RelayHub, rights: Rights, translator: Translator): ServiceCommand {
  return {
    node: 'isthmus:relay:settings',
    word: 'settings',
    title: { key: 'relay-command-settings' },
    scope: 'service',
    allows: (caller) => rights.any(caller),
    start: async (caller) => {
      const legs = rights.legs(caller);
      const [only] = legs;
      if (only !== undefined && legs.length === 1) return settingsForm(hub, caller, only, rights, translator);
      return {
        kind: 'form',
        form: {
          title: { key: 'relay-command-settings' },
          fields: [
            {
              ...{ name: 'room', type: 'choice', label: { key: 'relay-field-room' }, required: true },
              options: legs.map((value) => ({ value, label: plain(value) })),
            },
          ],
        },
        submit: async ({ room = '' }) => settingsForm(hub, caller, room, rights, translator),
      };
    },
  };
}

function settingsForm(
  hub: RelayHub,
  caller: Caller,
  leg: LegId,
  rights: Rights,
  translator: Translator,
): ServiceFormStep {
  const settings = hub.book.settingsOf(leg);
  const most = rights.isOperator(caller) ? Number.MAX_SAFE_INTEGER : hub.mostOf(leg);
  return {
    kind: 'form',
    form: {
      title: { key: 'relay-settings-of', args: { room: leg } },
      fields: SETTING_NAMES.map((name) => fieldOf(name, settings, translator)),
    },
    submit: async (values) => {
      rights.check(caller, leg);
      const changes = SETTING_NAMES.flatMap((name) => {
        const value = values[name];
        // What a client leaves out, and a password that nobody typed anew, stays as it is.
        if (value === undefined || (name === 'password' && value === '')) return [];
        const taken = value === USUAL || (name === 'password' && value === NO_PASSWORD);
        return [checkedChange(name, taken ? '' : plainBoolean(name, value), { most, translator })];
      });
      const now = await hub.book.set(leg, Object.assign({}, ...changes));
      const lines = settingLines(now, SETTING_NAMES, (text) => translator.say(text, caller.language)).map(
        plain,
      );
      return { ...done({ key: 'relay-settings-set', args: { room: leg } }), lines };
    },
  };
}

function fieldOf(name: SettingName, settings: LegSettings, translator: Translator): Field {
  const label = SETTING_LABELS[name];
  const value = settings[name];
  if (name === 'password') return { name, type: 'secret', label: { key: 'relay-setting-password-change' } };
  const choices = name === 'language' ? translator.languages : choicesOf(name);
  if (choices === 'yes-no') return { name, type: 'boolean', label, value: value ? '1' : '0' };
  if (!choices) return { name, type: 'text', label, value: value === undefined ? '' : String(value) };
  const named = choices.map((choice) => ({
    value: choice,
    label: plain(name === 'language' ? languageName(choice) : choice),
  }));
  const usual = { value: USUAL, label: { key: 'relay-setting-none' } };
  return {
    ...{ name, type: 'choice', label, value: value === undefined ? USUAL : String(value) },
    options: isOptional(name) ? [usual, ...named] : named,
  };
}

function plainBoolean(name: SettingName, value: string): string {
  return choicesOf(name) === 'yes-no' ? (value === '1' ? 'yes' : 'no') : value;
}
